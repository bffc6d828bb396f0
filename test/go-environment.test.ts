// The go command's settings read from files and variables alone equal what `go env -json` prints.
import fc from 'fast-check'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { thisMachine } from '../packages/modgate/src/config/index.ts'
import { readGoEnvironment } from '../packages/modgate/src/inspect/evidence/go-environment.ts'
import { onlyGoKnows } from '../packages/modgate/src/inspect/evidence/go-variables.ts'
import { requireComponent } from './harness/components.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

const run = promisify(execFile)

interface Place {
  readonly go: string
  readonly home: string
  /** Where `go` runs. */
  readonly cwd: string
}

/** `$HOME` stands for the home directory. */
interface Case {
  readonly environment: Readonly<Record<string, string>>
  /** Lines of the file of `go env -w`; undefined where there is none. */
  readonly written?: readonly string[]
}

/** What both say of the same machine. The real one may refuse a setting; then there is nothing to compare. */
async function bothViews({ go, home, cwd }: Place, { environment, written }: Case) {
  const here = (text: string) => text.replaceAll('$HOME', home)
  await writeFiles(home, { 'own/env': here((written ?? []).join('\n')), 'tmp/x': '' })
  const env: Record<string, string> = {
    PATH: `${dirname(go)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    GOENV: written ? join(home, 'own/env') : join(home, 'none'),
    ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, here(value)])),
  }
  const machine = { ...thisMachine(), environment: env, cwd, home }
  const [read, real] = await Promise.all([
    readGoEnvironment(machine),
    run(go, ['env', '-json'], { env, cwd }).then(({ stdout }) => JSON.parse(stdout) as Record<string, string>),
  ])
  const known = Object.keys(real).filter((name) => !onlyGoKnows.includes(name))
  return {
    read: Object.fromEntries(known.map((name) => [name, read.variables.get(name)?.value])),
    real: Object.fromEntries(known.map((name) => [name, real[name]])),
  }
}

async function place(t: TestContext, go: string, files: Readonly<Record<string, string>> = {}): Promise<Place> {
  const home = await temporaryDirectory(t)
  await writeFiles(home, { 'project/go.mod': 'module project.example\n', 'project/below/x.txt': '', ...files })
  return { go, home, cwd: join(home, 'project', 'below') }
}

const patterns = fc.constantFrom('', 'corp.example', ' corp.example ', '*.corp.example,git.test', 'none', '*', '[')
const valuesOf: Readonly<Record<string, fc.Arbitrary<string>>> = {
  AR: fc.constantFrom('', 'llvm-ar'),
  CC: fc.constantFrom('', 'clang', '/usr/bin/gcc'),
  CGO_CFLAGS: fc.constantFrom('', '-O1', "'-I/with space' -g", '"-DX=y"  -O0', '-O2\t-g'),
  CGO_ENABLED: fc.constantFrom('', '0', '1', 'yes'),
  CXX: fc.constantFrom('', 'clang++'),
  GCCGO: fc.constantFrom('', 'gccgo-13', 'sh'),
  GO111MODULE: fc.constantFrom('', 'on', 'off', 'auto'),
  GOAMD64: fc.constantFrom('', 'v1', 'v3'),
  GOARCH: fc.constantFrom('', 'amd64', 'arm64'),
  GOAUTH: fc.constantFrom('', 'netrc', 'off', 'git /srv'),
  GOBIN: fc.constantFrom('', '/srv/bin'),
  GOCACHE: fc.constantFrom('', '$HOME/cache', '$HOME//cache/'),
  GODEBUG: fc.constantFrom('', 'http2client=0', 'httpclient=2'),
  GOEXPERIMENT: fc.constantFrom(''),
  GOFIPS140: fc.constantFrom('', 'off', 'latest'),
  GOFLAGS: fc.constantFrom('', '-mod=mod', "'-ldflags=-s -w'", '-nosuch', "'open", '-mod mod', '-modcacherw\t-x '),
  GOHOSTOS: fc.constantFrom('', 'plan9'),
  GOINSECURE: patterns,
  GOMODCACHE: fc.constantFrom('', '/srv/mod', '/srv/mod/'),
  GONOPROXY: patterns,
  GONOSUMDB: patterns,
  GOOS: fc.constantFrom('', 'linux', 'windows', 'darwin'),
  GOPATH: fc.constantFrom('', '/srv/go', '/srv/go:/srv/more', ':/srv/go', '/srv/../opt'),
  GOPRIVATE: patterns,
  GOPROXY: fc.constantFrom('', 'direct', 'https://gate.example,direct', 'none', ' , ', 'off\r'),
  GOSUMDB: fc.constantFrom('', 'off', 'sum.golang.org https://mirror.example', 'sum.golang.org+insecure'),
  GOTMPDIR: fc.constantFrom('', '$HOME/tmp'),
  GOTOOLCHAIN: fc.constantFrom('', 'local'),
  GOVCS: fc.constantFrom('', 'public:git|hg,private:all'),
  GOVERSION: fc.constantFrom('', 'go1.99'),
  GOWORK: fc.constantFrom('', 'off', 'auto', '/srv/go.work'),
  PKG_CONFIG: fc.constantFrom('', 'pkgconf'),
  XDG_CACHE_HOME: fc.constantFrom('', '$HOME/caches'),
  XDG_CONFIG_HOME: fc.constantFrom('', '$HOME/settings'),
}

const some = fc
  .subarray(Object.keys(valuesOf), { maxLength: 12 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, valuesOf[name]!]))))
const noise = fc.constantFrom('# GOPROXY=comment', '', 'lower=1', ' GOSUMDB=indented', 'GOPROXY', 'GONOSUCH=1')
const written = fc
  .record({ values: some, noise: fc.array(noise, { maxLength: 2 }) })
  .map(({ values, noise }) => [...noise, ...Object.entries(values).map(([name, value]) => `${name}=${value}`)])
const anyCase: fc.Arbitrary<Case> = fc
  .record({ environment: some, written: fc.option(written, { nil: undefined }), off: fc.boolean() })
  .map(({ environment, written, off }) => ({
    environment: off && written === undefined ? { ...environment, GOENV: 'off' } : environment,
    ...(written && { written }),
  }))

test('what is read without go equals go env -json, for any environment and file of go env -w', async (t) => {
  const go = await requireComponent(t, 'go')
  if (!go) return
  const homes = await Promise.all([0, 1, 2, 3].map(() => place(t, go.path)))
  const cases = fc.sample(anyCase, { numRuns: 100, seed: 20 })
  for (let at = 0; at < cases.length; at += homes.length) {
    await Promise.all(
      homes.map(async (home, index) => {
        const { read, real } = await bothViews(home, cases[at + index]!)
        assert.deepEqual(read, real, JSON.stringify(cases[at + index]))
      }),
    )
  }
})

const odd: readonly (readonly [claim: string, Case, files?: Readonly<Record<string, string>>])[] = [
  ['an empty environment', { environment: {} }],
  ['an empty line hides go.env', { environment: {}, written: ['GOPROXY=', 'GOSUMDB='] }],
  ['an empty variable does not hide the file', { environment: { GOPROXY: '' }, written: ['GOPROXY=direct'] }],
  ['the last line of a name counts', { environment: {}, written: ['GOPROXY=off', 'GOPROXY=direct'] }],
  ['a carriage return belongs to the value', { environment: {}, written: ['GOPROXY=direct\r', 'GOFLAGS=-x\r'] }],
  ['GOENV=off hides the file', { environment: { GOENV: 'off' } }],
  ['no home', { environment: { HOME: '', GOCACHE: '$HOME/cache' } }],
  ['relative directories', { environment: { GOCACHE: '$HOME/cache', XDG_CACHE_HOME: 'rel', XDG_CONFIG_HOME: 'rel' } }],
  ['a workspace', { environment: {} }, { 'go.work': 'go 1.26\n' }],
  ...['386', 'arm', 'riscv64', 'ppc64le', 'mips64', 's390x'].map(
    (arch) => [`the processor ${arch}`, { environment: { GOARCH: arch } }] as const,
  ),
  ['telemetry', { environment: {} }, { '.config/go/telemetry/mode': 'off 2020-01-01\n' }],
]

for (const [claim, given, files] of odd) {
  test(`${claim}: read as go env -json says`, async (t) => {
    const go = await requireComponent(t, 'go')
    if (!go) return
    const { read, real } = await bothViews(await place(t, go.path, files), given)
    assert.deepEqual(read, real)
  })
}

test('a go that is a link in the PATH leads to its installation, and GOROOT names another one', async (t) => {
  const go = await requireComponent(t, 'go')
  if (!go) return
  const here = await place(t, go.path)
  const linked = join(here.home, 'links', 'go')
  await mkdir(dirname(linked))
  await symlink(go.path, linked)
  const byLink = await bothViews({ ...here, go: linked }, { environment: {} })
  assert.deepEqual(byLink.read, byLink.real)
  const root = dirname(dirname(go.path))
  const named = await bothViews(here, { environment: { GOROOT: `${root}/` } })
  assert.deepEqual(named.read, named.real)
})

test('an older go says the same of the variables that it knows', async (t) => {
  const older = await requireComponent(t, 'older-go')
  if (!older) return
  const here = await place(t, older.path)
  for (const given of fc.sample(anyCase, { numRuns: 12, seed: 21 })) {
    const { read, real } = await bothViews(here, given)
    assert.deepEqual(read, real, JSON.stringify(given))
  }
})

test('every value says where it comes from, and what it overrides', async (t) => {
  const home = await temporaryDirectory(t)
  const file = join(home, 'env')
  await writeFiles(home, {
    env: '# kept\nGOPRIVATE=corp.example\nGOSUMDB=off\nGOFLAGS=\n',
    'go/go.env': 'GOFLAGS=-x\n',
  })
  const environment = { GOROOT: join(home, 'go'), GOENV: file, GOSUMDB: 'sum.golang.org', GOPRIVATE: '' }
  const { variables } = await readGoEnvironment({ ...thisMachine(), environment, home, cwd: home })
  assert.deepEqual(variables.get('GOSUMDB'), {
    name: 'GOSUMDB',
    value: 'sum.golang.org',
    origin: 'environment',
    place: 'in the environment',
    overridden: [{ value: 'off', place: `in ${file}:3` }],
  })
  assert.deepEqual(variables.get('GONOPROXY'), {
    name: 'GONOPROXY',
    value: 'corp.example',
    origin: 'go-env-file',
    place: `by default GOPRIVATE's, which is in ${file}:2`,
    inheritedFrom: 'GOPRIVATE',
    overridden: [],
  })
  assert.deepEqual(variables.get('GOPRIVATE')?.overridden, [
    { value: '', place: 'in the environment', why: 'an empty variable counts as not set' },
  ])
  assert.deepEqual(variables.get('GOFLAGS'), {
    name: 'GOFLAGS',
    value: '',
    origin: 'built-in',
    place: 'built into go',
    overridden: [
      { value: '', place: `in ${file}:4`, why: 'an empty variable counts as not set' },
      { value: '-x', place: `in ${join(home, 'go/go.env')}:1`, why: `the empty line in ${file}:4 hides it` },
    ],
  })
})
