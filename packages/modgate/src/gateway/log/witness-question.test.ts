import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newCosignatureVerifier } from '@modgate/gomod/note'
import { testWitness, type Misbehaviour, type TestWitness } from '../../../../../test/harness/witness.ts'
import { cosignatures } from './cosignatures.ts'
import type { CoveringLog } from './covering-log.ts'
import { appendAll, logWorld, moduleAt, recordText, testClock, type LogWorld } from './test-log.ts'
import { remoteOf } from './test-witness.ts'
import { askWitness } from './witness-question.ts'

const file = 'sumdb/gate.example/log/cosignatures'

/** One question, as a gate asks it. */
function question(world: LogWorld, asked: TestWitness, over: { log?: CoveringLog } = {}) {
  const options = {
    verifier: newCosignatureVerifier(asked.verifierKey),
    remote: remoteOf(asked),
    log: over.log ?? world.open(),
    kept: cosignatures(world.checkpoints, file),
    clock: testClock,
  }
  return askWitness(options, new AbortController().signal)
}

test('each growth of the log is cosigned, whatever its size, and the proof is what the witness wants', async () => {
  const world = logWorld()
  const asked = testWitness(world.keys.verifier)
  const log = world.open()
  assert.equal(await question(world, asked), undefined)
  let size = 0
  for (const next of [1, 2, 3, 7, 8, 255, 256, 257, 300]) {
    await appendAll(log, size, next)
    size = next
    assert.deepEqual(await question(world, asked), { result: 'cosigned', size })
    assert.equal(await question(world, asked), undefined)
  }
  assert.deepEqual(new Set(asked.answered), new Set([200]))
  assert.equal(asked.latest?.size, 300)
})

test('a gate that has forgotten what was cosigned takes the size from the witness', async () => {
  const world = logWorld()
  const asked = testWitness(world.keys.verifier)
  const log = world.open()
  await appendAll(log, 0, 5)
  await question(world, asked)
  await world.checkpoints.remove(file, (await world.checkpoints.read(file))!.bytes)
  assert.deepEqual(await question(world, asked), { result: 'cosigned', size: 5 })
  await world.checkpoints.write(file, Buffer.from('{"damaged'))
  await appendAll(log, 5, 9)
  assert.deepEqual(await question(world, asked), { result: 'cosigned', size: 9 })
  assert.deepEqual(asked.answered, [200, 409, 200, 409, 200])
})

test('a witness that has forgotten is shown the log from where it is', async () => {
  const world = logWorld()
  const asked = testWitness(world.keys.verifier)
  await appendAll(world.open(), 0, 5)
  await question(world, asked)
  asked.latest = undefined
  await appendAll(world.open(), 5, 6)
  assert.deepEqual(await question(world, asked), { result: 'cosigned', size: 6 })
})

test('a witness that was shown a newer head by another gate of the store is asked about that one', async () => {
  const world = logWorld()
  const asked = testWitness(world.keys.verifier)
  await appendAll(world.open(), 0, 3)
  const old = await world.open().checkpoint()
  await appendAll(world.open(), 3, 8)
  await question(world, asked)
  await world.checkpoints.remove(file, (await world.checkpoints.read(file))!.bytes)
  const log = world.open()
  let looks = 0
  const late = { ...log, checkpoint: async () => (looks++ === 0 ? old : log.checkpoint()) }
  assert.deepEqual(await question(world, asked, { log: late }), { result: 'cosigned', size: 8 })
})

test('what a witness does wrong is told apart, and nothing of it is kept', async () => {
  const rows: readonly (readonly [misbehaviour: Misbehaviour, result: string, why: RegExp])[] = [
    [{ kind: 'status', status: 403 }, 'refused', /403/],
    [{ kind: 'status', status: 404 }, 'refused', /404/],
    [{ kind: 'status', status: 409 }, 'refused', /409/],
    [{ kind: 'status', status: 422 }, 'forked', /422/],
    [{ kind: 'status', status: 503 }, 'failed', /503/],
    [{ kind: 'status', status: 302 }, 'failed', /302/],
    [{ kind: 'status', status: 200 }, 'invalid', /without a cosignature/],
    [{ kind: 'wrong-signature' }, 'invalid', /without a cosignature/],
    [{ kind: 'size', size: 0 }, 'invalid', /size 0 that it was asked with/],
    [{ kind: 'size', size: 3 }, 'forked', /another tree of 3 records/],
    [{ kind: 'size', size: 2 ** 52 }, 'ahead', /has cosigned 4,503,599,627,370,496 records, and the log has 3/],
  ]
  for (const [misbehaviour, result, why] of rows) {
    const world = logWorld()
    const asked = testWitness(world.keys.verifier)
    asked.misbehaviour = misbehaviour
    await appendAll(world.open(), 0, 3)
    const ended = await question(world, asked)
    assert.equal(ended?.result, result, JSON.stringify(misbehaviour))
    assert.match(ended.why!, why)
    assert.equal(await world.checkpoints.read(file), undefined)
    asked.misbehaviour = undefined
    if (misbehaviour.kind !== 'wrong-signature') assert.equal((await question(world, asked))?.result, 'cosigned')
  }
})

test('a fork and a rollback of the log are refused by the witness, and known for what they are', async () => {
  const world = logWorld()
  const asked = testWitness(world.keys.verifier)
  await appendAll(world.open(), 0, 5)
  await question(world, asked)
  const other = logWorld(world.keys)
  await other.open().append(moduleAt(9), recordText(moduleAt(9)))
  assert.equal((await question(other, asked))?.result, 'ahead')
  await appendAll(other.open(), 0, 4)
  assert.equal((await question(other, asked))?.result, 'forked')
  await appendAll(other.open(), 10, 12)
  assert.equal((await question(other, asked))?.result, 'forked')
  assert.equal(asked.latest?.size, 5)
})

test('a damaged tile is a report and never a proof', async () => {
  const world = logWorld()
  const asked = testWitness(world.keys.verifier)
  await appendAll(world.open(), 0, 300)
  await question(world, asked)
  await appendAll(world.open(), 300, 301)
  const log = world.open()
  const lying = { ...log, readTile: async () => new Uint8Array(32) }
  assert.equal((await question(world, asked, { log: lying }))?.result, 'log-damaged')
})
