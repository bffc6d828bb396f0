// `modgate policy`: what it prints is what the real go obeys. The files of examples/policy/ are the cases.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test, type TestContext } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { loadCorpus } from './harness/corpus.ts'
import { modgate, startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

const root = resolve(import.meta.dirname, '..')
const example = (name: string) => join(root, 'examples/policy', name)

interface Run {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

function policy(t: TestContext, args: readonly string[], { cwd = root, env = {} }: Run = {}) {
  return ownProcess(t, [...modgate, 'policy', ...args], {
    cwd,
    env: { PATH: '/usr/bin:/bin', HOME: '/nowhere', GOENV: 'off', ...env },
  }).ended
}

/** Modules that each example has something to say about. */
const modulesOf: Readonly<Record<string, readonly string[]>> = {
  'nested.yaml': ['corp.internal', 'corp.internal/lib/v2', 'git.corp.internal/x', 'ai.corp.internal/tool', 'ml.ai.corp.internal/model', 'x.ml.ai.corp.internal/y', 'notcorp.internal/x', 'github.com/a/B'],
  'regions.yaml': ['corp.example/lib', 'oss.corp.example/lib', 'github.com/corp-example/x', 'github.com/corp-example-evil/x'],
  'no-gate.yaml': ['git.corp.example/team', 'git.corp.example/oss/lib', 'corp.example', 'github.com/corp-example/x', 'github.com/other/x'],
} // prettier-ignore

test('every example has its modules', () => {
  assert.deepEqual(globSync('*.yaml', { cwd: join(root, 'examples/policy') }).sort(), Object.keys(modulesOf).sort())
})

for (const [name, modules] of Object.entries(modulesOf)) {
  test(`the real go sends the modules of ${name} where the declaration says`, async (t) => {
    const toolchain = await requireComponent(t, 'go')
    if (toolchain === undefined) return
    const region = name === 'regions.yaml' ? ['--region', 'eu'] : []
    const PATH = `${resolve(toolchain.path, '..')}:/usr/bin:/bin`
    const { code, stdout, stderr } = await policy(
      t,
      ['check', example(name), ...region, ...modules, '--prove', '--json'],
      { env: { PATH } },
    )
    assert.equal(code, 0, stdout + stderr)
    assert.match(stderr, /proved with go1\./)
    const rows = (
      JSON.parse(stdout) as {
        modules: { module: string; agrees: boolean; proof: { agrees: boolean; asked: string[] } }[]
      }
    ).modules
    assert.deepEqual(
      rows.map(({ module }) => module),
      modules,
    )
    for (const row of rows) assert.ok(row.agrees && row.proof.agrees && row.proof.asked.length > 0, JSON.stringify(row))
  })
}

test('three nested domains reach their three gates through the gate in front, with the real go and the generated settings', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const paths = { corp: 'corp.internal/lib', ai: 'ai.corp.internal/tool', ml: 'ml.ai.corp.internal/model' }
  const corpus = loadCorpus(Object.values(paths).map(privateModule))
  const inner = {
    corp: await corpusUpstream(t, { corpus }),
    ai: await corpusUpstream(t, { corpus }),
    ml: await corpusUpstream(t, { corpus }),
  }
  const places: Readonly<Record<string, string>> = {
    'https://gate.corp.internal': inner.corp.url,
    'https://gate.ai.corp.internal': inner.ai.url,
    'https://gate.ml.ai.corp.internal': inner.ml.url,
  }
  const config = (await policy(t, [example('nested.yaml'), '--for', 'gate'])).stdout
  const directory = await temporaryDirectory(t)
  const routed = config.replace(/https:[^"]+/g, (url) => places[url] ?? url)
  await writeFiles(directory, { 'modgate.yaml': routed })
  const front = await startGate(t, {
    flags: ['--config', join(directory, 'modgate.yaml'), '--upstream', 'off', '--sumdb', 'off'],
  })
  const { variables } = JSON.parse((await policy(t, [example('nested.yaml'), '--for', 'json'])).stdout) as {
    variables: Record<string, string>
  }
  const client = await goClient(t, { toolchain, proxy: front.url, sumdb: 'sum.golang.org' })
  const { code, stderr } = await client.run(
    ['mod', 'download', ...Object.values(paths).map((path) => `${path}@v1.0.0`)],
    {
      ...variables,
      GOPROXY: front.url,
    },
  )
  assert.equal(code, 0, stderr)
  for (const name of ['corp', 'ai', 'ml'] as const) {
    assert.ok(inner[name].count(`/${paths[name]}/@v/v1.0.0.zip`) === 1, name)
    const others = inner[name].requests.filter(({ path }) => !path.startsWith(`/${paths[name]}/`))
    assert.deepEqual(
      others.map(({ path }) => path),
      [],
      `${name} saw names of others`,
    )
  }
})

/** A module as the files of test/corpus/ have it. */
function privateModule(path: string): string {
  return `Private.\n\nmodule ${path} v1.0.0\ntime 2023-09-01T08:00:00Z\nprivate\n-- go.mod --\nmodule ${path}\n\ngo 1.20\n-- x.go --\npackage x\n`
}

test('each target gets the same values, in a form that it can read', async (t) => {
  const args = ['--private', 'corp.example', '--gate', 'https://gate.corp.example']
  const list = 'corp.example,*.corp.example'
  const rows: readonly [target: string, line: string][] = [
    ['shell', `export GONOSUMDB='${list}'`],
    ['fish', `set -gx GONOSUMDB '${list}'`],
    ['powershell', `$env:GONOSUMDB = '${list}'`],
    ['go-env', `go env -w GONOSUMDB='${list}'`],
    ['go.env', `GONOSUMDB=${list}`],
    ['docker', `ENV GONOSUMDB="${list}"`],
    ['github', `GONOSUMDB=${list}`],
    ['gitlab', `GONOSUMDB: "${list}"`],
    ['azure', `##vso[task.setvariable variable=GONOSUMDB]${list}`],
    ['jenkins', `GONOSUMDB=${list}`],
  ]
  for (const [target, line] of rows) {
    const { stdout, code } = await policy(t, [...args, '--for', target])
    assert.equal(code, 0)
    assert.ok(stdout.split('\n').includes(line), `${target}: ${stdout}`)
    if (['github', 'azure', 'jenkins'].includes(target)) assert.doesNotMatch(stdout, /^# /m, target)
  }
})

test('a shell that reads the lines has the values, and a covering log needs two of them', async (t) => {
  const { stdout } = await policy(t, [example('regions.yaml'), '--region', 'us'])
  const script = `GOPRIVATE=old; export GOPRIVATE\n${stdout}\nenv`
  const shell = spawnSync('sh', ['-c', script], { env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8' })
  const lines = shell.stdout.split('\n')
  assert.ok(lines.includes('GOPROXY=https://us.gate.corp.example'))
  assert.ok(lines.some((line) => line.startsWith('GOSUMDB=us.gate.corp.example+')))
  for (const name of ['GOPRIVATE', 'GONOPROXY', 'GONOSUMDB']) assert.ok(lines.includes(`${name}=`), name)
})

test('modules that go elsewhere are named, with exit code 1', async (t) => {
  const env = {
    GOPROXY: 'https://goproxy.corp.internal,direct',
    GOPRIVATE: '*.corp.internal',
    GOSUMDB: 'sum.golang.org',
  }
  const { code, stdout } = await policy(t, ['check', example('nested.yaml'), '--here', 'corp.internal/lib'], { env })
  assert.equal(code, 1)
  assert.match(stdout, /^wrong {2}corp\.internal\/lib \(private\)/)
  assert.match(stdout, /but goes to https:\/\/goproxy\.corp\.internal, then direct, not to/)
  assert.match(stdout, /but private, but sum\.golang\.org is asked about it/)
})

test('without a go command it is said that nothing is proved', async (t) => {
  const { code, stderr } = await policy(t, ['check', example('nested.yaml'), 'corp.internal', '--prove'], {
    env: { PATH: '/nowhere' },
  })
  assert.equal(code, 1)
  assert.match(stderr, /nothing is proved: there is no go command on the PATH/)
})

test('what is used wrongly ends with 2 and the next step', async (t) => {
  const rows: readonly (readonly string[])[] = [
    ['nosuch.yaml'],
    [],
    ['--private', 'github.com'],
    ['--private', 'corp.example', '--key', 'x'],
    [example('regions.yaml')],
    [example('regions.yaml'), '--region', 'mars'],
    [example('nested.yaml'), '--private', 'x.example'],
    ['check', example('nested.yaml'), '--modules', 'nosuch.txt'],
    ['--private', 'corp.example', '--for', 'nowhere'],
  ]
  for (const args of rows) {
    const { code, stdout, stderr } = await policy(t, args, { cwd: '/' })
    assert.equal(code, 2, args.join(' ') + stderr)
    assert.equal(stdout, '')
    assert.doesNotMatch(stderr, /\n {4}at /)
  }
})

test('a declaration to begin with can be read, and is found in a repository', async (t) => {
  const directory = await temporaryDirectory(t)
  await writeFiles(directory, { 'go.mod': 'module git.corp.example/team/app\n' })
  const git = (...args: string[]) => spawnSync('git', ['-C', directory, ...args])
  git('init', '-q')
  git('remote', 'add', 'origin', 'https://me:hunter22@github.com/corp-example/app.git')
  const { stdout, stderr, code } = await policy(t, ['init', '--discover'], { cwd: directory })
  assert.equal(code, 0, stderr)
  assert.doesNotMatch(stdout + stderr, /hunter22/)
  await writeFiles(directory, { 'modgate-policy.yaml': stdout })
  const { stdout: lines } = await policy(t, [], { cwd: directory })
  assert.match(lines, /^export GOPRIVATE=github\.com\/corp-example,git\.corp\.example\/team$/m)
})

test('the settings of the gate in front are ones that modgate serve takes', async (t) => {
  for (const name of Object.keys(modulesOf)) {
    const directory = await temporaryDirectory(t)
    await writeFiles(directory, { 'modgate.yaml': (await policy(t, [example(name), '--for', 'gate'])).stdout })
    const check = ownProcess(t, [...modgate, 'config', 'check', '--upstream', 'off', '--sumdb', 'off'], {
      cwd: directory,
      env: { PATH: '/bin', HOME: directory },
    })
    const { code, stdout, stderr } = await check.ended
    assert.equal(code, 0, name + stdout + stderr)
  }
  assert.match(readFileSync(example('nested.yaml'), 'utf8'), /--for gate/)
})
