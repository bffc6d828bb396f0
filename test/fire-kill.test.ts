// A gate that is ended at random moments of cold downloads, politely or not: what it leaves is whole, and nothing is left over.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { audit } from './harness/audit.ts'
import { requireComponent } from './harness/components.ts'
import { loadCorpus } from './harness/corpus.ts'
import * as faults from './harness/fault.ts'
import { startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { rowModule } from './harness/row-module.ts'
import { seededRandom, testSeed } from './harness/seeded.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

const rounds = 20
const modulesEach = 3
const weight = 300_000
/** Rounds that a slow machine has no time for are left out; milliseconds. */
const patience = 30_000
const seed = testSeed(4)

const modulesOf = (round: number) =>
  Array.from({ length: modulesEach }, (_, index) => `row-${round * modulesEach + index}.example/m@v1.0.0`)

test(`Ctrl-C and kill -9 at random moments of cold downloads leave whole entries and nothing else (seed ${seed})`, async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const random = seededRandom(seed)
  const corpus = loadCorpus(Array.from({ length: rounds * modulesEach }, (_, index) => rowModule(index, weight)))
  const upstream = await corpusUpstream(t, { corpus })
  const data = await temporaryDirectory(t)
  const flags = ['--upstream', upstream.url, '--sumdb', upstream.database.key, '--shutdown-timeout', '1s']
  upstream.fault('*.zip', faults.slow(64 << 10, 20))
  const until = Date.now() + patience
  let interrupted = 0
  /** Locks of gates that were killed: whoever needs one takes it over, and one that nobody needs any more stays. */
  const orphaned = new Set<string>()
  const own = (leftovers: readonly string[]) => leftovers.filter((name) => !orphaned.has(name))
  for (let round = 0; round < rounds && Date.now() < until; round++) {
    const gate = await startGate(t, { data, flags })
    const go = await goClient(t, { toolchain, proxy: gate.url, sumdb: upstream.database.key })
    const download = go.run(['mod', 'download', ...modulesOf(round)])
    const politely = random() < 0.5
    await sleep(random() * 700)
    const { code } = await (politely ? gate.interrupt() : gate.kill9())
    assert.equal(code, politely ? 0 : 'SIGKILL')
    if ((await download).code !== 0) interrupted++
    const { untrue, leftovers } = await audit(data, corpus)
    assert.deepEqual(untrue, [], `after round ${round}`)
    if (politely) assert.deepEqual(own(leftovers), [], `after round ${round}`)
    else for (const name of leftovers) if (name.endsWith('.lock')) orphaned.add(name)
  }
  assert.ok(interrupted > 2, `only ${interrupted} downloads were interrupted`)
  upstream.heal()
  const gate = await startGate(t, { data, flags })
  const go = await goClient(t, { toolchain, proxy: gate.url, sumdb: upstream.database.key })
  const all = Array.from({ length: rounds }, (_, round) => modulesOf(round)).flat()
  const whole = await go.run(['mod', 'download', ...all])
  assert.equal(whole.code, 0, whole.stderr)
  await gate.stop()
  const { kept, untrue, leftovers, quarantined } = await audit(data, corpus)
  assert.equal(kept.length, 3 * all.length)
  assert.deepEqual({ untrue, own: own(leftovers), quarantined }, { untrue: [], own: [], quarantined: [] })
})
