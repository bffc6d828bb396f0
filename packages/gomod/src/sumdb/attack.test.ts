import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey, newSigner, sign } from '../note/index.ts'
import { formatRecord, parseRecord } from '../tlog/index.ts'
import { memoryDatabase, serve, type SumdbErrorKind } from './index.ts'
import { databaseName, fill, goSum, keys, type Tamper, world } from './testing.ts'

const path = 'example.test/m5'
const version = 'v1.0.0'
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const evilHash = `h1:${'E'.repeat(43)}=`
const evilLine = `${path} ${version} ${evilHash}\n`

/** Changes the answer to a lookup; it may ask the same database for another one. */
type Change = (answer: string, ask: (module: string) => Promise<string>) => string | Promise<string>

/** A world of 21 records, whose answers to lookups are changed. */
const attacked = async (change: Change) => {
  const made = world()
  await fill(made.database, 21)
  const ask = async (module: string) => decode((await serve(made.database, `/lookup/${module}`)).body)
  const tamper: Tamper = async (asked, body) =>
    asked.startsWith('/lookup/') ? encode(await change(decode(body), ask)) : body
  made.tamper = tamper
  return made
}

/** Signs the head in an answer anew, after a change to its text. */
const resign = (answer: string, signerKey: string, change: (text: string) => string): string => {
  const { id, text, rest } = parseRecord(encode(answer))
  const head = decode(rest).split('\n\n')[0]!
  return decode(Buffer.concat([formatRecord(id, text), sign({ text: change(`${head}\n`) }, newSigner(signerKey))]))
}

const mallory = generateKey('mallory.example', new Uint8Array(32).fill(66))
const impostor = generateKey(databaseName, new Uint8Array(32).fill(66))
const same = (text: string): string => text

const attacks: readonly [name: string, kind: SumdbErrorKind, change: Change][] = [
  ['a hash in the record is exchanged', 'inconsistent', (a) => a.replace(/h1:[^\n]+/, evilHash)],
  ['the go.mod hash in the record is exchanged', 'inconsistent', (a) => a.replace(/go.mod h1:[^\n]+/, `go.mod ${evilHash}`)],
  ['a line is added to the record', 'inconsistent', (a) => a.replace('\n', `\n${evilLine}`)],
  ['a line is taken from the record', 'inconsistent', (a) => a.replace(/\n.*go.mod.*/, '')],
  ['the record is emptied', 'malformed', (a) => a.replace(/^(\d+)\n[^]*?\n\n/, '$1\n\n')],
  ['the record is one empty line', 'inconsistent', (a) => a.replace(/^(\d+)\n[^]*?\n\n/, '$1\n\n\n')],
  ['the answer is empty', 'malformed', () => ''],
  ['lines stand before the tree head', 'unverified', (a) => a.replace('\n\n', `\n\n${evilLine}`)],
  ['lines stand between head and signature', 'malformed', (a) => a.replace('\n\n— ', `\n\n${evilLine}— `)],
  ['lines stand after the signature', 'malformed', (a) => a + evilLine],
  ['a second record follows the first', 'unverified', (a) => a.replace('\n\n', `\n\n6\n${evilLine}\n`)],
  ['an authentic record of another module', 'missing-line', (_, ask) => ask('example.test/m6@v1.0.0')],
  ['an authentic record whose path only begins alike', 'missing-line', (_, ask) => ask('example.test/m5x@v1.0.0')],
  ['an authentic record of another version', 'missing-line', (_, ask) => ask('example.test/m5@v1.0.1')],
  ['an authentic record of a pre-release', 'missing-line', (_, ask) => ask('example.test/m5@v1.0.0-rc.1')],
  ['the id of another record', 'inconsistent', (a) => a.replace(/^\d+/, '6')],
  ['an id beyond the tree', 'inconsistent', (a) => a.replace(/^\d+/, '21')],
  ['an id far beyond the tree', 'inconsistent', (a) => a.replace(/^\d+/, String(2 ** 53 - 1))],
  ['an id with a leading zero', 'malformed', (a) => `0${a}`],
  ['an id with a sign', 'malformed', (a) => `+${a}`],
  ['a negative id', 'malformed', (a) => `-${a}`],
  ['no tree head', 'malformed', (a) => `${a.split('\n\n')[0]!}\n\n`],
  ['a broken signature', 'unverified', (a) => a.replace(/(.)(...)\n$/, (_, x: string, y: string) => `${x === 'A' ? 'B' : 'A'}${y}\n`)],
  ['no signature', 'malformed', (a) => a.replace(/— .*\n$/, '')],
  ['the signature of a stranger only', 'unverified', (a) => resign(a, mallory.signer, same)],
  ['the signature of another key of that name', 'unverified', (a) => resign(a, impostor.signer, same)],
  ['the root of another tree', 'unverified', (a) => a.replace(/^\S{43}=$/m, evilHash.slice(3))],
  ['another size under the same signature', 'unverified', (a) => a.replace('\n21\n', '\n22\n')],
  ['a signed size with a leading zero', 'malformed', (a) => resign(a, keys.signer, (text) => text.replace('\n21\n', '\n021\n'))],
  ['a signed head of another format', 'malformed', (a) => resign(a, keys.signer, (text) => text.replace('tree', 'tree v2'))],
  ['a signed size that the tiles do not support', 'inconsistent', (a) => resign(a, keys.signer, (t) => t.replace('\n21\n', '\n20\n'))],
  ['a control character', 'malformed', (a) => a.replace('h1:', 'h1:\t')],
  ['a byte order mark', 'malformed', (a) => `\ufeff${a}`],
] // prettier-ignore
for (const [name, kind, change] of attacks) {
  test(`a lookup is refused as ${kind}, and nothing of it is kept: ${name}`, async () => {
    const { client, ops } = await attacked(change)
    await assert.rejects(client.lookup(path, version), { name: 'SumdbError', kind })
    assert.equal(ops.cache.has(`${databaseName}/lookup/${path}@${version}`), false)
  })
}

test('without an attack the same lookup succeeds', async () => {
  const { client } = await attacked(same)
  assert.deepEqual(await client.lookup(path, version), (await goSum()(path, version)).trim().split('\n'))
})

test('hash lines in the signed head itself are not read: they are not in the record', async () => {
  const { client } = await attacked(async (_, ask) =>
    resign(await ask('example.test/m6@v1.0.0'), keys.signer, (text) => text + evilLine),
  )
  await assert.rejects(client.lookup(path, version), { kind: 'missing-line' })
})

test('extra lines in the head and signatures of witnesses do no harm', async () => {
  const { client } = await attacked((answer) => {
    const { id, text, rest } = parseRecord(encode(answer))
    const head = `${decode(rest).split('\n\n')[0]!}\nextra line\n`
    const note = sign({ text: head }, newSigner(mallory.signer), newSigner(keys.signer))
    return decode(Buffer.concat([formatRecord(id, text), note]))
  })
  assert.equal((await client.lookup(path, version)).length, 2)
})

const databaseAttacks: readonly [name: string, kind: SumdbErrorKind, record: string][] = [
  ['an empty line', 'missing-line', '\n'],
  ['an unrelated text', 'missing-line', 'hello\n'],
  ['a go.mod line only', 'missing-line', `${path} ${version}/go.mod ${evilHash}\n`],
  ['another module', 'missing-line', `example.test/other ${version} ${evilHash}\n`],
  ['a hash of an unknown kind only', 'missing-line', `${path} ${version} h2:abc\n`],
  ['the line with a leading space', 'missing-line', ` ${evilLine}`],
  ['the line inside another line', 'missing-line', `x ${evilLine}`],
  ['two hashes for one version', 'malformed', `${evilLine}${evilLine.replace('E', 'F')}`],
  ['a short hash', 'malformed', `${path} ${version} h1:abcd\n`],
  ['text behind the hash', 'malformed', `${path} ${version} ${evilHash} more\n`],
]
for (const [name, kind, record] of databaseAttacks) {
  test(`an authentic record is refused as ${kind} when the database itself logged ${name}`, async () => {
    const { client } = world(memoryDatabase(keys.signer, async () => record))
    await assert.rejects(client.lookup(path, version), { name: 'SumdbError', kind })
  })
}

test('every tile that a lookup reads is needed: one forged bit in any of them refuses it', async () => {
  const honest = world()
  await fill(honest.database, 21)
  await honest.client.lookup(path, version)
  const tiles = honest.asked.filter((asked) => asked.startsWith('/tile/'))
  assert.deepEqual(new Set(tiles.map((tile) => tile.split('/')[3])), new Set(['0', '1', '2']), 'tiles of every level')
  for (const tile of tiles) {
    const { client, ops, database } = Object.assign(world(), {
      tamper: (asked: string, body: Uint8Array) => (asked === tile ? Buffer.from(body).fill(0, 0, 1) : body),
    })
    await fill(database, 21)
    await assert.rejects(client.lookup(path, version), { kind: 'inconsistent' }, tile)
    assert.equal(ops.cache.size, 0, 'nothing unproved is kept')
  }
})

test('a forged record with forged tiles all the way below the root is refused', async () => {
  // Both logs have 21 records and differ in one; all tiles but those at the edge come from the forged one.
  const forged = memoryDatabase(keys.signer, async (p, v) => (p === path ? evilLine : goSum()(p, v)))
  await fill(forged, 21)
  for (let levels = 0; levels <= 2; levels++) {
    const made = await attacked((answer) => answer.replace(/\n[^]*?\n\n/, `\n${evilLine}\n`))
    const lookups = made.tamper
    made.tamper = async (asked, body) => {
      const level = Number(/^\/tile\/2\/(\d)/.exec(asked)?.[1])
      return level < levels ? (await serve(forged, asked)).body : lookups(asked, body)
    }
    await assert.rejects(made.client.lookup(path, version), { kind: 'inconsistent' }, `forged below level ${levels}`)
  }
})

test('tiles that are short, long or empty are refused', async () => {
  for (const change of [
    (b: Uint8Array) => b.subarray(1),
    (b: Uint8Array) => Buffer.concat([b, b]),
    () => new Uint8Array(),
  ]) {
    const made = await attacked(same)
    made.tamper = (asked, body) => (asked.startsWith('/tile/') ? change(body) : body)
    await assert.rejects(made.client.lookup(path, version), { kind: 'inconsistent' })
  }
})
