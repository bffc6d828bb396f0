import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../core/failure.ts'
import type { Running, StartProgram } from '../../core/ports.ts'
import { git, type GitCall } from './git-command.ts'
import { gitEnvironment, type GitEnvironment } from './git-environment.ts'

const world = { inherited: {}, protocols: ['https'], home: '/nowhere', owner: '/spool/x' } as const
const environment: GitEnvironment = (repository, access) => gitEnvironment(world, repository, access)
const call: GitCall = { repository: '/dev/null', args: ['version'], asked: 'x', who: 'git' }

const remote: GitCall = { ...call, access: { url: 'https://slow.example/x' } }

/** A program that ends at once and well. */
const done: Running = {
  output: { async *[Symbol.asyncIterator]() {} },
  ended: Promise.resolve({ code: 0, stderr: '', isClean: true }),
  stop: () => undefined,
}

test('a start that fails gives its place back', { timeout: 60_000 }, async () => {
  let isBroken = true
  const start: StartProgram = () => {
    if (isBroken) throw new Error('no memory')
    return done
  }
  const runner = git(start, environment)
  for (let time = 0; time < 30; time++) await assert.rejects(runner.run(call, 1), /no memory/)
  isBroken = false
  assert.equal((await runner.run(call, 1)).code, 0)
})

test('a host whose git processes never end keeps no other host waiting, and its own clients are sent away', async () => {
  const hanging: Running = { ...done, ended: new Promise(() => undefined) }
  const start: StartProgram = (_, options) => (options.environment['SLOW'] === undefined ? done : hanging)
  const runner = git(start, environment, { inAll: 24, forHost: 8, waitMs: 50 })
  const slow: GitCall = { ...remote, access: { ...remote.access, environment: { SLOW: '1' } } }
  for (let time = 0; time < 8; time++) void runner.run(slow, 1)
  await assert.rejects(runner.run(slow, 1), (error) => {
    assert.ok(error instanceof Failure)
    assert.equal(error.code, 'overloaded')
    assert.match(error.why, /at most 8 of them for slow\.example/)
    return true
  })
  const other: GitCall = { ...remote, access: { url: 'https://other.example/x' } }
  assert.equal((await runner.run(other, 1)).code, 0)
})

test('want of descriptors is said as what it is, and not as want of git', async () => {
  const starved: Running = {
    ...done,
    ended: Promise.resolve({ code: -1, stderr: '', isClean: true, trouble: 'no-room' }),
  }
  await assert.rejects(git(() => starved, environment).run(call, 1), (error) => {
    assert.ok(error instanceof Failure)
    assert.equal(error.code, 'overloaded')
    return true
  })
})
