import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serve } from '@modgate/gomod/sumdb'
import { Failure } from '../../core/failure.ts'
import type { CoveringLog } from '../../gateway/log/covering-log.ts'
import { logWorld, moduleAt, recordText, serverOps } from '../../gateway/log/test-log.ts'
import { checkSums, isVerified } from './sum-check.ts'
import { modulesOfSums } from './sum-module.ts'
import { sumWitness } from './sum-witness.ts'

const none = { patterns: '', why: '' }

/** A log with the first records, under a key; `variant` has other hashes. */
async function logOf(
  count: number,
  { keys, variant = 'A' }: { keys?: ReturnType<typeof logWorld>['keys']; variant?: string } = {},
) {
  const world = logWorld(keys)
  const log = world.open()
  for (let i = 0; i < count; i++) await log.append(moduleAt(i), recordText(moduleAt(i), variant))
  return { log, keys: world.keys }
}

function remoteOf(log: CoveringLog, asked: string[] = []) {
  return {
    async read(path: string) {
      asked.push(path)
      const { status, body } = await serve(serverOps(log), path)
      if (status === 200) return body
      const code = path.startsWith('/lookup/') ? 'no-record' : 'database-unreachable'
      throw new Failure(code, { asked: path, who: 'test', why: `answered ${status}` })
    },
  }
}

const sumsOf = (count: number, variant = 'A') =>
  modulesOfSums([
    { name: 'go.sum', text: Array.from({ length: count }, (_, i) => recordText(moduleAt(i), variant)).join('') },
  ])

test('each line is verified with the proved record, at its own file and line', async () => {
  const { log, keys } = await logOf(3)
  const witness = sumWitness({ name: 'one', key: keys.verifier, remote: remoteOf(log), unasked: none })
  const sums = await checkSums(sumsOf(4), { witnesses: [witness], width: 2 })
  assert.deepEqual(sums.map((sum) => [sum.line, sum.goMod, isVerified(sum)]), [
    [1, false, true],
    [2, true, true],
    [3, false, true],
    [4, true, true],
    [5, false, true],
    [6, true, true],
    [7, false, false],
    [8, true, false],
  ]) // prettier-ignore
  assert.equal(sums.at(-1)!.testimonies[0]!.kind, 'missing')
})

test('of two witnesses the one that has other hashes is named with its hash', async () => {
  const [one, two] = await Promise.all([logOf(2), logOf(2, { variant: 'B' })])
  const witnesses = [one, two].map(({ log, keys }) => sumWitness({ name: 'x', key: keys.verifier, remote: remoteOf(log), unasked: none })) // prettier-ignore
  const [first] = await checkSums(sumsOf(1), { witnesses, width: 1 })
  assert.deepEqual(first!.testimonies, [{ kind: 'verified' }, { kind: 'mismatch', h1: `h1:${'B'.repeat(43)}=` }])
  assert.equal(isVerified(first!), false)
})

test('a log that forks what this machine has pinned, or was signed by another key, is untrusted', async () => {
  const { log, keys } = await logOf(3)
  const forked = await logOf(3, { keys, variant: 'B' })
  const pinned = Buffer.from(await forked.log.latest()).toString()
  const asked = { name: 'one', remote: remoteOf(log), unasked: none }
  for (const witness of [
    sumWitness({ ...asked, key: keys.verifier, pinned }),
    sumWitness({ ...asked, key: logWorld().keys.verifier }),
  ]) {
    const [testimony] = await witness.testify(sumsOf(1)[0]!)
    assert.equal(testimony?.kind, 'untrusted')
  }
})

test('a path that it must not hear of is not asked about, and is verified by nobody', async () => {
  const { log, keys } = await logOf(2)
  const asked: string[] = []
  const unasked = { patterns: 'm0.example', why: 'private' }
  const witness = sumWitness({ name: 'one', key: keys.verifier, remote: remoteOf(log, asked), unasked })
  const sums = await checkSums(sumsOf(2), { witnesses: [witness], width: 8 })
  assert.deepEqual(sums.map(({ testimonies: [said] }) => said!.kind), ['unasked', 'unasked', 'verified', 'verified']) // prettier-ignore
  assert.ok(asked.length > 0 && asked.every((path) => !path.includes('m0.')))
})

test('one that cannot be asked is asked no more after a while', async () => {
  const asked: string[] = []
  const remote = {
    read: async (path: string) => {
      asked.push(path)
      throw new Failure('database-unreachable', { asked: path, who: 'test', why: 'refused' })
    },
  }
  const witness = sumWitness({ name: 'one', key: logWorld().keys.verifier, remote, unasked: none })
  const sums = await checkSums(sumsOf(100), { witnesses: [witness], width: 4 })
  assert.ok(sums.every(({ testimonies: [said] }) => said!.kind === 'unreachable'))
  assert.ok(asked.length <= 12, `${asked.length} questions`)
})

test('what is no module version, and what is no h1, is not verified', async () => {
  const { log, keys } = await logOf(1)
  const witness = sumWitness({ name: 'one', key: keys.verifier, remote: remoteOf(log), unasked: none })
  const text = `../../etc v1.0.0 h1:x\n${recordText(moduleAt(0)).replace('h1:', 'h2:')}`
  const sums = await checkSums(modulesOfSums([{ name: 'go.sum', text }]), { witnesses: [witness], width: 4 })
  assert.deepEqual(sums.map(({ testimonies: [said] }) => said!.kind), ['missing', 'unasked', 'verified']) // prettier-ignore
})
