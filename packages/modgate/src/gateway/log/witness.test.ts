import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { newCosignatureVerifier, newVerifier, open } from '@modgate/gomod/note'
import { testWitness, type TestWitness } from '../../../../../test/harness/witness.ts'
import { Failure } from '../../core/failure.ts'
import type { Clock } from '../../core/ports.ts'
import type { WitnessRemote } from '../../source/witness-remote.ts'
import { cosignatures } from './cosignatures.ts'
import type { CoveringLog } from './covering-log.ts'
import { appendAll, logWorld, testClock, type LogWorld } from './test-log.ts'
import { remoteOf } from './test-witness.ts'
import { witness, type WitnessReport } from './witness.ts'
import { witnessedLog } from './witnessed-log.ts'

const file = 'sumdb/gate.example/log/cosignatures'

interface Watched {
  readonly log: CoveringLog
  readonly reports: WitnessReport[]
  readonly pauses: number[]
  readonly reported: (result: string) => Promise<WitnessReport>
}

/** A gate's log with witnesses, whose clock does not wait and tells for how long it would have. */
function watched(
  t: TestContext,
  world: LogWorld,
  ...remotes: readonly (readonly [TestWitness, WitnessRemote])[]
): Watched {
  const reports: WitnessReport[] = []
  const pauses: number[] = []
  const waiting = new Map<string, (report: WitnessReport) => void>()
  const clock: Clock = {
    now: () => testClock.now(),
    sleep: (ms, signal) => {
      pauses.push(ms)
      return testClock.sleep(ms, signal)
    },
  }
  const kept = cosignatures(world.checkpoints, file)
  const inner = world.open()
  const all = remotes.map(([{ verifierKey }, remote]) =>
    witness({
      ...{ remote, kept, clock, log: inner, verifier: newCosignatureVerifier(verifierKey) },
      report(report) {
        reports.push(report)
        waiting.get(report.result)?.(report)
      },
    }),
  )
  const log = witnessedLog(inner, all, kept)
  t.after(() => log.close())
  const reported = (result: string) => new Promise<WitnessReport>((resolve) => waiting.set(result, resolve))
  return { log, reports, pauses, reported }
}

const checkpointOf = async (log: CoveringLog) => Buffer.from(await log.checkpoint()).toString()

test('cosignatures stand below the checkpoint, in the order of the settings, over a restart too, and never below the head of Go', async (t) => {
  const world = logWorld()
  const all = [testWitness(world.keys.verifier, 'b.example/w'), testWitness(world.keys.verifier, 'a.example/w')]
  const verifiers = [world.keys.verifier, ...all.map(({ verifierKey }) => verifierKey)].map((key, i) =>
    i === 0 ? newVerifier(key) : newCosignatureVerifier(key),
  )
  const remotes = all.map((each) => [each, remoteOf(each)] as const)
  const { log, reports } = watched(t, world, ...remotes)
  await appendAll(log, 0, 3)
  while (reports.filter(({ size }) => size === 3).length < 2) await testClock.sleep(1)
  const names = ['gate.example/log', 'b.example/w', 'a.example/w']
  assert.deepEqual(
    open(await checkpointOf(log), verifiers).signatures.map(({ name }) => name),
    names,
  )
  assert.deepEqual(
    open(await log.latest(), verifiers).signatures.map(({ name }) => name),
    ['gate.example/log'],
  )
  await log.close()
  const counts = all.map(({ asked }) => asked)
  const again = watched(t, world, ...remotes)
  assert.deepEqual(
    open(await checkpointOf(again.log), verifiers).signatures.map(({ name }) => name),
    names,
  )
  assert.deepEqual(
    all.map(({ asked }) => asked),
    counts,
  )
})

test('a witness that hangs holds up nobody, and is let go at the end', async (t) => {
  const world = logWorld()
  const asked = testWitness(world.keys.verifier)
  let hanging = 0
  const remote: WitnessRemote = {
    addCheckpoint: (_body, signal) =>
      new Promise((_resolve, reject) => {
        hanging++
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      }),
    close: async () => undefined,
  }
  const { log, reports } = watched(t, world, [asked, remote])
  await appendAll(log, 0, 1)
  while (hanging === 0) await testClock.sleep(1)
  await appendAll(log, 1, 20)
  assert.equal(open(await checkpointOf(log), [newVerifier(world.keys.verifier)]).unverifiedSignatures.length, 0)
  await log.close()
  assert.equal(hanging, 1)
  assert.deepEqual(reports, [])
})

test('a witness that is down is asked less and less often, and about the newest head when it is back', async (t) => {
  const world = logWorld()
  const asked = testWitness(world.keys.verifier)
  const down = new Failure('upstream-unreachable', { asked: 'POST', who: 'witness.example', why: 'no answer' })
  let failures = 0
  const remote: WitnessRemote = {
    addCheckpoint: async (body) => {
      if (failures++ < 12) throw down
      return asked.answer(body)
    },
    close: async () => undefined,
  }
  await appendAll(world.open(), 0, 4)
  const { reports, pauses, reported } = watched(t, world, [asked, remote])
  const back = reported('cosigned')
  assert.equal((await back).size, 4)
  assert.deepEqual(
    reports.slice(0, 12).map(({ result, why }) => [result, why]),
    Array(12).fill(['upstream-unreachable', 'no answer']),
  )
  assert.deepEqual(pauses.slice(0, 5), [1000, 2000, 4000, 8000, 16000])
  assert.equal(Math.max(...pauses), 300_000)
  assert.equal(asked.asked, 1)
})

test('a cosignature on disk that does not hold is not shown, and asked for again', async (t) => {
  const world = logWorld()
  const asked = testWitness(world.keys.verifier)
  const first = watched(t, world, [asked, remoteOf(asked)])
  await appendAll(first.log, 0, 3)
  while (first.reports.every(({ size }) => size < 3)) await testClock.sleep(1)
  await first.log.close()
  const kept = Buffer.from((await world.checkpoints.read(file))!.bytes).toString()
  await world.checkpoints.write(file, Buffer.from(kept.replace(/("base64": ".{20})./, '$1_')))
  asked.misbehaviour = { kind: 'status', status: 503 }
  const again = watched(t, world, [asked, remoteOf(asked)])
  assert.equal((await checkpointOf(again.log)).match(/^— /gm)?.length, 1)
  const back = again.reported('cosigned')
  asked.misbehaviour = undefined
  assert.equal((await back).size, 3)
  assert.equal((await checkpointOf(again.log)).match(/^— /gm)?.length, 2)
})
