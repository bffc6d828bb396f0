import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Checkpoints } from '../../core/ports.ts'
import { memoryCheckpoints } from '../../store/memory-store.ts'
import { findLog, findOrBeginLog, type LogIdentity } from './log-identity.ts'
import { ownLog } from './own-log.ts'
import { rotate } from './rotation.ts'
import { planRotation, type RotationPlan } from './rotation-plan.ts'
import { assertSound, moduleAt, recordText, testClock } from './test-log.ts'

/** A log of three records in memory, with its files in a directory. */
async function world(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'modgate-rotation-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const checkpoints = memoryCheckpoints(testClock)
  const files = {
    ...{ name: undefined, newName: 'gate.example', key: join(directory, 'log.key') },
    guard: { file: join(directory, 'log.guard') },
  }
  const options = { files, modules: directory, checkpoints, clock: testClock }
  const identity = { files, checkpoints, publicDatabase: { kind: 'off' } as const }
  const open = ({ key, guard }: LogIdentity) =>
    ownLog({ ...{ checkpoints, guard, clock: testClock }, signerKey: key.signer, verifierKey: key.verifier })
  const log = open(await findOrBeginLog(identity))
  for (let i = 0; i < 3; i++) await log.append(moduleAt(i), recordText(moduleAt(i)))
  await log.close()
  return { options, gate: async () => open((await findLog(identity))!) }
}

/** Counts every step that a rotation takes outside of itself, and fails at one of them and at all that follow. */
function killer(at: number, when: 'before' | 'after') {
  let steps = 0
  const counted =
    <A extends readonly unknown[], R>(step: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      const now = ++steps
      if (now > at || (now === at && when === 'before')) throw new Error('killed')
      const result = await step(...given)
      if (now === at) throw new Error('killed')
      return result
    }
  const checkpoints = (own: Checkpoints): Checkpoints => ({
    ...own,
    replace: counted((...given: Parameters<Checkpoints['replace']>) => own.replace(...given)),
    write: counted((...given: Parameters<Checkpoints['write']>) => own.write(...given)),
    remove: counted((...given: Parameters<Checkpoints['remove']>) => own.remove(...given)),
  })
  const plan = (own: RotationPlan): RotationPlan => ({
    ...own,
    guard: { ...own.guard, write: counted((guarded) => own.guard.write(guarded)) },
    keyFiles: {
      ...own.keyFiles,
      beginJournal: counted((journal) => own.keyFiles.beginJournal(journal)),
      replaceKey: counted((journal) => own.keyFiles.replaceKey(journal)),
      endJournal: counted(() => own.keyFiles.endJournal()),
    },
  })
  return { checkpoints, plan, steps: () => steps }
}

const expected = (count: number) =>
  new Map(Array.from({ length: count }, (_, i) => [`m${i}.example/x@v1.0.0`, recordText(moduleAt(i))] as const))

for (const when of ['before', 'after'] as const) {
  test(`killed ${when} any step, a gate has the old log or the new one, whole and signing, and the next rotation ends it`, async (t) => {
    const names = new Set<string>()
    let wasKilled = true
    for (let at = 1; wasKilled; at++) {
      const { options, gate } = await world(t)
      const kill = killer(at, when)
      const first = kill.plan(await planRotation(options))
      wasKilled = await rotate(
        { ...options, checkpoints: kill.checkpoints(options.checkpoints) },
        first,
        () => undefined,
      ).then(
        () => false,
        () => true,
      )
      const between = await gate()
      names.add(between.name)
      const { closed } = { closed: undefined, ...(await between.status()) }
      // Only the moment between new key and marked head is left to the next rotation; the gate has the new log then.
      assert.equal(closed, undefined, `after step ${at} it refuses to sign`)
      await assertSound(between, expected(3))
      await between.append(moduleAt(3), recordText(moduleAt(3)))
      await between.close()
      if (wasKilled) {
        const plan = await planRotation(options)
        if (plan.resumed || between.name === 'gate.example') await rotate(options, plan, () => undefined)
      }
      const log = await gate()
      assert.equal(log.name, 'gate.example/e2')
      await assertSound(log, expected(4))
      assert.equal((await log.append(moduleAt(4), recordText(moduleAt(4)))).id, 4)
      await log.close()
      assert.equal((await planRotation(options)).resumed, false)
      assert.ok(at < 60, 'a rotation takes no end')
    }
    assert.deepEqual([...names], ['gate.example', 'gate.example/e2'])
  })
}

test('two rotations at once are one', async (t) => {
  const { options, gate } = await world(t)
  const plans = await Promise.all([planRotation(options), planRotation(options)])
  const ended = await Promise.allSettled(plans.map((plan) => rotate(options, plan, () => undefined)))
  assert.ok(ended.some(({ status }) => status === 'fulfilled'))
  const log = await gate()
  assert.equal(log.name, 'gate.example/e2')
  await assertSound(log, expected(3))
})
