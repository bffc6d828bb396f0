// `modgate download` runs as its user: with his git configuration and logins, and it leaves his machine as it found it, but for what it says.
import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { runCommand } from './harness/command.ts'
import { modgate } from './harness/gate.ts'
import { inCorpus } from './harness/git-corpus.ts'
import { gitWebServer } from './harness/git-http.ts'
import { gitOrigin } from './harness/git-origin.ts'
import { ownProcess, type OwnedProcess } from './harness/process.ts'
import { smallDisk } from './harness/small-disk.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

const plain = 'github.com/corpus/plain@v1.1.0'

interface User {
  readonly home: string
  readonly env: Readonly<Record<string, string>>
}

/** Somebody whose git finds the repositories of github.com where `.gitconfig` says. */
async function user(t: TestContext, gitconfig: string, more: Readonly<Record<string, string>> = {}): Promise<User> {
  const home = await temporaryDirectory(t)
  await writeFiles(home, { '.gitconfig': gitconfig })
  const settings = { GOENV: 'off', GOPROXY: 'direct', GOSUMDB: 'off', GOFLAGS: '-modcacherw' }
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: home,
    GOMODCACHE: join(home, 'mod'),
    GOPATH: join(home, 'go'),
    ...settings,
  }
  return { home, env: { ...env, GIT_CONFIG_NOSYSTEM: '1', ...more } }
}

const download = ({ home, env }: User, ...args: readonly string[]) =>
  runCommand(['download', ...args], { home, cwd: home, environment: env })

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

const insteadOf = (url: string) => `[url "${url}/"]\n\tinsteadOf = https://github.com/\n`

test('a login comes from netrc or from a credential helper, as git has it, and nobody is asked for one', async (t) => {
  const { directory } = await gitOrigin(t, inCorpus('plain'))
  const password = 'hunter-22'
  const server = await gitWebServer(t, directory, `Basic ${Buffer.from(`me:${password}`).toString('base64')}`)
  const stranger = await user(t, insteadOf(server.url))
  const refused = await download(stranger, plain)
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /could not read Username[^]*terminal prompts disabled[^]*git ls-remote/)
  const netrc = await user(t, insteadOf(server.url))
  await writeFiles(netrc.home, { '.netrc': `machine 127.0.0.1 login me password ${password}\n` })
  const helper = await user(t, `${insteadOf(server.url)}[credential]\n\thelper = store\n`)
  await writeFiles(helper.home, { '.git-credentials': `${server.url.replace('://', `://me:${password}@`)}\n` })
  for (const known of [netrc, helper]) {
    const { code, stderr } = await download(known, plain)
    assert.deepEqual([code, stderr], [0, ''])
    assert.ok(await isThere(join(known.home, 'mod/github.com/corpus/plain@v1.1.0/plain.go')))
  }
  const wrong = await user(t, insteadOf(server.url.replace('://', '://me:wrong-secret@')))
  const told = await download(wrong, plain)
  assert.equal(told.code, 1)
  assert.doesNotMatch(told.stderr, /wrong-secret/)
})

test('what was fetched is kept for the next run, for nobody else to see', async (t) => {
  const { directory } = await gitOrigin(t, inCorpus('plain'))
  const me = await user(t, insteadOf(`file://${directory}`))
  assert.equal((await download(me, plain)).code, 0)
  const kept = join(me.home, '.cache/modgate')
  assert.deepEqual((await readdir(kept)).sort(), ['spool', 'vcs'])
  assert.deepEqual(await readdir(join(kept, 'spool')), [])
  assert.equal((await stat(join(kept, 'vcs'))).mode & 0o777, 0o700)
  const [repository = ''] = await readdir(join(kept, 'vcs/git'))
  assert.equal((await stat(join(kept, 'vcs/git', repository))).mode & 0o777, 0o700)
})

test('where no directory of caches can be written, a temporary one does, and nothing of it stays', async (t) => {
  const { directory } = await gitOrigin(t, inCorpus('plain'))
  const temporary = await temporaryDirectory(t)
  const cases = [{ XDG_CACHE_HOME: '/proc/nowhere' }, { XDG_CACHE_HOME: 'relative' }]
  for (const caches of cases) {
    const me = await user(t, insteadOf(`file://${directory}`), { ...caches, TMPDIR: temporary })
    const args = [...modgate, 'download', plain]
    const { code, stderr } = await ownProcess(t, args, { cwd: me.home, env: me.env }).ended
    assert.deepEqual([code, stderr], [0, ''])
    assert.deepEqual(
      (await readdir(temporary)).filter((name) => name.startsWith('modgate-')),
      [],
    )
  }
})

test('where mirrors find no room, that is told, and where to make some', async (t) => {
  const { directory } = await gitOrigin(t, inCorpus('plain'))
  const disk = await smallDisk(t, 1)
  if (disk === undefined) return
  const me = await user(t, insteadOf(`file://${directory}`), { XDG_CACHE_HOME: disk.path })
  await mkdir(join(disk.path, 'modgate/vcs'), { recursive: true })
  await mkdir(join(disk.path, 'modgate/spool'))
  await disk.fill()
  const full = await download(me, plain)
  assert.equal(full.code, 1)
  assert.match(full.stderr, /(disk is full|No space left)[^]*XDG_CACHE_HOME/)
  await disk.makeRoom()
  assert.equal((await download(me, plain)).code, 0)
})

/** A git that says its pid and does nothing. */
async function idleGit(t: TestContext) {
  const directory = await temporaryDirectory(t)
  const begun = join(directory, 'begun')
  await writeFile(
    join(directory, 'git'),
    `#!/bin/sh\necho $$ >${begun}.new\nmv ${begun}.new ${begun}\nexec sleep 600\n`,
  )
  await chmod(join(directory, 'git'), 0o755)
  return {
    directory,
    /** Its pid, once `process` has started it. */
    async pid(process: OwnedProcess): Promise<number> {
      const failed = process.ended.then(({ stderr }) => assert.fail(stderr))
      failed.catch(() => undefined)
      while (!(await isThere(begun))) await Promise.race([sleep(50), failed])
      return Number(await readFile(begun, 'utf8'))
    },
  }
}

/** Ended, be it that nobody has looked after it since. */
async function isGone(pid: number): Promise<void> {
  const state = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined)
  assert.match(state ?? ') Z', /\) [XZ]/)
}

test('a download that is interrupted ends its git at once, and leaves no half of anything', async (t) => {
  const git = await idleGit(t)
  const me = await user(t, '', { PATH: `${git.directory}:/usr/bin:/bin` })
  const running = ownProcess(t, [...modgate, 'download', plain], { cwd: me.home, env: me.env })
  const pid = await git.pid(running)
  process.kill(running.pid, 'SIGINT')
  const { code, stderr } = await running.ended
  assert.equal(code, 130)
  assert.match(stderr, /stopped/)
  await isGone(pid)
  assert.deepEqual(await readdir(join(me.home, '.cache/modgate/spool')), [])
})

test('what a killed download has left running is ended by the next one, which comes to its end', async (t) => {
  const { directory } = await gitOrigin(t, inCorpus('plain'))
  const git = await idleGit(t)
  const me = await user(t, insteadOf(`file://${directory}`))
  const env = { ...me.env, PATH: `${git.directory}:/usr/bin:/bin` }
  const running = ownProcess(t, [...modgate, 'download', plain], { cwd: me.home, env })
  const pid = await git.pid(running)
  process.kill(running.pid, 'SIGKILL')
  await running.ended
  const { code, stderr } = await download(me, plain)
  assert.deepEqual([code, stderr], [0, ''])
  await isGone(pid)
  assert.deepEqual(await readdir(join(me.home, '.cache/modgate/spool')), [])
})

test('several downloads at a time share what is fetched, each into its own module cache', async (t) => {
  const { directory } = await gitOrigin(t, inCorpus('plain'))
  const me = await user(t, insteadOf(`file://${directory}`))
  const caches = ['mod1', 'mod2', 'mod3'].map((name) => join(me.home, name))
  const ends = await Promise.all(
    caches.map(
      (GOMODCACHE) =>
        ownProcess(t, [...modgate, 'download', plain], { cwd: me.home, env: { ...me.env, GOMODCACHE } }).ended,
    ),
  )
  assert.deepEqual(
    ends.map(({ code, stderr }) => `${code} ${stderr}`),
    caches.map(() => '0 '),
  )
  for (const cache of caches) assert.ok(await isThere(join(cache, 'github.com/corpus/plain@v1.1.0/plain.go')))
})
