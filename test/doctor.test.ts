// `modgate doctor` and `modgate env` in homes of their own, with the real go as the judge of what they changed.
import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { editedGoEnv } from '../packages/modgate/src/cli/go-env-edit.ts'
import { applyChange } from '../packages/modgate/src/cli/doctor-change.ts'
import { thisMachine } from '../packages/modgate/src/config/index.ts'
import { readGoEnvironment } from '../packages/modgate/src/inspect/evidence/go-environment.ts'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { hangBeforeHead } from './harness/fault.ts'
import { modgate } from './harness/gate.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

interface Home {
  readonly home: string
  readonly directory: string
  readonly goEnvFile: string
  start(command: readonly string[], env?: Record<string, string>): ReturnType<typeof ownProcess>
  /** In this process, on this home. */
  run(args: readonly string[], env?: Record<string, string>): ReturnType<typeof runCommand>
  doctor(args?: readonly string[]): ReturnType<typeof runCommand>
  /** A value as the real go has it. */
  goEnv(name: string): Promise<string>
  go(...args: readonly string[]): Promise<void>
}

async function newHome(t: TestContext, goEnv = ''): Promise<Home | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const home = await temporaryDirectory(t)
  const directory = join(home, 'shop')
  const goEnvFile = join(home, '.config/go/env')
  await writeFiles(home, {
    'shop/go.mod': 'module shop.example/shop\n\ngo 1.26\n',
    '.config/go/telemetry/mode': 'off 2020-01-01\n',
    ...(goEnv && { '.config/go/env': goEnv }),
  })
  const env = { PATH: `${dirname(toolchain.path)}:/usr/bin:/bin`, HOME: home, USER: 'alice', GIT_CONFIG_NOSYSTEM: '1' }
  const start: Home['start'] = (command, more = {}) =>
    ownProcess(t, command, { cwd: directory, env: { ...env, ...more } })
  const run: Home['run'] = (args, more = {}) =>
    runCommand(args, { home, cwd: directory, environment: { ...env, ...more } })
  const go = (args: readonly string[]) => start([toolchain.path, ...args]).ended
  return {
    home,
    directory,
    goEnvFile,
    start,
    run,
    doctor: (args = []) => run(['doctor', ...args]),
    goEnv: async (name) => (await go(['env', name])).stdout.trim(),
    go: async (...args) => {
      const { code, stderr } = await go(args)
      assert.equal(code, 0, stderr)
    },
  }
}

test('where all is well the doctor takes one screen and exits with 0', async (t) => {
  const home = await newHome(t)
  if (home === undefined) return
  const { code, stdout, stderr } = await home.doctor()
  assert.equal(code, 0, stdout)
  assert.equal(stderr, '')
  assert.ok(stdout.split('\n').length <= 24, stdout)
  assert.match(stdout, /^\[✓\] Settings /m)
  assert.match(stdout, /not checked: \d+ \(--deep/)
})

test('a broken setting is named with its cause, its place and the command, and the exit code is 1', async (t) => {
  const home = await newHome(t, 'GOPROXY=a b\n')
  if (home === undefined) return
  const { code, stdout } = await home.doctor()
  assert.equal(code, 1)
  assert.match(stdout, /\[✗\] GOPROXY .* MG0101\n/)
  assert.ok(stdout.includes(`${home.goEnvFile}:1`), stdout)
  assert.match(stdout, /go env -u GOPROXY/)
  const json = JSON.parse((await home.doctor(['--json', '--only', 'settings'])).stdout) as Record<string, unknown>
  assert.deepEqual(Object.keys(json).sort(), [
    'findings',
    'go',
    'groups',
    'modgate',
    'module',
    'notChecked',
    'settings',
    'summary',
  ])
  assert.deepEqual(
    (json['findings'] as { id: string }[]).map(({ id }) => id),
    ['MG0101'],
  )
})

test('warnings fail with --strict alone', async (t) => {
  const home = await newHome(t, 'GOFLAGS=-mod=mod\n')
  if (home === undefined) return
  assert.equal((await home.doctor(['--only', 'MG0409'])).code, 0)
  assert.equal((await home.doctor(['--only', 'MG0409', '--strict'])).code, 1)
})

test('--fix changes nothing without a terminal to ask at, and what it showed with --yes; the real go sees it', async (t) => {
  const home = await newHome(t, '# mine\nGOSUMDB=off\nGOPRIVATE=git.corp.example, a.example\n')
  if (home === undefined) return
  const before = await readFile(home.goEnvFile, 'utf8')
  await chmod(home.goEnvFile, 0o640)
  const asked = await home.doctor(['--fix'])
  assert.equal(asked.code, 1)
  assert.match(asked.stderr, /- GOSUMDB=off\n +\+ \(no GOSUMDB\)/)
  assert.match(asked.stderr, /changed nothing: .*\nnext: modgate doctor --fix --yes/)
  assert.equal(await readFile(home.goEnvFile, 'utf8'), before)

  const fixed = await home.doctor(['--fix', '--yes'])
  assert.equal(fixed.code, 0, fixed.stderr)
  assert.match(fixed.stderr, /made \d changes; left: /)
  assert.equal(await home.goEnv('GOSUMDB'), 'sum.golang.org')
  assert.equal(await home.goEnv('GOPRIVATE'), 'git.corp.example,a.example')
  assert.match(await readFile(home.goEnvFile, 'utf8'), /^# mine\n/)
  assert.equal((await stat(home.goEnvFile)).mode & 0o777, 0o640)
  assert.equal((await home.doctor()).code, 0)
  assert.deepEqual(await readdir(dirname(home.goEnvFile)), ['env', 'telemetry'])
})

const files: readonly string[] = [
  '',
  'GOPROXY=a\n',
  'GOPROXY=a',
  '# head\nGOSUMDB=x\nGOPROXY=a\n\nGOPRIVATE=p\nGOFLAGS=-x\n',
  'GOPROXY=a\nGOSUMDB=x\nGOPROXY=b\nGOAUTH=netrc\n',
  'no setting\nGOPROXY=a # b\n#GOPROXY=c\nGOVCS=z\nGOBIN=/b\n',
  'GOPROXY=a\n\n\nGOFLAGS=\nGO386=x\nGO=y\n',
]

test('the file of go env -w is edited as go env edits it, byte by byte', async (t) => {
  const home = await newHome(t)
  if (home === undefined) return
  for (const text of files) {
    for (const value of ['https://p.example', undefined]) {
      await writeFile(home.goEnvFile, text)
      await home.go('env', ...(value === undefined ? ['-u', 'GOPROXY'] : ['-w', `GOPROXY=${value}`]))
      const byGo: string = await readFile(home.goEnvFile, 'utf8')
      assert.equal(editedGoEnv(text, 'GOPROXY', value), byGo, JSON.stringify([text, value]))
    }
  }
  assert.throws(() => editedGoEnv('', 'GOPROXY', 'a\nGOSUMDB=off'), RangeError)
})

test('only what lies below the module cache is removed, wherever links lead', async (t) => {
  const home = await temporaryDirectory(t)
  const cache = join(home, 'mod')
  await writeFiles(home, { 'mod/a.example/m@v1.0.0/x.go': 'x', 'mod/b.example/y': 'y', 'outside/z': 'z' })
  await symlink(join(home, 'outside'), join(cache, 'link'))
  await chmod(join(cache, 'a.example/m@v1.0.0'), 0o555)
  const machine = { ...thisMachine(), environment: { HOME: home, GOMODCACHE: cache, GOENV: 'off' }, home }
  const place = { machine, go: await readGoEnvironment(machine) }
  const remove = (...paths: string[]) => applyChange({ kind: 'remove-cached', paths }, place)
  for (const wrong of [
    cache,
    home,
    join(home, 'outside/z'),
    join(cache, 'link/z'),
    `${cache}/../outside/z`,
    'b.example/y',
  ])
    await assert.rejects(remove(wrong), /module cache/, wrong)
  await remove(join(cache, 'a.example/m@v1.0.0'), join(cache, 'link'), join(cache, 'gone/away'))
  assert.deepEqual(await readdir(cache), ['a.example', 'b.example'])
  assert.deepEqual(await readdir(join(cache, 'a.example')), [])
  assert.equal(await readFile(join(home, 'outside/z'), 'utf8'), 'z')
})

test('a settings file that cannot be read is a problem that names it, and --fix leaves it alone', async (t) => {
  const home = await newHome(t)
  if (home === undefined) return
  await mkdir(home.goEnvFile, { recursive: true })
  const { code, stdout } = await home.doctor()
  assert.equal(code, 1)
  assert.ok(stdout.includes(home.goEnvFile), stdout)
  assert.match(stdout, /is there and cannot be read, so nothing that go env -w wrote counts MG0108/)
  const machine = { ...thisMachine(), environment: { HOME: home.home }, home: home.home }
  const go = await readGoEnvironment(machine)
  const change = { kind: 'go-env', variable: 'GOPROXY', value: 'direct' } as const
  await assert.rejects(applyChange(change, { machine, go }), (error: Error) => error.message.includes(home.goEnvFile))
})

test('Ctrl-C while the network is asked ends at once, with a word and without a trace', async (t) => {
  const home = await newHome(t)
  if (home === undefined) return
  const upstream = await corpusUpstream(t)
  upstream.fault('*', hangBeforeHead())
  const doctor = home.start([...modgate, 'doctor', '--deep'], { GOPROXY: upstream.url, GOSUMDB: 'off' })
  while (upstream.count() === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  doctor.signal('SIGINT')
  const { code, stdout, stderr } = await doctor.ended
  assert.equal(code, 130)
  assert.equal(stdout, '')
  assert.equal(stderr, 'modgate: stopped before all had answered\n')
})

test('--share writes a file that names neither the user nor private hosts, and never over another', async (t) => {
  const home = await newHome(
    t,
    'GOPRIVATE=git.corp.example,github.com/corp-inc\nGOPROXY=https://goproxy.corp.example,direct\n',
  )
  if (home === undefined) return
  const first = await home.doctor(['--share'])
  assert.match(first.stdout, /wrote .*modgate-doctor\.md\nnext: read it/)
  assert.match((await home.doctor(['--share'])).stdout, /modgate-doctor-2\.md/)
  const text = await readFile(join(home.directory, 'modgate-doctor.md'), 'utf8')
  assert.doesNotMatch(text, /corp\.example|corp-inc|alice/)
  assert.ok(!text.includes(home.home))
  assert.match(text, /GOPRIVATE=host-(\d)\.private\.example,github\.com\/owner-\d/)
  assert.match(text, /~\/\.config\/go\/env/)
  assert.match(text, /sum\.golang\.org/)
  assert.equal((await stat(join(home.directory, 'modgate-doctor.md'))).mode & 0o777, 0o600)
})

test('modgate env says what is set and where, as go env -changed does', async (t) => {
  const home = await newHome(t, 'GOPRIVATE=git.corp.example\nGOFLAGS=-x\n')
  if (home === undefined) return
  const run = (args: readonly string[]) => home.run(['env', ...args], { GOFLAGS: '-v' })
  const { settings } = JSON.parse((await run(['--json'])).stdout) as {
    settings: { name: string; value: string; origin: string }[]
  }
  const found = new Map(settings.map(({ name, value, origin }) => [name, [value, origin]]))
  assert.deepEqual(found.get('GOPRIVATE'), ['git.corp.example', 'go-env-file'])
  assert.deepEqual(found.get('GOFLAGS'), ['-v', 'environment'])
  assert.match((await run([])).stdout, /does not count: "-x" in .*env:2/)
  const block = (await run(['--diagnose', '--mask'])).stdout
  assert.match(block, /^### Go module diagnosis\n/)
  assert.match(block, /\| GOPRIVATE \| `host-1\.private\.example` \|/)
  assert.match(block, /go1\.\d+/)
})

test('--explain and --list know every id, and say which one was meant', async (t) => {
  const home = await newHome(t)
  if (home === undefined) return
  assert.match((await home.doctor(['--explain', 'mg0101'])).stdout, /^MG0101 GOPROXY/)
  assert.match((await home.doctor(['--explain', 'MG1001'])).stdout, /Fix:\n {2}1\. /)
  const wrong = await home.doctor(['--explain', 'MG0011'])
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /did you mean MG/)
  assert.match((await home.doctor(['--list'])).stdout, /^Verification\n {2}MG04/m)
  const group = await home.doctor(['--only', 'setings'])
  assert.equal(group.code, 2)
  assert.match(group.stderr, /did you mean settings\?/)
})
