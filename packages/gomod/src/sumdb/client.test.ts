import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ModuleError } from '../module/index.ts'
import { NoteError } from '../note/index.ts'
import { memoryDatabase, memoryOps, sumdbClient, type SumdbError } from './index.ts'
import { databaseName, fill, goSum, keys, world } from './testing.ts'

const linesOf = async (path: string, version: string): Promise<readonly string[]> =>
  (await goSum()(path, version)).trim().split('\n')

test('a lookup answers the go.sum lines of the module and of its go.mod', async () => {
  const { client, asked } = world()
  assert.deepEqual(
    await client.lookup('example.test/Mixed', 'v1.0.0-RC.1'),
    await linesOf('example.test/Mixed', 'v1.0.0-RC.1'),
  )
  assert.equal(asked[0], '/lookup/example.test/!mixed@v1.0.0-!r!c.1')
  assert.equal(client.name, databaseName)
})

test('a verified record tells its number and its whole text', async () => {
  const { client, database } = world(
    memoryDatabase(keys.signer, async (p, v) => `${await goSum()(p, v)}# origin git\n`),
  )
  await fill(database, 5)
  const record = await client.lookupRecord('example.test/m3', 'v1.0.0')
  assert.equal(record.id, 3)
  assert.equal(record.text, `${(await linesOf('example.test/m3', 'v1.0.0')).join('\n')}\n# origin git\n`)
})

test('concurrent lookups of one version ask once', async () => {
  const { client, asked } = world()
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.lookup('example.test/a', 'v1.0.0')))
  assert.equal(asked.filter((path) => path.startsWith('/lookup/')).length, 1)
  assert.deepEqual(new Set(answers.map((lines) => lines.join())).size, 1)
})

test('a hundred lookups at once are all proved, and no tile is under way twice', async () => {
  const made = world()
  const under = new Set<string>()
  made.tamper = async (path, body) => {
    assert.equal(under.has(path), false, `${path} was already under way`)
    under.add(path)
    await new Promise(setImmediate)
    under.delete(path)
    return body
  }
  const versions = Array.from({ length: 100 }, (_, i) => `v1.0.${i}`)
  const answers = await Promise.all(versions.map((version) => made.client.lookup('example.test/a', version)))
  assert.deepEqual(answers, await Promise.all(versions.map((version) => linesOf('example.test/a', version))))
  assert.equal((await made.client.latest()).size, 100)
})

test('trees of every size are read through tiles of every height', async () => {
  const rows = fc.record({
    size: fc.integer({ min: 1, max: 80 }),
    tileHeight: fc.integer({ min: 1, max: 8 }),
    n: fc.nat(79),
  })
  await fc.assert(
    fc.asyncProperty(rows, async ({ size, tileHeight, n }) => {
      const made = world()
      await fill(made.database, size)
      const ops = memoryOps(made.ops.readRemote.bind(made.ops))
      const path = `example.test/m${n % size}`
      assert.deepEqual(
        await sumdbClient(keys.verifier, ops, { tileHeight }).lookup(path, 'v1.0.0'),
        await linesOf(path, 'v1.0.0'),
      )
    }),
    { numRuns: 60 },
  )
})

test('what was proved once is answered from the cache, but not believed because of that', async () => {
  const first = world()
  await fill(first.database, 30)
  await first.client.lookup('example.test/m3', 'v1.0.0')
  const second = world(first.database, first)
  assert.equal((await second.client.lookup('example.test/m3', 'v1.0.0')).length, 2)
  assert.equal(
    second.asked.some((path) => path.startsWith('/lookup/')),
    false,
  )

  for (const [file, data] of first.ops.cache) first.ops.cache.set(file, Buffer.from(data).fill(1, 0, 32))
  const third = world(first.database, first)
  assert.deepEqual(await third.client.lookup('example.test/m3', 'v1.0.0'), await linesOf('example.test/m3', 'v1.0.0'))
  assert.ok(third.asked.includes('/lookup/example.test/m3@v1.0.0'))
  assert.ok(third.ops.messages.length > 0, 'the damage is logged')

  const fourth = world(first.database, first)
  await fourth.client.lookup('example.test/m3', 'v1.0.0')
  assert.equal(
    fourth.asked.some((path) => path.startsWith('/lookup/')),
    false,
    'the damage is repaired',
  )
})

test('what was looked up is proved again without the database, under the newest head', async () => {
  const first = world()
  for (let n = 0; n < 20; n++) await first.client.lookup(`example.test/m${n}`, 'v1.0.0')
  const offline = world(first.database, first)
  for (let n = 0; n < 20; n++) await offline.client.lookup(`example.test/m${n}`, 'v1.0.0')
  assert.deepEqual(offline.asked, [])
})

test('readTile answers tiles of the newest tree, proved, and no others', async () => {
  const { client, database, asked } = world()
  await fill(database, 30)
  await client.lookup('example.test/m3', 'v1.0.0')
  const tile = { h: 2, l: 0, n: 1, w: 4 }
  assert.deepEqual(Buffer.from(await client.readTile(tile)), Buffer.from(await database.readTileData(tile)))
  const before = asked.length
  assert.equal((await client.readTile({ ...tile, w: 2 })).length, 64)
  assert.equal(asked.length, before, 'a narrower one comes out of the wider one')
  for (const none of [
    { h: 2, l: 0, n: 99, w: 4 },
    { h: 2, l: 0, n: 7, w: 4 },
    { h: 3, l: 0, n: 0, w: 8 },
    { h: 2, l: -1, n: 0, w: 4 },
  ]) {
    await assert.rejects(client.readTile(none), { kind: 'not-found' })
  }
})

test('readTile refuses a tile that the head does not cover', async () => {
  const made = world()
  await fill(made.database, 30)
  await made.client.lookup('example.test/m29', 'v1.0.0')
  made.tamper = (path, body) => (path.includes('/tile/2/0/001') ? Buffer.from(body).fill(7, 0, 8) : body)
  await assert.rejects(made.client.readTile({ h: 2, l: 0, n: 1, w: 4 }), { kind: 'inconsistent' })
})

test('readTile answers what was proved, not what is read again when memory has forgotten it', async () => {
  const made = world(undefined, {
    ops: { ...memoryOps(async () => new Uint8Array()), readCache: async () => undefined },
  })
  await fill(made.database, 1400)
  await made.client.lookup('example.test/m1', 'v1.0.0')
  const times = new Map<string, number>()
  made.tamper = (path, body) => {
    times.set(path, (times.get(path) ?? 0) + 1)
    return times.get(path) === 1 ? body : Buffer.from(body).fill(7, 0, 8)
  }
  const tiles = Array.from({ length: 350 }, (_, n) => ({ h: 2, l: 0, n, w: 4 }))
  const answers = await Promise.allSettled(tiles.map((tile) => made.client.readTile(tile)))
  for (const [i, answer] of answers.entries()) {
    if (answer.status === 'rejected') assert.equal((answer.reason as SumdbError).kind, 'inconsistent')
    else assert.deepEqual(Buffer.from(answer.value), Buffer.from(await made.database.readTileData(tiles[i]!)))
  }
})

test('a cache that fails is a cache that is empty', async () => {
  const broken = memoryOps(async () => new Uint8Array())
  broken.readCache = () => Promise.reject(new Error('disk'))
  broken.writeCache = () => Promise.reject(new Error('disk'))
  const made = world(undefined, { ops: broken })
  assert.equal((await made.client.lookup('example.test/a', 'v1.0.0')).length, 2)
  assert.ok(broken.messages.some((message) => message.includes('disk')))
})

test('a server that dropped a partial tile is asked for the full one', async () => {
  const made = world()
  await fill(made.database, 6)
  const head = await made.database.signed()
  await fill(made.database, 16)
  made.tamper = (path, body) => {
    if (path.includes('.p/')) throw new Error('gone')
    const recordEnd = Buffer.from(body).indexOf('\n\n') + 2
    return path.startsWith('/lookup/') ? Buffer.concat([body.subarray(0, recordEnd), head]) : body
  }
  assert.equal((await made.client.lookup('example.test/m3', 'v1.0.0')).length, 2)
  assert.ok(made.asked.includes('/tile/2/1/000.p/1') && made.asked.includes('/tile/2/1/000'))
})

test("the outside's own failures reach the caller unchanged", async () => {
  const failure = new Error('no route to host')
  for (const part of ['/lookup/', '/tile/']) {
    const made = world()
    await fill(made.database, 20)
    made.tamper = (path, body) => {
      if (path.startsWith(part)) throw failure
      return body
    }
    await assert.rejects(made.client.lookup('example.test/m1', 'v1.0.0'), (error) => error === failure)
    made.tamper = (_path, body) => body
    assert.equal((await made.client.lookup('example.test/m1', 'v1.0.0')).length, 2, 'a failure is not remembered')
  }
})

test('paths and keys that cannot be are refused before anything is asked', async () => {
  const { client, asked } = world()
  await assert.rejects(client.lookup('no path', 'v1.0.0'), ModuleError)
  await assert.rejects(client.lookup('example.test/a', 'v1/../..'), ModuleError)
  assert.deepEqual(asked, [])
  assert.throws(
    () =>
      sumdbClient(
        'no key',
        memoryOps(async () => new Uint8Array()),
      ),
    NoteError,
  )
})
