import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey } from '@modgate/gomod/note'
import type { Checkpoints } from '../../core/ports.ts'
import { readOnlyCheckpoints } from '../../store/read-only-checkpoints.ts'
import { runLength } from './index-runs.ts'
import {
  append,
  appendAll,
  assertSound,
  killedAt,
  logWorld,
  moduleAt,
  recordText,
  testClock,
  type LogWorld,
} from './test-log.ts'
import { counted, forgetful, heldBytes, volatile } from './test-store.ts'

const root = 'sumdb/gate.example/log'
const lookupOf = (i: number) => `${root}/lookup/m${i}.example/x@v1.0.0`

const expected = (to: number) =>
  new Map(Array.from({ length: to }, (_, i) => [`m${i}.example/x@v1.0.0`, recordText(moduleAt(i))] as const))

async function remove(checkpoints: Checkpoints, name: string): Promise<void> {
  await checkpoints.remove(name, (await checkpoints.read(name))!.bytes)
}

test('a version whose file is gone is not recorded again, whoever comes with other bytes, and has a file afterwards', async () => {
  const world = logWorld()
  const log = world.open()
  await appendAll(log, 0, 300)
  await log.close()
  for (const i of [7, 299]) await remove(world.checkpoints, lookupOf(i))
  const again = world.open()
  assert.deepEqual(await again.find(moduleAt(7)), { id: 7, text: recordText(moduleAt(7)) })
  const mended = Buffer.from((await world.checkpoints.read(lookupOf(7)))!.bytes).toString()
  assert.ok(mended.startsWith(`7\n${recordText(moduleAt(7))}`))
  assert.deepEqual(await append(world.open(), 299, 'B'), { id: 299, text: recordText(moduleAt(299)) })
  await assertSound(again, expected(300))
})

test('gates on a disk that keeps no files of records make one log, in which no version comes twice', async () => {
  const world = logWorld()
  const checkpoints = forgetful(world.checkpoints)
  const logs = [world.open({ checkpoints }), world.open({ checkpoints }), world.open({ checkpoints })]
  // The first one's index follows what the others append.
  await append(logs[0]!, 0)
  await Promise.all(logs.map((log, i) => appendAll(log, i * 40, i * 40 + 80)))
  for (const log of logs) await appendAll(log, 0, 160, 'B')
  await assertSound(world.open({ checkpoints }), expected(160))
})

for (const when of ['before', 'after'] as const) {
  test(`killed ${when} any change on such a disk, with a power cut behind it, the log stays sound`, async () => {
    for (let at = 1; at < 24; at++) {
      const world = logWorld()
      const disk = volatile(world.checkpoints)
      const checkpoints = forgetful(disk)
      await appendAll(world.open({ checkpoints }), 0, 2)
      const killed = world.open({ checkpoints: killedAt(checkpoints, at, when) })
      const results = await Promise.allSettled([append(killed, 2), append(killed, 3)])
      await killed.close().catch(() => undefined)
      disk.powerCut()
      const next = world.open({ checkpoints })
      for (const [i, { status }] of results.entries()) {
        if (status === 'fulfilled') assert.ok(await next.find(moduleAt(2 + i)), `record ${2 + i} is gone`)
      }
      const variants = await Promise.all([append(next, 2), append(next, 3), append(next, 4)])
      await appendAll(world.open({ checkpoints }), 0, 5, 'B')
      await assertSound(next, new Map([...expected(5)]))
      assert.equal(new Set(variants.map(({ id }) => id)).size, 3)
    }
  })
}

test('a file with a seal needs no tile of hashes, a seal that was made for something else is worth nothing, and is made again', async () => {
  const world = logWorld()
  const log = world.open()
  await appendAll(log, 0, 600)
  await log.close()
  const read = async (i: number) => Buffer.from((await world.checkpoints.read(lookupOf(i)))!.bytes).toString()
  for (const i of [3, 4, 599]) await world.open().find(moduleAt(i))
  const sealed = await read(3)
  assert.match(sealed, /\n[A-Za-z0-9+/]{43}=\n$/)
  assert.equal(await read(599), `599\n${recordText(moduleAt(599))}`, 'its tile is not full yet')
  const { disk, count } = counted(world.checkpoints)
  assert.equal((await world.open({ checkpoints: disk }).find(moduleAt(3)))?.id, 3)
  assert.equal(count('/tile/8/0/000'), 0)
  const otherSeal = sealed.replace(/\n[^\n]+\n$/, (await read(4)).slice(-46))
  const forged = sealed.replace(/^3\n/, '5\n')
  const otherHash = sealed.replaceAll('h1:A', 'h1:B')
  for (const bad of [otherSeal, forged, otherHash, `${sealed}x\n`]) {
    await world.checkpoints.write(lookupOf(3), Buffer.from(bad))
    assert.deepEqual(await world.open().find(moduleAt(3)), { id: 3, text: recordText(moduleAt(3)) })
    assert.equal(await read(3), sealed)
  }
})

test('a version with a file that tells of a longer log is refused, not recorded anew', async () => {
  const world = logWorld()
  await appendAll(world.open(), 0, 3)
  await world.checkpoints.write(lookupOf(9), Buffer.from(`12\n${recordText(moduleAt(9))}`))
  await assert.rejects(world.open().find(moduleAt(9)), { code: 'log-damaged' })
  // One that can be refuted is nothing.
  await world.checkpoints.write(lookupOf(9), Buffer.from(`1\n${recordText(moduleAt(9))}`))
  assert.equal(await world.open().find(moduleAt(9)), undefined)
  assert.equal((await append(world.open(), 9, 'B')).text, recordText(moduleAt(9), 'B'))
})

/** A log with one complete run and a tail, made once; each test changes a copy of its own. */
const size = runLength + 300
let made: Promise<LogWorld> | undefined

async function bigLog(): Promise<LogWorld> {
  made ??= (async () => {
    const world = logWorld()
    const log = world.open({ checkpoints: forgetful(world.checkpoints) })
    await appendAll(log, 0, size)
    await log.close()
    return world
  })()
  const { checkpoints, keys } = await made
  const guarded = (await made).guard.guarded
  const world = logWorld(keys)
  world.guard.guarded = guarded
  const copy = readOnlyCheckpoints(checkpoints, testClock)
  return { ...world, checkpoints: copy, open: (over) => world.open({ checkpoints: copy, ...over }) }
}

const run = `${root}/index/000000`

test('what is behind the last run is all that a gate reads of the records, and nothing before it is asked for a new version', async () => {
  const world = await bigLog()
  const { disk, count } = counted(world.checkpoints)
  const log = world.open({ checkpoints: disk })
  await log.latest()
  await log.status()
  assert.equal(count('/index/') + count('/data/'), 0)
  assert.equal(await log.find(moduleAt(size)), undefined)
  assert.equal(count('read ' + run), 1)
  assert.equal(count('/data/'), 2)
  assert.equal((await log.find(moduleAt(5)))?.id, 5)
  assert.equal(count('/data/'), 3)
})

const damages: readonly [claim: string, damage: (old: Buffer) => Buffer | undefined][] = [
  ['is gone', () => undefined],
  ['was cut', (old) => old.subarray(0, -6)],
  ['is empty', () => Buffer.alloc(0)],
  ['lost a record', (old) => Buffer.concat([old.subarray(0, 32), Buffer.alloc(6), old.subarray(38)])],
  ['has another seal', (old) => Buffer.concat([Buffer.alloc(32), old.subarray(32)])],
]

for (const [claim, damage] of damages) {
  test(`a run of the index that ${claim} is made anew from the records`, async () => {
    const world = await bigLog()
    const old = Buffer.from((await world.checkpoints.read(run))!.bytes)
    const bad = damage(old)
    if (bad) await world.checkpoints.write(run, bad)
    else await remove(world.checkpoints, run)
    const log = world.open()
    assert.deepEqual(await append(log, 0, 'B'), { id: 0, text: recordText(moduleAt(0)) })
    assert.equal(await log.find(moduleAt(size)), undefined)
    assert.deepEqual(Buffer.from((await world.checkpoints.read(run))!.bytes), old)
  })
}

test('a run that a log of another key made is not believed', async () => {
  const world = await bigLog()
  const other = logWorld(generateKey('gate.example/log'))
  const log = other.open()
  await appendAll(log, size, size + runLength)
  assert.equal(await log.find(moduleAt(0)), undefined)
  await world.checkpoints.write(run, (await other.checkpoints.read(run))!.bytes)
  assert.equal((await append(world.open(), 3, 'B')).id, 3)
})

test('a tile of records that is damaged where there is no run closes the log to new versions, and to no known one', async () => {
  const world = await bigLog()
  const known = world.open()
  for (const i of [2, size - 1]) assert.equal((await known.find(moduleAt(i)))?.id, i)
  await world.checkpoints.write(`${root}/tile/8/data/064`, Buffer.from('nothing\n\n'))
  const log = world.open()
  await assert.rejects(append(log, size), { code: 'log-damaged' })
  await assert.rejects(log.find(moduleAt(size)), { code: 'log-damaged' })
  for (const i of [2, size - 1]) assert.equal((await log.find(moduleAt(i)))?.id, i)
})

test('a tile of records that is damaged below a run costs its own records only', async () => {
  const world = await bigLog()
  await world.checkpoints.write(`${root}/tile/8/data/001`, Buffer.from('nothing\n\n'))
  const log = world.open()
  assert.equal((await append(log, size)).id, size)
  assert.equal((await log.find(moduleAt(3)))?.id, 3)
  await assert.rejects(append(log, 300, 'B'), { code: 'log-damaged' })
})

test('a hundred thousand misses change nothing on the disk, read nothing of the records, and stay in bounded memory', async () => {
  const world = await bigLog()
  const { disk, count } = counted(world.checkpoints)
  const log = world.open({ checkpoints: disk })
  await log.find(moduleAt(size))
  const [records, before] = [count('/data/'), heldBytes()]
  for (let i = 1; i <= 100_000; i++)
    assert.equal(await log.find({ path: `x${i}.example`, version: 'v1.0.0' }), undefined)
  assert.equal(count('write '), 0)
  assert.equal(count('/data/'), records)
  assert.ok(heldBytes() - before < 10e6)
})
