// Sixteen clients, go and plain HTTP, for a while, with faults at random and entries that vanish: afterwards nothing is wrong or left.
// MODGATE_SOAK_SECONDS makes the while longer, MODGATE_TEST_SEED chooses other dice.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { keyOf } from '@modgate/gomod/proxy'
import { audit, filesBelow } from './harness/audit.ts'
import { requireComponent } from './harness/components.ts'
import { type CorpusModule, loadCorpus, zipOf } from './harness/corpus.ts'
import * as faults from './harness/fault.ts'
import type { Fault } from './harness/fault.ts'
import { type Gate, startGate } from './harness/gate.ts'
import { type GoClient, goClient } from './harness/go-client.ts'
import { eventually, resourcesOf } from './harness/resources.ts'
import { rowModule } from './harness/row-module.ts'
import { seededRandom, testSeed } from './harness/seeded.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'
import { fetched } from './harness/wire.ts'

const seconds = Number(process.env['MODGATE_SOAK_SECONDS'] ?? 40)
const seed = testSeed(16)
const plainClients = 12
const goClients = 4
/** Memory that a gate may take beyond what it had after every module was asked for once; bytes. */
const growth = 150 << 20

const troubles: readonly (readonly [glob: string, fault: Fault])[] = [
  ['*', faults.status(500, 'no\n')],
  ['*', faults.status(503, 'later\n', { 'retry-after': '1' })],
  ['*', faults.reset()],
  ['*', faults.delay(300)],
  ['*.zip', faults.truncated()],
  ['*.zip', faults.truncatedChunked()],
  ['*.zip', faults.half()],
  ['*.zip', faults.slow(16 << 10, 10)],
  ['*.mod', faults.content('module evil.example\n')],
  ['*.info', faults.html()],
  ['*.info', faults.hangBeforeHead()],
  ['*.zip', faults.hangAfterHead()],
  ['/sumdb/*/lookup/*', faults.status(500, 'no\n')],
  ['/sumdb/*/tile/*', faults.truncated()],
]

interface World {
  readonly upstream: Upstream
  readonly gate: Gate
  readonly random: () => number
  readonly until: number
  /** What no client may ever see; empty at the end. */
  readonly wrong: string[]
}

test(`a soak of ${seconds} s leaves every entry true, memory flat, and no descriptor or file over (seed ${seed})`, async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const corpus = loadCorpus(Array.from({ length: 150 }, (_, index) => rowModule(index, index % 10 === 0 ? 400_000 : 0)))
  const upstream = await corpusUpstream(t, { corpus })
  const limits = ['--first-byte-timeout', '1s', '--stall-timeout', '1s', '--absent-ttl', '0s', '--memory', '64kB']
  const gate = await startGate(t, { flags: ['--upstream', upstream.url, '--sumdb', upstream.database.key, ...limits] })
  await everything(gate, corpus.modules)
  const before = await resourcesOf(gate.pid)
  const world = { upstream, gate, random: seededRandom(seed), until: Date.now() + seconds * 1000, wrong: [] }
  const builders = await Promise.all(
    Array.from({ length: goClients }, () =>
      goClient(t, { toolchain, proxy: gate.url, sumdb: upstream.database.key, files: { 'go.mod': graph } }),
    ),
  )
  const work = [
    ...Array.from({ length: plainClients }, () => askAtRandom(world)),
    ...builders.map((builder) => buildAgain(world, builder)),
    misbehave(world),
    forgetEntries(world),
  ]
  await Promise.all(work)
  assert.deepEqual(world.wrong, [])
  await lookAfterwards(t, world, before)
})

const graph = 'module main.example\n\ngo 1.20\n\nrequire graph.example/all v1.0.0\n'

/** After the faults: all is answered, and the process holds no more than it did. */
async function lookAfterwards(
  t: TestContext,
  { upstream, gate }: World,
  before: Awaited<ReturnType<typeof resourcesOf>>,
) {
  upstream.heal()
  await sleep(2500)
  assert.deepEqual(await everything(gate, upstream.corpus.modules), [])
  assert.deepEqual(
    await eventually(
      () => filesBelow(join(gate.data, 'spool')),
      (names) => names.length === 0,
    ),
    [],
  )
  if (before !== undefined) {
    // Connections to the upstream are kept for a while, one for each request that was under way at once.
    const flat = (now: typeof before | undefined) =>
      now !== undefined && now.descriptors <= before.descriptors + 16 && now.memory <= before.memory + growth
    const after = await eventually(() => resourcesOf(gate.pid), flat, 45_000)
    t.diagnostic(
      `memory ${before.memory >> 20} to ${after!.memory >> 20} MiB, descriptors ${before.descriptors} to ${after!.descriptors}`,
    )
    assert.ok(flat(after), JSON.stringify({ before, after }))
  }
  await gate.stop()
  const { kept, untrue, leftovers } = await audit(gate.data, upstream.corpus)
  assert.ok(kept.length > 100)
  assert.deepEqual({ untrue, leftovers }, { untrue: [], leftovers: [] })
}

const kinds = ['info', 'mod', 'zip'] as const
type FileKind = (typeof kinds)[number]

function contentOf(module: CorpusModule, kind: FileKind): Buffer {
  return kind === 'zip' ? zipOf(module) : Buffer.from(module[kind])
}

const isPublic = (module: CorpusModule) => !module.private

/** Asks for every file once; the keys of those that do not come, or come wrong. */
async function everything(gate: Gate, modules: readonly CorpusModule[]): Promise<readonly string[]> {
  const missing: string[] = []
  for (const module of modules.filter(isPublic)) {
    for (const kind of kinds) {
      const key = keyOf({ kind, path: module.path, version: module.version })
      const { status, body } = await fetched(`${gate.url}/${key}`)
      if (status !== 200 || !body.equals(contentOf(module, kind))) missing.push(`${key}: ${status}`)
    }
  }
  return missing
}

/** A file at random, again and again: the true one, an honest refusal, or a body that visibly breaks off. */
async function askAtRandom({ upstream, gate, random, until, wrong }: World): Promise<void> {
  const modules = upstream.corpus.modules.filter(isPublic)
  while (Date.now() < until) {
    const module = modules[Math.floor(random() * modules.length)]!
    const kind = kinds[Math.floor(random() * kinds.length)]!
    const key = keyOf({ kind, path: module.path, version: module.version })
    const answer = await fetched(`${gate.url}/${key}`).catch(() => undefined)
    if (answer?.status === 200 && !answer.body.equals(contentOf(module, kind))) wrong.push(`${key}: other content`)
    // An outage is never absence, and never a defect.
    if (answer !== undefined && ![200, 502, 503, 504].includes(answer.status))
      wrong.push(`${key}: ${answer.status} ${answer.body.toString()}`)
    await sleep(random() * 20)
  }
}

/** Downloads the graph as a new machine would, again and again. A failure is the gate's own refusal, or a body that broke off. */
async function buildAgain({ until, wrong }: World, go: GoClient): Promise<void> {
  while (Date.now() < until) {
    await go.forget()
    const { code, stderr } = await go.run(['mod', 'download', 'all'])
    if (code !== 0 && !/modgate: \S+ request|unexpected EOF|connection reset/.test(stderr)) wrong.push(stderr)
    if (/SECURITY ERROR|404 Not Found|410 Gone/.test(stderr)) wrong.push(stderr)
    await sleep(500)
  }
}

async function misbehave({ upstream, random, until }: World): Promise<void> {
  while (Date.now() < until) {
    const [glob, fault] = troubles[Math.floor(random() * troubles.length)]!
    const heal = upstream.fault(glob, fault, 1 + Math.floor(random() * 8))
    await sleep(random() * 300)
    heal()
    await sleep(random() * 100)
  }
}

/** Takes entries away, as an operator with rm would, so that something is always cold. */
async function forgetEntries({ gate, upstream, random, until }: World): Promise<void> {
  const modules = upstream.corpus.modules.filter(isPublic)
  while (Date.now() < until) {
    const module = modules[Math.floor(random() * modules.length)]!
    for (const kind of kinds) {
      const key = keyOf({ kind, path: module.path, version: module.version })
      await rm(join(gate.data, 'modules', key), { force: true })
    }
    await sleep(30)
  }
}
