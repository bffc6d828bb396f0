// The process around the commands: where it stands, what its output leads to, and how it ends.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { modgate } from './harness/gate.ts'
import { ownProcess, type Finished } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

/** Runs modgate in a directory that its shell has removed before. */
async function withoutDirectory(t: TestContext, args: readonly string[]): Promise<Finished> {
  const home = await temporaryDirectory(t)
  const gone = join(home, 'gone')
  await mkdir(gone)
  const remove = ['sh', '-c', 'rmdir "$0" && exec "$@"', gone]
  return ownProcess(t, [...remove, ...modgate, ...args], { cwd: gone, env: { HOME: home, PATH: '/usr/bin:/bin' } })
    .ended
}

const jsonCommands: readonly (readonly string[])[] = [
  ['version', '--json'],
  ['env', '--json'],
  ['doctor', '--json'],
  ['doctor', '--list', '--json'],
  ['audit', '--json'],
  ['match', '*.corp.example', 'a.corp.example/x', '--json'],
  ['resolve', '--json'],
  ['explain', 'a.example/x', '--json'],
  ['config', 'show', '--json', '--upstream', 'off', '--sumdb', 'off'],
  ['config', 'schema'],
  ['token', 'list', '--json'],
  ['ci-env', '--help'],
]

/** Runs modgate with a reader of one of its streams that is gone before the first byte comes. */
async function unread(t: TestContext, args: readonly string[], stream: 'stdout' | 'stderr') {
  const home = await temporaryDirectory(t)
  await writeFiles(home, { 'go.mod': 'module main.example\n\ngo 1.20\n' })
  await mkdir(join(home, 'data'))
  const env = { HOME: home, PATH: '/usr/bin:/bin', MODGATE_DATA: join(home, 'data'), GOENV: 'off', GOPROXY: 'off' }
  const [file = '', ...rest] = modgate
  const child = spawn(file, [...rest, ...args], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  child[stream].destroy()
  const other = text(stream === 'stdout' ? child.stderr : child.stdout)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, other: await other }
}

for (const args of jsonCommands) {
  test(`modgate ${args.join(' ')} ends quietly where nobody reads`, async (t) => {
    const { code, other } = await unread(t, args, 'stdout')
    assert.ok(code === 0 || code === 1, `${code}: ${other}`)
    assert.doesNotMatch(other, /EPIPE|^ {4}at |defect/m)
  })
}

test('the exit code is right where nobody reads what is wrong', async (t) => {
  assert.deepEqual(await unread(t, ['serve', '--nope'], 'stderr'), { code: 2, other: '' })
})

test('Ctrl-C ends a command at once that waits for somebody who never answers, and so does a second one', async (t) => {
  const hanging = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(hanging, 'listening')
  t.after(() => {
    hanging.closeAllConnections()
    hanging.close()
  })
  const url = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}`
  for (const signals of [1, 2]) {
    const home = await temporaryDirectory(t)
    const args = ['warm', 'a.example/x@v1.0.0', '--upstream', url, '--sumdb', 'off', '--data', home]
    const env = { HOME: home, PATH: '/usr/bin:/bin', MODGATE_LOG_NAME: 'off' }
    const child = ownProcess(t, [...modgate, ...args], { cwd: home, env })
    await Promise.race([once(hanging, 'request'), child.ended])
    const began = performance.now()
    child.signal('SIGINT')
    if (signals === 2) {
      // Two that come together are one.
      while (!child.output().stderr.includes('stopped')) await Promise.race([sleep(5), child.ended])
      child.signal('SIGINT')
    }
    const { code, stderr } = await child.ended
    // The second one finds the process with the usual meaning of signals, or gone.
    assert.ok(code === 130 || (signals === 2 && code === 'SIGINT'), `${code}: ${stderr}`)
    assert.match(stderr, /modgate: stopped: 0 of 1 version done/)
    assert.doesNotMatch(stderr, /^ {4}at |defect/m)
    // The upstream has half a minute to answer.
    assert.ok(performance.now() - began < 20_000)
  }
})

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
