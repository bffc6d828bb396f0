import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CoveringLog } from './covering-log.ts'
import type { Guarded } from './log-guard.ts'
import { append, assertSound, logWorld, memoryGuard, moduleAt, recordText, suspiciousClient } from './test-log.ts'
import { interrupted } from './test-store.ts'

async function appendEach(log: CoveringLog, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) await append(log, i)
}

const expected = (to: number) =>
  new Map(Array.from({ length: to }, (_, i) => [`m${i}.example/x@v1.0.0`, recordText(moduleAt(i))] as const))

/** What another gate does while one is in the middle of something. */
const moments: readonly [claim: string, at: (name: string) => boolean][] = [
  ['reads the head', (name) => name.endsWith('/log-head')],
  ['reads a bundle', (name) => name.includes('/bundle/')],
  ['reads a tile', (name) => name.includes('/tile/')],
  ['reads a tile of records', (name) => name.includes('/tile/8/data/')],
  ['reads a lookup', (name) => name.includes('/lookup/')],
]

for (const [claim, at] of moments) {
  test(`another gate that appends and settles while this one ${claim} costs nobody an error`, async () => {
    const world = logWorld()
    const first = world.open()
    await appendEach(first, 0, 3)
    // The bundle of the last append stays, as if its settling were still under way.
    const slow = world.open({ checkpoints: { ...world.checkpoints, settle: () => Promise.reject(new Error('later')) } })
    await append(slow, 3)
    const meanwhile = async () => {
      await appendEach(first, 4, 6)
      await first.close()
    }
    const log = world.open({ checkpoints: interrupted(world.checkpoints, at, meanwhile) })
    assert.equal((await log.find(moduleAt(1)))?.id, 1)
    assert.equal((await append(log, 5, 'B')).text, recordText(moduleAt(5)))
    await append(log, 6)
    await append(first, 4)
    await append(first, 5)
    await assertSound(log, new Map([...expected(6)]))
    assert.equal((await log.status()).signs, true)
  })
}

test('another gate that is ahead with the guard closes nothing', async () => {
  const world = logWorld()
  const [one, two] = [world.open(), world.open()]
  await appendEach(one, 0, 2)
  let once = false
  const guard = {
    ...world.guard,
    async read() {
      if (!once) {
        once = true
        await appendEach(two, 2, 5)
      }
      return world.guard.guarded
    },
    write: (guarded: Guarded) => world.guard.write(guarded),
  }
  const log = world.open({ guard })
  await append(log, 5)
  await assertSound(log, expected(6))
})

test('of two gates that tell the guard in the wrong order, none leaves it behind', async () => {
  const world = logWorld()
  let late: (() => Promise<void>) | undefined
  const slowGuard = {
    ...world.guard,
    read: () => world.guard.read(),
    async write(guarded: Guarded) {
      const meanwhile = late
      late = undefined
      await meanwhile?.()
      await world.guard.write(guarded)
    },
  }
  const [slow, quick] = [world.open({ guard: slowGuard }), world.open()]
  await append(slow, 0)
  late = () => appendEach(quick, 1, 4)
  await append(slow, 4)
  await slow.close()
  for (let i = 0; i < 50 && world.guard.guarded?.tree.size !== 5; i++) await sleep(10)
  assert.equal(world.guard.guarded?.tree.size, 5)
})

test('a head whose maker was killed before it told the guard is guarded before anybody sees it', async () => {
  const world = logWorld()
  await append(world.open(), 0)
  const killed = world.open({
    guard: { ...world.guard, read: () => world.guard.read(), write: () => Promise.reject(new Error('killed')) },
  })
  await assert.rejects(append(killed, 1), { code: 'log-closed' })
  assert.equal(world.guard.guarded?.tree.size, 1)
  await world.open().latest()
  assert.equal(world.guard.guarded.tree.size, 2)
})

test('two gates with guards of their own both remember what either signed', async () => {
  const world = logWorld()
  const guard = memoryGuard()
  const [one, two] = [world.open(), world.open({ guard })]
  await appendEach(one, 0, 2)
  await append(two, 2)
  await append(one, 3)
  assert.equal(world.guard.guarded?.tree.size, 4)
  await two.status()
  assert.equal(guard.guarded?.tree.size, 4)
})

test('a client that goes from gate to gate, and back, never sees the log shrink', async () => {
  const world = logWorld()
  const logs = [world.open(), world.open(), world.open()]
  const clients = logs.map((log) => suspiciousClient(log))
  for (let i = 0; i < 30; i++) {
    await append(logs[i % 3]!, i)
    for (const client of clients) assert.equal((await client.lookup(moduleAt(i))).id, i)
  }
  for (const { outside } of clients) assert.deepEqual(outside.securityErrors, [])
})

test('ten thousand appends at once are a few batches, and no more than some files at a time', async () => {
  const world = logWorld()
  let [now, most] = [0, 0]
  const counted =
    <A extends readonly unknown[], R>(action: (...given: A) => Promise<R>) =>
    async (...given: A) => {
      most = Math.max(most, ++now)
      await new Promise(setImmediate)
      return action(...given).finally(() => now--)
    }
  const log = world.open({
    checkpoints: {
      ...world.checkpoints,
      write: counted((name: string, next: Uint8Array) => world.checkpoints.write(name, next)),
    },
  })
  const many = Array.from({ length: 10_000 }, (_, i) => i)
  const before = process.memoryUsage().heapUsed
  const records = await Promise.all(many.map((i) => append(log, i)))
  assert.deepEqual(
    records.map(({ id }) => id).toSorted((a, b) => a - b),
    many,
  )
  assert.ok(most <= 64, `${most} files at once`)
  assert.ok(process.memoryUsage().heapUsed - before < 300e6)
  assert.equal((await log.status()).size, many.length)
  assert.ok(await world.checkpoints.read('sumdb/gate.example/log/tile/8/data/038'))
  await log.close()
})
