import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Running, StartProgram } from '../../core/ports.ts'
import { git, type GitCall } from './git-command.ts'

const world = { inherited: {}, protocols: ['https'], home: '/nowhere' } as const
const call: GitCall = { repository: '/dev/null', args: ['version'], asked: 'x', who: 'git' }

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
  const runner = git(start, world)
  for (let time = 0; time < 30; time++) await assert.rejects(runner.run(call, 1), /no memory/)
  isBroken = false
  assert.equal((await runner.run(call, 1)).code, 0)
})
