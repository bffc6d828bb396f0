import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { escapePath } from '@modgate/gomod/module'
import { memoryOps, sumdbClient } from '@modgate/gomod/sumdb'
import fc from 'fast-check'
import { testGate, type TestGate } from './test-gate.ts'
import { databaseDown, databaseKeys, databaseName } from './test-world.ts'

const base = `sumdb/${databaseName}`
const h1 = (letter: string) => `h1:${letter.repeat(43)}=`
const linesOf = (path: string) => `${path} v1.0.0 ${h1('A')}\n${path} v1.0.0/go.mod ${h1('B')}\n`
const record = (path: string) => ({ path, version: 'v1.0.0', lines: linesOf(path) })
const lookup = (path: string) => `${base}/lookup/${escapePath(path)}@v1.0.0`

async function gateWith(t: TestContext, paths: readonly string[], more = {}): Promise<TestGate> {
  const gate = await testGate(t, more)
  for (const path of paths) gate.sumdb.record(record(path))
  return gate
}

/** A go command that has never heard of the database and asks the gate alone. */
const newClient = (gate: TestGate) =>
  sumdbClient(
    databaseKeys.verifier,
    memoryOps(async (path) => (await gate.get(`${base}${path}`)).bytes),
  )

test('the paths of the database are answered: supported, latest, lookup, tiles', async (t) => {
  const gate = await gateWith(t, ['a.example/M'])
  assert.equal((await gate.get(`${base}/supported`)).bytes.byteLength, 0)
  const { bytes, resource } = await gate.get(lookup('a.example/M'))
  assert.match(String(bytes), /^0\na\.example\/M v1\.0\.0 h1:[^]*\n\ngo\.sum database tree\n1\n/)
  assert.deepEqual([resource.trust, resource.freshness?.ttlSeconds], ['signed', 60])
  assert.match(String((await gate.get(`${base}/latest`)).bytes), /^go\.sum database tree\n1\n/)
  const tile = await gate.get(`${base}/tile/8/0/000.p/1`)
  assert.deepEqual([tile.bytes.byteLength, tile.resource.freshness], [32, undefined])
})

test('a kept record is answered from memory, and after a restart from disk, without the network', async (t) => {
  const gate = await gateWith(t, ['a.example/m'])
  await gate.get(lookup('a.example/m'))
  gate.sumdb.asked.length = 0
  await gate.get(lookup('a.example/m'))
  const again = await testGate(t, { root: gate.directory.root, world: gate })
  await again.get(lookup('a.example/m'))
  assert.deepEqual(gate.sumdb.asked, [])
})

for (const [what, key, code] of [
  ['a version without record', lookup('b.example/m'), 'module-not-found'],
  ['a database of another name', 'sumdb/other.example/lookup/a.example/m@v1.0.0', 'database-unknown'],
  ['a tile beyond the tree', `${base}/tile/8/0/123`, 'module-not-found'],
  ['a tile wider than the tree', `${base}/tile/8/0/000.p/200`, 'module-not-found'],
  ['a tile of records', `${base}/tile/8/data/000`, 'module-not-found'],
] as const) {
  test(`${what} is ${code} for a client`, async (t) => {
    const gate = await gateWith(t, ['a.example/m'])
    await gate.get(lookup('a.example/m'))
    assert.equal((await gate.refusal(key)).code, code)
  })
}

for (const path of ['corp.example', 'corp.example/secret', 'corp.example/a/b']) {
  test(`a lookup of the private ${path} is refused, counted, and not passed on`, async (t) => {
    const gate = await gateWith(t, [path], { private: 'corp.example' })
    assert.equal((await gate.refusal(lookup(path))).code, 'private-at-database')
    assert.equal(gate.leaks.length, 1)
    assert.deepEqual([gate.sumdb.asked, gate.origin.asked], [[], []])
  })
}

test('the head follows the database at most once a minute, and outlasts it', async (t) => {
  const gate = await gateWith(t, [])
  await gate.sumdb.grow(3)
  const size = async () => Number(String((await gate.get(`${base}/latest`)).bytes).split('\n')[1])
  assert.equal(await size(), 3)
  await gate.sumdb.grow(300)
  assert.equal(await size(), 3)
  gate.clock.move(60_000)
  assert.equal(await size(), 303)
  await gate.sumdb.grow(1)
  gate.clock.move(-3_600_000)
  assert.equal(await size(), 304, 'a clock that was set back does not freeze it')
  gate.sumdb.tamper = databaseDown
  gate.clock.move(120_000)
  assert.equal(await size(), 304)
})

test('no head at all is said so, again and again, and offline', async (t) => {
  const gate = await gateWith(t, [])
  gate.sumdb.tamper = databaseDown
  for (let i = 0; i < 3; i++) assert.equal((await gate.refusal(`${base}/latest`)).code, 'database-unreachable')
  const offline = await testGate(t, { offline: true })
  assert.equal((await offline.refusal(`${base}/latest`)).code, 'database-unreachable')
  assert.equal((await offline.refusal(lookup('a.example/m'))).code, 'database-unreachable')
})

test('a database that shows two histories is caught, and its evidence reported', async (t) => {
  const gate = await gateWith(t, ['a.example/m'])
  await gate.sumdb.grow(5)
  await gate.get(lookup('a.example/m'))
  const forked = await gateWith(t, ['b.example/m'])
  await forked.sumdb.grow(1)
  await forked.sumdb.server.lookup('b.example/m', 'v1.0.0')
  await forked.sumdb.grow(20)
  const victim = await testGate(t, { root: gate.directory.root, world: { ...gate, sumdb: forked.sumdb } })
  assert.equal((await victim.refusal(lookup('b.example/m'))).code, 'database-untrusted')
  assert.equal(victim.attacks.length, 1)
  const offline = await testGate(t, { root: gate.directory.root, offline: true })
  assert.match(String((await offline.get(`${base}/latest`)).bytes), /\n6\n/, 'the pin did not move')
})

test('many lookups at once are each answered under a head that covers them', async (t) => {
  const paths = Array.from({ length: 40 }, (_, i) => `m${i}.example/m`)
  const gate = await gateWith(t, paths)
  const answers = await Promise.all(
    paths.map(async (path) => {
      await new Promise(setImmediate)
      return String((await gate.get(lookup(path))).bytes)
    }),
  )
  for (const answer of answers) {
    const [id, size] = [/^(\d+)\n/.exec(answer)![1], /tree\n(\d+)\n/.exec(answer)![1]]
    assert.ok(Number(id) < Number(size), `record ${id} under a head of ${size}`)
  }
  const client = newClient(gate)
  for (const path of paths) assert.deepEqual(await client.lookup(path, 'v1.0.0'), linesOf(path).trim().split('\n'))
})

test('of a partial tile one file is kept, however often the tree grows', async (t) => {
  const paths = Array.from({ length: 12 }, (_, i) => `m${i}.example/m`)
  const gate = await gateWith(t, paths)
  for (const path of paths) {
    await gate.get(lookup(path))
    await gate.sumdb.grow(3)
  }
  const files = await readdir(join(gate.directory.modules, base, 'tile'), { recursive: true, withFileTypes: true })
  assert.deepEqual(files.filter((file) => file.isFile()).map(({ name }) => name), ['000.partial']) // prettier-ignore
})

/** Lookups in some order, with growth in between, by one of two gates on one directory. */
const histories = fc.array(
  fc.record({ path: fc.integer({ min: 0, max: 5 }), grow: fc.constantFrom(0, 1, 3, 254, 300), gate: fc.nat(1) }),
  { minLength: 1, maxLength: 6 },
)

test('whatever was looked up once is proved to a new client, in any order, when database and network are gone', async (t) => {
  await fc.assert(
    fc.asyncProperty(histories, fc.nat(), async (history, seed) => {
      const first = await gateWith(t, [0, 1, 2, 3, 4, 5].map((i) => `m${i}.example/m`)) // prettier-ignore
      const gates = [first, await testGate(t, { root: first.directory.root, world: first })]
      for (const { path, grow, gate } of history) {
        await first.sumdb.grow(grow)
        await gates[gate]!.get(lookup(`m${path}.example/m`))
      }
      const offline = await testGate(t, { root: first.directory.root, world: first, offline: true })
      const client = newClient(offline)
      const known = [...new Set(history.map(({ path }) => `m${path}.example/m`))]
      for (let i = 0; i < known.length; i++) {
        const path = known[(i + seed) % known.length]!
        assert.deepEqual(await client.lookup(path, 'v1.0.0'), linesOf(path).trim().split('\n'))
      }
    }),
    { numRuns: 20 },
  )
})
