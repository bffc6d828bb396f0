import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CoveringLog } from './covering-log.ts'
import type { Guarded } from './log-guard.ts'
import { assertSound, killedAt, logWorld, moduleAt, recordText } from './test-log.ts'
import { failing, remaining, volatile } from './test-store.ts'

const append = (log: CoveringLog, i: number) => log.append(moduleAt(i), recordText(moduleAt(i)))

const appendAll = (log: CoveringLog, from: number, to: number) =>
  Promise.all(Array.from({ length: to - from }, (_, i) => append(log, from + i)))

const expected = (to: number) =>
  new Map(Array.from({ length: to }, (_, i) => [`m${i}.example/x@v1.0.0`, recordText(moduleAt(i))] as const))

const steps: readonly [claim: string, fails: (change: string, name: string) => boolean][] = [
  ['when a bundle is staged', (change, name) => change === 'replace' && name.includes('/bundle/')],
  ['when the head is swapped', (change, name) => change === 'replace' && name.endsWith('/log-head')],
  ['when tiles are written', (change, name) => change === 'write' && name.includes('/tile/')],
  ['when lookups are written', (change, name) => change === 'write' && name.includes('/lookup/')],
  ['when all is settled', (change) => change === 'settle'],
  ['when a bundle is removed', (change, name) => change === 'remove' && name.includes('/bundle/')],
  ['in every step', () => true],
]

for (const [claim, fails] of steps) {
  test(`a disk that is full ${claim} takes nothing from readers, heals by itself and leaves nothing behind`, async () => {
    const world = logWorld()
    let full = false
    const { disk, log: asked } = failing(world.checkpoints, (change, name) => full && fails(change, name))
    const log = world.open({ checkpoints: disk })
    await appendAll(log, 0, 3)
    full = true
    for (let i = 3; i < 13; i++) await append(log, i).catch(() => undefined)
    assert.equal((await log.find(moduleAt(1)))?.id, 1)
    assert.match(Buffer.from(await log.latest()).toString(), /^go\.sum database tree\n/)
    full = false
    await appendAll(log, 3, 14)
    await assertSound(log, expected(14))
    await log.close()
    await assertSound(world.open(), expected(14))
    assert.equal(await remaining(world.checkpoints, asked, '/bundle/'), 0, 'bundles stay')
  })
}

test('a swap that happened, and was reported as failed, loses nothing', async () => {
  const world = logWorld()
  let bad = false
  const log = world.open({
    checkpoints: {
      ...world.checkpoints,
      async replace(name, ...rest) {
        const done = await world.checkpoints.replace(name, ...rest)
        if (bad && name.endsWith('/log-head')) throw new Error('the directory cannot be synced')
        return done
      },
    },
  })
  await appendAll(log, 0, 3)
  bad = true
  await assert.rejects(append(log, 3))
  bad = false
  assert.equal((await append(world.open(), 4)).id, 4)
  await assertSound(log, expected(5))
})

test('a guard that cannot be written, or is no guard, closes the log and not the reading; it opens again by itself', async () => {
  const world = logWorld()
  let bad: 'read' | 'write' | undefined
  const disk = <T>(which: 'read' | 'write', action: () => Promise<T>) =>
    bad === which ? Promise.reject(new Error('no space left on device')) : action()
  const guard = {
    ...world.guard,
    read: () => disk('read', () => world.guard.read()),
    write: (guarded: Guarded) => disk('write', () => world.guard.write(guarded)),
  }
  const log = world.open({ guard })
  await appendAll(log, 0, 3)
  for (const which of ['read', 'write'] as const) {
    bad = which
    await assert.rejects(append(log, 3), { code: 'log-closed' })
    assert.equal((await world.open({ guard }).find(moduleAt(1)))?.id, 1)
    assert.match(Buffer.from(await log.latest()).toString(), /^go\.sum database tree\n/)
  }
  bad = undefined
  await appendAll(log, 0, 5)
  await assertSound(log, expected(5))
})

for (const when of ['before', 'after'] as const) {
  test(`a power cut ${when} any change, and another one later, lose nothing that was answered, and no version comes twice`, async () => {
    for (let at = 1; at < 40; at++) {
      const world = logWorld()
      const disk = volatile(world.checkpoints)
      await appendAll(world.open({ checkpoints: disk }), 0, 2)
      const answered = new Set<number>()
      const killed = world.open({ checkpoints: killedAt(disk, at, when) })
      for (let i = 2; i < 6; i++)
        await append(killed, i)
          .then(() => answered.add(i))
          .catch(() => undefined)
      await killed.close().catch(() => undefined)
      disk.powerCut()
      const next = world.open({ checkpoints: disk })
      for (const i of answered) assert.ok(await next.find(moduleAt(i)), `record ${i} is gone after change ${at}`)
      await appendAll(next, 0, 7)
      disk.powerCut()
      const last = world.open({ checkpoints: disk })
      await assertSound(last, expected(7))
      assert.equal((await last.status()).size, 7)
    }
  })
}

test('appends that could not be settled are written again after a power cut, also when later ones were tried', async () => {
  const world = logWorld()
  const disk = volatile(world.checkpoints)
  let bad = true
  const once: typeof disk.settle = async (names) => {
    const fails = bad
    bad = false
    if (fails) throw new Error('cannot be synced')
    await disk.settle(names)
  }
  const log = world.open({ checkpoints: { ...disk, settle: once } })
  await append(log, 0)
  await log.close()
  await append(log, 1)
  await log.close()
  disk.powerCut()
  await assertSound(world.open({ checkpoints: disk }), expected(2))
})
