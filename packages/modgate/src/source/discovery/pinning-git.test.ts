import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunResult } from '../../core/ports.ts'
import { failsWith } from '../test-peers.ts'
import { pinningGit } from './pinning-git.ts'

const check = (stdout: string, more: Partial<RunResult> = {}) =>
  pinningGit({ run: async () => ({ code: 0, stdout, stderr: '', ...more }) })('v.example/lib')

test('a git that cannot be held to an address is refused, and newer ones are taken', async () => {
  for (const version of ['1.99.0', '2.31.1', '2.36.9', '']) {
    await assert.rejects(check(`git version ${version}\n`), failsWith('git-missing', /only from 2.37 on/))
  }
  for (const said of ['git version 2.37.0', 'git version 2.50.1 (Apple Git-155)', 'git version 3.0.rc1']) {
    await assert.doesNotReject(check(said))
  }
  await assert.doesNotReject(check('', { code: -1, trouble: 'not-there' }))
  await assert.rejects(check('', { code: -1, trouble: 'no-room' }), failsWith('overloaded'))
})
