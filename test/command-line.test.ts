// The process around the commands: where it stands, what its output leads to, and how it ends.
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { modgate } from './harness/gate.ts'
import { ownProcess, type Finished } from './harness/process.ts'
import { temporaryDirectory } from './harness/temporary.ts'

/** Runs modgate in a directory that its shell has removed before. */
async function withoutDirectory(t: TestContext, args: readonly string[]): Promise<Finished> {
  const home = await temporaryDirectory(t)
  const gone = join(home, 'gone')
  await mkdir(gone)
  const remove = ['sh', '-c', 'rmdir "$0" && exec "$@"', gone]
  return ownProcess(t, [...remove, ...modgate, ...args], { cwd: gone, env: { HOME: home, PATH: '/usr/bin:/bin' } })
    .ended
}

test('in a directory that is gone a command that needs it says so, in words', async (t) => {
  const { code, stdout, stderr } = await withoutDirectory(t, ['resolve'])
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(
    stderr,
    /modgate: the current directory: it is not there any more\n {2}next: change into a directory that is there/,
  )
  assert.doesNotMatch(stderr, /uv_cwd|^ +at /m)
})

test('in a directory that is gone a command that does not need it runs', async (t) => {
  const { code, stdout } = await withoutDirectory(t, ['version'])
  assert.equal(code, 0)
  assert.match(stdout, /^modgate \d/)
})
