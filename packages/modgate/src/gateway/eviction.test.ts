import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { parseKey } from '@modgate/gomod/proxy'
import fc from 'fast-check'
import { systemClock } from '../core/system.ts'
import { boundedStore } from '../store/bounded-store.ts'
import { openDataDirectory } from '../store/data-directory.ts'
import { diskCheckpoints } from '../store/disk-checkpoints.ts'
import { diskStore } from '../store/disk-store.ts'
import { diskEntries } from '../store/entries.ts'
import { factsBook } from '../store/entry-facts.ts'
import { countInWorker } from './count-thread.ts'
import { eviction, type Eviction, type EvictionOptions } from './eviction.ts'
import { oldest } from './oldest.ts'
import { countEntries } from './store-count.ts'
import { readBody, testContext, testGate, testRoot, type TestGate, type TestGateOptions } from './test-gate.ts'
import { testModule } from './test-world.ts'

interface BoundedGate extends TestGate {
  readonly eviction: Eviction
  readonly evicted: string[]
  readonly overLimit: number[]
  readonly root: string
  /** Makes an entry look as if it had been asked for last so many hours ago. */
  age(path: string, hours: number): Promise<void>
}

/** A gate whose store has a limit, over modules of about 64 KiB: `m1.example/m`, `m2.example/m`, … */
async function boundedGate(
  t: TestContext,
  limit: number,
  { pins = '', ...options }: TestGateOptions & Partial<Pick<EvictionOptions, 'pins'>> = {},
): Promise<BoundedGate> {
  const root = await testRoot(t)
  const directory = await openDataDirectory(root)
  t.after(() => directory.close())
  const evicted: string[] = []
  const overLimit: number[] = []
  const entries = diskEntries(directory, factsBook(diskCheckpoints(directory)))
  const made = eviction({
    entries,
    count: (question, signal) => countEntries(entries.list(), question, signal),
    limit,
    pins,
    clock: systemClock,
    report: {
      evicted: ({ path, version }) => void evicted.push(`${path}@${version}`),
      overLimit: (bytes) => void overLimit.push(bytes),
      failed: (error) => assert.fail(error as Error),
    },
  })
  await made.enforce()
  const more = { store: boundedStore(diskStore(directory), made), memory: { limit: 0 } }
  const gate = await testGate(t, { ...options, root, more: { ...more, ...options.more } })
  const age = async (path: string, hours: number) => {
    const at = new Date(Date.now() - hours * 3600_000)
    for (const kind of ['info', 'mod', 'zip', 'entry']) {
      await utimes(join(directory.modules, `${path}/@v/v1.0.0.${kind}`), at, at).catch(() => undefined)
    }
  }
  return { ...gate, eviction: made, evicted, overLimit, root, age }
}

const modules = await Promise.all(
  [1, 2, 3, 4, 5].map((n) => testModule({ path: `m${n}.example/m`, content: randomBytes(64 << 10) })),
)
const zipOf = (n: number) => `m${n}.example/m/@v/v1.0.0.zip`
const sizeOf = (...which: number[]) => which.reduce((sum, n) => sum + modules[n - 1]!.zip.byteLength, 0)
/** Random content packs to sizes that differ by a few bytes. */
const size = Math.max(...modules.map(({ zip }) => zip.byteLength))

async function publish(gate: TestGate): Promise<void> {
  for (const module of modules) {
    gate.origin.publish(module)
    gate.sumdb.record(module)
  }
}

test('the store never has more than the limit, and what was asked for the longest ago goes first', async (t) => {
  const gate = await boundedGate(t, size * 3 + 100)
  await publish(gate)
  for (const n of [1, 2, 3]) {
    await gate.get(zipOf(n))
    await gate.age(`m${n}.example/m`, 10 - n)
  }
  await gate.age('m1.example/m', 1)
  await gate.eviction.enforce()
  await gate.get(zipOf(4))
  assert.deepEqual(await gate.keys(), [1, 3, 4].map(zipOf))
  await gate.get(zipOf(5))
  assert.deepEqual(await gate.keys(), [1, 4, 5].map(zipOf))
  assert.deepEqual(gate.evicted, ['m2.example/m@v1.0.0', 'm3.example/m@v1.0.0'])
  assert.equal(gate.eviction.bytes, sizeOf(1, 4, 5))
  assert.equal((await gate.get(zipOf(2))).bytes.byteLength, sizeOf(2), 'and comes again when it is asked for')
})

test('what is pinned stays, and the operator hears where pins alone are too much', async (t) => {
  const gate = await boundedGate(t, size * 2, { pins: 'm1.example,m2.example/*' })
  await publish(gate)
  for (const n of [1, 2]) await gate.get(zipOf(n))
  await gate.get(zipOf(3))
  assert.deepEqual(await gate.keys(), [1, 2, 3].map(zipOf), 'what came last is never refused for want of room')
  await gate.get(zipOf(4))
  assert.deepEqual(await gate.keys(), [1, 2, 4].map(zipOf))
  assert.ok(gate.overLimit.length > 0)
})

test('a store that is too large already is brought below the limit, and empty directories go with it', async (t) => {
  const gate = await boundedGate(t, size * 10)
  await publish(gate)
  for (const n of [1, 2, 3, 4]) await gate.get(zipOf(n))
  await gate.age('m3.example/m', 5)
  await gate.age('m4.example/m', 4)
  const directory = await openDataDirectory(gate.root)
  const entries = diskEntries(directory, factsBook(diskCheckpoints(directory)))
  const count = countInWorker(directory.modules)
  const smaller = eviction({ entries, count, limit: size * 2, pins: '', clock: systemClock })
  await smaller.enforce()
  assert.deepEqual(await gate.keys(), [1, 2].map(zipOf))
  assert.deepEqual((await readdir(directory.modules)).toSorted(), ['m1.example', 'm2.example', 'sumdb'])
})

test('the first sight of a private module survives its eviction, and other bytes are still refused', async (t) => {
  const gate = await boundedGate(t, size * 1.5, { private: '*.example' })
  await publish(gate)
  await gate.get(zipOf(1))
  await gate.age('m1.example/m', 1)
  await gate.get(zipOf(2))
  assert.deepEqual(await gate.keys(), [zipOf(2)])
  const facts = await readFile(join(gate.root, 'modules', 'm1.example/m/@v/v1.0.0.entry'), 'utf8')
  assert.match(facts, /"trust":"first-seen"/)
  const changed = await testModule({ path: 'm1.example/m', content: randomBytes(64 << 10) })
  gate.origin.publish(changed)
  assert.equal((await gate.refusal(zipOf(1))).code, 'checksum-mismatch')
})

test('facts of a public module go with its files', async (t) => {
  const gate = await boundedGate(t, size * 1.5)
  await publish(gate)
  await gate.get(zipOf(1))
  await gate.age('m1.example/m', 1)
  await gate.get(zipOf(2))
  await assert.rejects(readFile(join(gate.root, 'modules', 'm1.example/m/@v/v1.0.0.entry')), { code: 'ENOENT' })
})

const big = await testModule({ path: 'big.example/m', content: randomBytes(2 << 20) })
const bigZip = 'big.example/m/@v/v1.0.0.zip'

for (const state of ['kept before', 'just fetched'] as const) {
  test(`a body that was given and not read yet outlasts the removal of its file (${state})`, async (t) => {
    const gate = await boundedGate(t, size * 1000)
    gate.origin.publish(big)
    gate.sumdb.record(big)
    if (state === 'kept before') await gate.get(bigZip)
    const resource = await gate.gateway.get(parseKey(bigZip), testContext())
    await gate.store.remove(bigZip)
    assert.deepEqual(await readBody(resource), Buffer.from(big.zip))
    assert.equal(gate.origin.asked.filter((key) => key === bigZip).length, 2)
  })
}

test('a reader that has begun goes on in the file that is removed below it', async (t) => {
  const gate = await boundedGate(t, size * 1000)
  gate.origin.publish(big)
  gate.sumdb.record(big)
  await gate.get(bigZip)
  const { body } = await gate.gateway.get(parseKey(bigZip), testContext())
  const chunks: Buffer[] = []
  for await (const chunk of body.read()) {
    chunks.push(Buffer.from(chunk))
    await gate.store.remove(bigZip)
  }
  assert.ok(Buffer.concat(chunks).equals(big.zip))
  assert.equal(gate.origin.asked.length, 1)
})

test('when the disk is full, some of the store goes, the oldest first, whatever the limit says', async (t) => {
  const gate = await boundedGate(t, size * 1000)
  await publish(gate)
  for (const n of [1, 2, 3]) await gate.get(zipOf(n))
  await gate.age('m2.example/m', 3)
  await gate.eviction.enforce()
  assert.equal(await gate.eviction.freeSome(), true)
  assert.deepEqual(gate.evicted, ['m2.example/m@v1.0.0'])
})

test('of an empty store nothing can be freed', async (t) => {
  const gate = await boundedGate(t, size)
  assert.equal(await gate.eviction.freeSome(), false)
})

test('what was asked for after it was counted is spared', async (t) => {
  const gate = await boundedGate(t, size * 2)
  await publish(gate)
  for (const n of [1, 2]) {
    await gate.get(zipOf(n))
    await gate.age(`m${n}.example/m`, 10 - n)
  }
  await gate.eviction.enforce()
  await gate.age('m1.example/m', 0)
  await gate.get(zipOf(3))
  assert.deepEqual(await gate.keys(), [1, 3].map(zipOf))
})

test('the oldest of any sequence are found, in order, in bounded memory', () => {
  const ages = fc.array(fc.nat(1000), { maxLength: 300 })
  fc.assert(
    fc.property(ages, fc.integer({ min: 1, max: 20 }), (all, limit) => {
      const found = oldest(limit)
      for (const lastAsked of all) found.offer({ path: 'm.example', version: 'v1.0.0', lastAsked })
      const taken = Array.from({ length: Math.min(limit, all.length) }, () => found.take()?.lastAsked)
      assert.deepEqual(taken, all.toSorted((a, b) => a - b).slice(0, limit))
    }),
  )
})

test('a thread counts what a walk counts, and ends when it is told to', async (t) => {
  const gate = await boundedGate(t, size * 1000)
  await publish(gate)
  for (const n of [1, 2, 3]) await gate.get(zipOf(n))
  const question = { pins: 'm2.example', candidates: 10 }
  const directory = await openDataDirectory(gate.root)
  const entries = diskEntries(directory, factsBook(diskCheckpoints(directory)))
  const count = countInWorker(directory.modules)
  assert.deepEqual(await count(question, new AbortController().signal), await countEntries(entries.list(), question))
  assert.equal((await count(question, new AbortController().signal)).free, 2)
  const aborting = new AbortController()
  const aborted = count(question, aborting.signal)
  aborting.abort()
  await assert.rejects(aborted)
})
