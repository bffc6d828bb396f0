import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Clock } from '../../core/ports.ts'
import { memoryCheckpoints } from '../../store/memory-store.ts'
import type { CoveringLog } from './covering-log.ts'
import { logNames } from './log-names.ts'
import { logTimes } from './log-times.ts'
import { logWorld, memoryGuard, moduleAt, recordText, testClock } from './test-log.ts'
import { ownLog } from './own-log.ts'

const names = logNames('gate.example/log')

const appendAll = (log: CoveringLog, from: number, to: number) =>
  Promise.all(
    Array.from({ length: to - from }, (_, i) => log.append(moduleAt(from + i), recordText(moduleAt(from + i)))),
  )

/** Appends of some sizes, each at a time of a clock that jumps as it likes. */
const appends = fc.array(
  fc.record({ count: fc.constantFrom(1, 2, 200, 256, 700), time: fc.integer({ min: 0, max: 5000 }) }),
  { minLength: 1, maxLength: 5 },
)

test('times grow from record to record whatever the clock does, and the first one since a time is found', async () => {
  await fc.assert(
    fc.asyncProperty(appends, fc.integer({ min: 0, max: 6000 }), async (history, since) => {
      const checkpoints = memoryCheckpoints(testClock)
      let size = 0
      for (const { count, time } of history) {
        await logTimes(checkpoints, names).write(size, count, time)
        size += count
      }
      const times = logTimes(checkpoints, names)
      const tiles = Array.from({ length: Math.ceil(size / 256) }, (_, n) => times.read(n, size))
      const all = (await Promise.all(tiles)).flat()
      assert.equal(all.length, size)
      assert.ok(all.every((time, i) => i === 0 || time > all[i - 1]!))
      const first = all.findIndex((time) => time >= since)
      assert.equal(await times.since(since, size), first < 0 ? size : first)
    }),
    { numRuns: 100 },
  )
})

test('the index has every record once when it is read page by page, over several tiles and after a restart', async () => {
  const world = logWorld()
  const log = world.open()
  await appendAll(log, 0, 300)
  await appendAll(log, 300, 610)
  await log.close()
  const again = world.open()
  const seen: string[] = []
  for (let time = 0; ;) {
    const page = await again.index({ time }, 100)
    seen.push(...page.map(({ text }) => text))
    if (page.length === 0) break
    time = page.at(-1)!.time + 1
  }
  assert.equal(seen.length, 610)
  assert.equal(new Set(seen).size, 610)
  assert.deepEqual(await again.index({ id: 609 }, 5), (await again.index({ time: 0 }, 1000)).slice(609))
  assert.deepEqual(await again.index({ id: 610 }, 5), [])
})

test('records appended by two gates, one with a clock that is behind, are in the index in the order of the log', async () => {
  const world = logWorld()
  const behind: Clock = { ...testClock, now: () => 1_600_000_000_000 }
  const { signer: signerKey, verifier: verifierKey } = world.keys
  const late = ownLog({ ...{ signerKey, verifierKey }, ...world, guard: memoryGuard(), clock: behind })
  const log = world.open()
  for (let i = 0; i < 10; i++) await appendAll(i % 2 === 0 ? log : late, i * 3, i * 3 + 3)
  const records = await world.open().index({ time: 0 }, 100)
  assert.deepEqual(records.map(({ id }) => id), [...Array(30).keys()]) // prettier-ignore
})

for (const [what, damage] of [
  ['gone', undefined],
  ['no such file', Buffer.from('yesterday\n')],
  ['too short', Buffer.from('1\n2\n')],
  ['in no order', Buffer.from('5\n4\n3\n')],
] as const) {
  test(`times that are ${what} are said to be damaged, keep nobody from appending, and are made anew with the next append`, async () => {
    const world = logWorld()
    const log = world.open()
    await appendAll(log, 0, 3)
    await log.close()
    const file = names.times({ h: 8, l: -1, n: 0, w: 3 })
    if (damage) await world.checkpoints.write(file, damage)
    else await world.checkpoints.remove(file, (await world.checkpoints.read(file))!.bytes)
    const next = world.open()
    await assert.rejects(next.index({ time: 0 }, 10), { code: 'log-damaged' })
    await appendAll(next, 3, 5)
    assert.equal((await next.index({ time: 0 }, 10)).length, 5)
  })
}

test('of the times at the edge only those of the last tree stay', async () => {
  const world = logWorld()
  const log = world.open()
  for (let i = 0; i < 6; i++) await appendAll(log, i, i + 1)
  await log.close()
  const left = await Promise.all(
    [1, 2, 3, 4, 5, 6].map(async (w) => (await world.checkpoints.read(names.times({ h: 8, l: -1, n: 0, w }))) !== undefined), // prettier-ignore
  )
  assert.deepEqual(left, [false, false, false, false, false, true])
})
