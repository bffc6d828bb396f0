// What is left of a fetch when its process is killed: a mirror that is used or made anew, and nothing that runs.
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { shellWord } from '../packages/modgate/src/core/shell-word.ts'
import { openDataDirectory } from '../packages/modgate/src/store/data-directory.ts'
import { hashesOf, many, mirrors, path, tags } from './harness/git-many.ts'
import { gitOrigin, gitSource } from './harness/git-origin.ts'
import { gitIn } from './harness/git-repository.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory } from './harness/temporary.ts'

const fetcher = resolve(import.meta.dirname, 'harness/git-fetcher.ts')
const rounds = 6

test('kill -9 at any moment leaves mirrors that the next one uses or makes anew', async (t) => {
  const origin = await gitOrigin(t, [many])
  const data = await temporaryDirectory(t)
  const expected = await hashesOf(await gitSource(t, origin))
  let killed = 0
  for (let round = 0; round < rounds; round++) {
    const args = [data, many.url, path, ...origin.insteadOf]
    const env = { PATH: process.env['PATH']! }
    const child = ownProcess(t, [process.execPath, '--conditions=modgate-source', fetcher, ...args], { cwd: data, env })
    const begun = new Promise<void>((done) => child.onLine(() => done()))
    await Promise.race([begun, child.ended])
    await sleep(Math.random() * 300)
    // Only the process itself: its git goes on, as it does when a gate is killed.
    process.kill(child.pid, 'SIGKILL')
    if ((await child.ended).code === 'SIGKILL') killed++
  }
  assert.ok(killed > 0, 'every process was faster than its end')
  assert.deepEqual(await hashesOf(await gitSource(t, origin, { data })), expected)
  assert.deepEqual(await runningIn(data), [], 'what a killed process left running ends with the next start')
  const root = join(data, 'vcs/git')
  const [directory = ''] = await readdir(root)
  for (const name of (await mirrors(data)).filter((each) => /^content-sha1-\d+$/.test(each))) {
    gitIn(join(root, directory, name), ['fsck', '--connectivity-only', '--no-dangling'])
  }
})

/** Commands of processes that work on behalf of somebody in a data directory, this process aside. */
async function runningIn(data: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const pid of await readdir('/proc').catch(() => [])) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
    if (environment.includes(`GIT_DIR=${data}/`)) found.push(await readFile(`/proc/${pid}/cmdline`, 'utf8'))
  }
  return found
}

test('a git that hangs when its gate is killed ends when the next one starts, with all that it has started', async (t) => {
  const origin = await gitOrigin(t, [many])
  const data = await temporaryDirectory(t)
  const bin = await temporaryDirectory(t)
  const real = process.env['PATH']!
  const hanging = `#!/bin/sh\nPATH=${shellWord(real)}\n[ "$1" = fetch ] || exec git "$@"\ntrap '' TERM\nsleep 600 &\nwait\n`
  await writeFile(join(bin, 'git'), hanging, { mode: 0o755 })
  for (let round = 0; round < 3; round++) {
    const args = [data, many.url, path, ...origin.insteadOf]
    const env = { PATH: `${bin}:${real}` }
    const child = ownProcess(t, [process.execPath, '--conditions=modgate-source', fetcher, ...args], { cwd: data, env })
    while ((await runningIn(data)).length < 2) await sleep(50)
    process.kill(child.pid, 'SIGKILL')
    await child.ended
    assert.equal((await runningIn(data)).length, 2, 'it outlives its gate')
    const next = await openDataDirectory(data)
    await next.close()
    assert.deepEqual(await runningIn(data), [])
  }
  assert.equal((await hashesOf(await gitSource(t, origin, { data }))).length, tags.length)
})
