import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSigner, sign } from '../note/index.ts'
import { checkTree, formatTree, parseHash, parseTree, type Tree } from '../tlog/index.ts'
import { ForkError, memoryDatabase, memoryOps, type ServerOps } from './index.ts'
import { databaseName, fill, goSum, keys, world } from './testing.ts'

const pinFile = `${databaseName}/latest`
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const headOf = (note: Uint8Array | string): Tree => parseTree(typeof note === 'string' ? note : decode(note))

const logOf = async (n: number, salt = ''): Promise<ServerOps> => {
  const database = memoryDatabase(keys.signer, goSum(salt))
  await fill(database, n)
  return database
}

test('the pin follows the database forward', async () => {
  const { client, ops, database } = world()
  for (let n = 1; n <= 40; n++) {
    await client.lookup(`example.test/m${n}`, 'v1.0.0')
    assert.equal(headOf(ops.config.get(pinFile)!).size, n)
  }
  assert.deepEqual(ops.config.get(pinFile), Buffer.from(await database.signed()))
  assert.equal((await client.latest()).size, 40)
})

test('an older head that is consistent is fine and does not roll the pin back', async () => {
  const made = world(await logOf(30))
  await made.client.lookup('example.test/m1', 'v1.0.0')
  const pin = made.ops.config.get(pinFile)
  for (const older of [0, 1, 16, 21, 29]) {
    const tree = await made.client.merge(await (await logOf(older)).signed())
    assert.equal(tree.size, 30)
  }
  assert.equal(made.ops.config.get(pinFile), pin)
  assert.deepEqual(made.ops.securityErrors, [])
})

const forks: readonly [name: string, before: number, after: number][] = [
  ['larger', 21, 37],
  ['smaller (shrunken and rewritten)', 37, 21],
  ['of the same size', 21, 21],
  ['one larger', 21, 22],
  ['one smaller', 22, 21],
]
for (const [name, before, after] of forks) {
  test(`a forked tree is reported with both heads and a proof that convicts: ${name}`, async () => {
    const made = world(await logOf(before))
    await made.client.lookup('example.test/m1', 'v1.0.0')
    const pin = made.ops.config.get(pinFile)
    made.database = await logOf(after, 'fork')
    // A fork shows both histories, to each client its own; this one serves the tiles of the larger tree.
    const larger = before > after ? await logOf(before) : made.database
    const head = await made.database.signed()
    made.database = larger
    const error = await made.client.merge(head).then(
      () => assert.fail('accepted'),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof ForkError)
    assert.equal(error.kind, 'fork')
    assert.match(error.message, /misbehavior detected/)
    assert.deepEqual(made.ops.securityErrors, [error.message])
    assert.equal(made.ops.config.get(pinFile), pin, 'the pin stays')
    convict(error)
  })
}

/** Checks the evidence without any help of the database. */
const convict = ({ evidence }: ForkError): void => {
  const older = headOf(evidence.older)
  const newer = headOf(evidence.newer)
  assert.notDeepEqual(older.hash, newer.hash)
  if (older.size === newer.size) return
  const [root, ...proof] = evidence.proof.map(parseHash)
  assert.notDeepEqual(root, older.hash)
  checkTree(proof, newer, { size: older.size, hash: root! })
}

test('a lookup in a forked tree rejects as fork, and honest lookups go on afterwards', async () => {
  const honest = await logOf(21)
  const made = world(honest)
  await made.client.lookup('example.test/m1', 'v1.0.0')
  made.database = await logOf(37, 'fork')
  await assert.rejects(made.client.lookup('example.test/m2', 'v1.0.0'), { kind: 'fork' })
  made.database = honest
  assert.equal((await made.client.lookup('example.test/m3', 'v1.0.0')).length, 2)
  assert.equal((await made.client.lookup('example.test/new', 'v1.0.0')).length, 2)
})

test('a pin from an earlier life convicts a database that was rolled back and rewritten', async () => {
  const before = world(await logOf(21))
  await before.client.lookup('example.test/m1', 'v1.0.0')
  const after = world(await logOf(30, 'restored backup'), before)
  await assert.rejects(after.client.lookup('example.test/m29', 'v1.0.0'), { kind: 'fork' })
})

test('a signed empty tree with another root than that of nothing is a fork', async () => {
  const { client } = world()
  const head = { size: 0, hash: new Uint8Array(32) }
  await assert.rejects(client.merge(sign({ text: formatTree(head) }, newSigner(keys.signer))), { kind: 'fork' })
})

test('a pin that nobody signed ends every lookup, and so does one that is no note', async () => {
  for (const [pin, kind] of [
    ['no note', 'malformed'],
    [decode(await (await logOf(3)).signed()).replace('3', '4'), 'unverified'],
  ] as const) {
    const { client, ops } = world()
    ops.config.set(pinFile, Buffer.from(pin))
    await assert.rejects(client.lookup('example.test/m1', 'v1.0.0'), { name: 'SumdbError', kind })
  }
})

test('the failure to read the pin reaches the caller unchanged', async () => {
  const stores = memoryOps(async () => new Uint8Array())
  const away = new Error('disk away')
  stores.readConfig = () => Promise.reject(away)
  const { client } = world(undefined, { ops: stores })
  await assert.rejects(client.lookup('example.test/m1', 'v1.0.0'), (error) => error === away)
  await assert.rejects(client.latest(), (error) => error === away)
})

test('a pin that can be read again is read again', async () => {
  const stores = memoryOps(async () => new Uint8Array())
  const read = stores.readConfig.bind(stores)
  let failures = 1
  stores.readConfig = (file) => (failures-- > 0 ? Promise.reject(new Error('disk away')) : read(file))
  stores.config.set(pinFile, await (await logOf(3)).signed())
  const { client } = world(undefined, { ops: stores })
  await assert.rejects(client.latest(), /disk away/)
  assert.equal((await client.latest()).size, 3)
})

test('two clients of one pin agree on the larger head, whoever writes first', async () => {
  const database = await logOf(10)
  const one = world(database)
  const two = world(database, one)
  await Promise.all([one.client.latest(), two.client.latest()])
  await one.client.lookup('example.test/m1', 'v1.0.0')
  await fill(database, 20)
  await two.client.lookup('example.test/m2', 'v1.0.0')
  assert.equal(headOf(one.ops.config.get(pinFile)!).size, 20)
  await one.client.merge(await (await logOf(15)).signed())
  assert.equal(headOf(one.ops.config.get(pinFile)!).size, 20, 'the smaller head does not replace the larger pin')
  assert.equal((await one.client.latest()).size, 20, 'the client learns of the larger pin')
})

test('a lost race for the pin is repeated with what the winner wrote', async () => {
  const database = await logOf(10)
  const winner = await (await logOf(5)).signed()
  const stores = memoryOps(async () => new Uint8Array())
  let races = 3
  const write = stores.writeConfig.bind(stores)
  stores.writeConfig = async (file, old, next) => {
    if (races-- === 0) return write(file, old, next)
    stores.config.set(file, winner)
    return false
  }
  const made = world(database, { ops: stores })
  await made.client.lookup('example.test/m1', 'v1.0.0')
  assert.equal(headOf(stores.config.get(pinFile)!).size, 10)
  assert.equal(races, -1)
})

test('a pin that can never be written rejects the lookup as conflict, after a bounded number of tries', async () => {
  const stores = memoryOps(async () => new Uint8Array())
  let writes = 0
  stores.writeConfig = async () => ++writes < 0
  const made = world(await logOf(10), { ops: stores })
  await assert.rejects(made.client.lookup('example.test/m1', 'v1.0.0'), { kind: 'conflict' })
  assert.equal(writes, 16)
})

test('heads that arrive together are merged together: the pin is written for the first and the largest only', async () => {
  const stores = memoryOps(async () => new Uint8Array())
  const write = stores.writeConfig.bind(stores)
  const written: number[] = []
  stores.writeConfig = async (file, old, next) => {
    written.push(headOf(next).size)
    return write(file, old, next)
  }
  const made = world(await logOf(40), { ops: stores })
  const heads = await Promise.all([7, 40, 13, 21, 13, 1].map(async (n) => (await logOf(n)).signed()))
  const trees = await Promise.all(heads.map((head) => made.client.merge(head)))
  assert.deepEqual(written, [7, 40])
  assert.deepEqual(
    trees.map(({ size }) => size),
    [7, 40, 40, 40, 40, 40],
  )
})

test('a forked head among honest ones rejects alone', async () => {
  const made = world(await logOf(40))
  await made.client.lookup('example.test/m1', 'v1.0.0')
  const fork = await (await logOf(21, 'fork')).signed()
  const honest = await (await logOf(22)).signed()
  const [bad, good] = await Promise.allSettled([made.client.merge(fork), made.client.merge(honest)])
  assert.equal(bad.status, 'rejected')
  assert.equal(good.status, 'fulfilled')
})
