// Secrets are planted wherever a Go developer has them; every command is run in every form and must show none of them.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { application } from '../packages/modgate/src/cli/command-line.ts'
import { findingsFormats } from '../packages/modgate/src/report/findings-format.ts'
import { runCommand, type CommandMachine } from './harness/command.ts'
import { status } from './harness/fault.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

/** One for each place, so that a leak names its place. */
const planted = {
  environment: 'glpat-env1ENVenv2ENVenv3',
  'value of no known shape': 'plainSecretValue77',
  'GOPROXY of the environment': 'proxyPass4711',
  'GOSUMDB of the environment': 'sumdbPass4712',
  HTTPS_PROXY: 'connectPass4713',
  netrc: 'netrcPass4714',
  'go env -w': 'writtenPass4715',
  'git remote': 'ghp_remoteREMOTEremoteREMOTEremote012345',
  insteadOf: 'insteadPass4716',
  '.npmrc': 'npm_npmrcNPMRCnpmrcNPMRCnpmrcNPMRC0123',
  'CI file': 'ciFilePass4717',
  Dockerfile: 'dockerPass4718',
  'comment of go.mod': 'ghp_commentCOMMENTcommentCOMMENTcomment01',
  log: 'logPass4719logPass',
  'header in a log': 'headerPass4720',
  'answer of a proxy': 'bodyPass4721bodyPass',
  'redirect of a proxy': 'redirectPass4722',
} as const

const key = 'sum.corp.example+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'

/** A home in which everything has a secret, with a proxy on loopback that repeats what it is told. */
async function plantedMachine(t: TestContext): Promise<CommandMachine> {
  const upstream = await corpusUpstream(t)
  const told = `access denied for ${planted.netrc}: token=${planted['answer of a proxy']} Basic ${Buffer.from(`me:${planted['GOPROXY of the environment']}`).toString('base64')}`
  upstream.fault('*.info', status(403, told, { 'www-authenticate': 'Basic' }))
  upstream.fault('*.mod', status(302, told, { location: `/x?sig=${planted['redirect of a proxy']}` }))
  upstream.fault('*', status(500, told), 0)
  const home = await temporaryDirectory(t)
  const cwd = join(home, 'shop')
  const proxy = upstream.url.replace('://', `://me:${planted['GOPROXY of the environment']}@`)
  await writeFiles(home, {
    '.netrc': `machine 127.0.0.1\n  login me\n  password ${planted.netrc}\n`,
    '.config/go/env': `GOPROXY=https://u:${planted['go env -w']}@p.corp.example\nGOPRIVATE=git.corp.example, x\nGOINSECURE=*\n`,
    '.npmrc': `//npm.corp.example/:_authToken=${planted['.npmrc']}\n`,
    'shop/go.mod': [
      'module git.corp.example/shop',
      'go 1.22',
      'require hello.example/hello v1.0.0 // ' + planted['comment of go.mod'],
      'replace hello.example/hello => ../hello',
      '',
    ].join('\n'),
    'shop/go.sum': 'hello.example/hello v1.0.0 h1:g61tztE5qeGQ89tm6NTjjM9VPIm088od1l6aSorWRWg=\n',
    'shop/.npmrc': `_authToken=${planted['.npmrc']}\n`,
    'shop/.gitlab-ci.yml': `variables:\n  GOPROXY: https://ci:${planted['CI file']}@p.corp.example\n  GOSUMDB: "off"\nbuild:\n  script:\n    - GONOSUMDB=* GOPROXY=https://ci:${planted['CI file']}@p.corp.example go build\n`,
    'shop/Dockerfile': `FROM golang\nENV GOPROXY=https://d:${planted.Dockerfile}@p.corp.example GOSUMDB=off\nRUN go mod download\n`,
    'shop/build.log': [
      `go: git.corp.example/lib@v1.0.0: reading https://u:${planted.log}@p.corp.example/git.corp.example/lib/@v/v1.0.0.info: 401 Unauthorized`,
      `\tserver response: Authorization: Bearer ${planted['header in a log']}`,
      `fatal: unable to access 'https://oauth2:${planted.log}@git.corp.example/lib/': The requested URL returned error: 403`,
      `CORP_PASSWORD=${planted.log} unknown thing happened`,
      '',
    ].join('\n'),
    'modgate.yaml': `listen: 127.0.0.1:0\nupstream: ${proxy}\n`,
  })
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', cwd, ...args], { env: { PATH: process.env['PATH'], HOME: home }, stdio: 'pipe' })
  git('init', '--quiet')
  git('remote', 'add', 'origin', `https://oauth2:${planted['git remote']}@git.corp.example/team/shop.git`)
  git(
    'config',
    '--global',
    `url.https://u:${planted.insteadOf}@git.corp.example/.insteadOf`,
    'https://git.corp.example/',
  )
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    USER: 'alice',
    CI_JOB_TOKEN: planted.environment,
    CORP_PASSWORD: planted['value of no known shape'],
    GOPROXY: `${proxy},direct`,
    GOSUMDB: `${key} ${upstream.url.replace('://', `://u:${planted['GOSUMDB of the environment']}@`)}/sumdb/sum.corp.example`,
    HTTPS_PROXY: `http://me:${planted.HTTPS_PROXY}@127.0.0.1:9`,
    GOFLAGS: `-modfile=${planted['value of no known shape']} x`,
    GOTOOLCHAIN: 'local',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'none',
  }
  return { home, cwd, environment }
}

const json = ['--json'] as const
const formats = findingsFormats.map((format) => ['--format', format])
const module = 'hello.example/hello@v1.0.0'
const log = 'shop/build.log'

/** The runs of each command; one that is run by a test of its own, since it serves, says which. */
const runs: Readonly<Record<string, readonly (readonly string[])[] | string>> = {
  doctor: [
    [],
    json,
    ...formats,
    ['--verbose'],
    ['--deep', '--module', module],
    ['--deep', ...json],
    ['--share', '--deep'],
    ['--fix'],
    ['--fix', '--yes'],
    ['--list'],
    ['--explain', 'MG0101'],
  ],
  env: [[], json, ['--all'], ['--all', ...json], ['--diagnose'], ['--diagnose', '--mask'], ['--diagnose', ...json]],
  explain: [
    [module],
    [module, ...json],
    ['--graph'],
    ['--graph', ...json],
    [log],
    [log, ...json],
    ['--mismatch', module],
    ['--mismatch', module, ...json],
    ['git.corp.example/team/lib'],
  ],
  match: [
    ['GOPRIVATE', 'git.corp.example/lib'],
    ['GOPRIVATE', 'git.corp.example/lib', ...json],
    ['GOPRIVATE', '--graph', '--table'],
  ],
  audit: [[], json, ...formats, ['--machine'], ['--machine', '--verbose'], ['--recursive']],
  'policy generate': [['--private', 'corp.example', '--gate', `https://u:${planted.log}@gate.corp.example`]],
  'policy init': [[], ['--discover']],
  'policy check': [['git.corp.example/lib'], ['git.corp.example/lib', ...json]],
  'ci-env': [[], json, ['--for', 'github'], ['--host']],
  'config show': [[], json, ['--config', '../modgate.yaml'], ['--upstream', `https://u:${planted.log}@h.example`]],
  'config check': [[], json, ['--upstream', `u:${planted.log}@h.example`]],
  'config schema': [[]],
  'log key': [[], json],
  'log show': [['git.corp.example/lib@v1.0.0'], ['git.corp.example/lib@v1.0.0', ...json]],
  'log audit': [['--no-public'], ['--no-public', ...json]],
  verify: [[], json, ['--cache'], ['--vendor'], ['--proxy', `http://u:${planted.log}@127.0.0.1:9`]],
  'log status': [[], json],
  'log drill': [[], json],
  'log rotate': [[], ['--yes'], ['--yes', ...json]],
  'cache ls': [[], json],
  'cache origins': [[], json],
  'cache verify': [[], json],
  'cache gc': [[], json],
  'cache rm': [[module]],
  'cache adopt': [[]],
  onboard: [
    ['--url', 'http://127.0.0.1:9'],
    ['--url', 'http://127.0.0.1:9', ...json],
    ['--url', `https://u:${planted.log}@gate.corp.example`],
    ['--url', 'http://127.0.0.1:9', '--key', key, '--no-check'],
    ['--url', 'http://127.0.0.1:9', '--key', key, '--no-check', ...json],
    ['--url', 'http://127.0.0.1:9', '--key', key, '--no-check', '--write', '--yes'],
  ],
  refresh: [[module], ['--gate', `http://u:${planted.log}@127.0.0.1:9`, module]],
  'token add': [['ci'], ['ci2', '--patterns', '*.corp.example', ...json]],
  'token list': [[], json],
  'token revoke': [['nobody']],
  resolve: [[], json, ['--graph'], ['--why', 'hello.example/hello'], ['--mod=mod']],
  upgrades: [[], json],
  download: [[], json, [module], [module, ...json], ['--write', 'hello.example/hello@latest']],
  vendor: [[], json],
  'bench chain': [
    ['--module', module, '--rounds', '1', '--chain', `http://u:${planted.log}@127.0.0.1:9`],
    ['--module', module, '--rounds', '1', '--chain', `http://u:${planted.log}@127.0.0.1:9`, ...json],
  ],
  warm: [[module], [module, ...json], ['--gate', `http://u:${planted.log}@127.0.0.1:9`, module]],
  'bundle export': [['-o', 'shop.bundle', module]],
  'bundle import': [['none.bundle'], ['none.bundle', ...json]],
  'bundle verify': [['none.bundle'], ['none.bundle', ...json]],
  'trace run': [
    ['--', 'true'],
    ['--json', 'trace.json', '--har', 'trace.har', '--html', 'trace.html', '--', 'go', 'mod', 'download', module],
  ],
  'trace show': [['none.json']],
  version: [[], json],
  serve: 'logger.test.ts and redact.test.ts of telemetry: what a gate writes is its log',
  mcp: 'mcp.test.ts: it serves until its input ends',
}

test('every command has runs with planted secrets', async () => {
  const names = await commandNames()
  assert.deepEqual(
    names.filter((name) => !(name in runs)),
    [],
    'a new command: add it to the table of this test',
  )
})

for (const [name, own] of Object.entries(runs)) {
  if (typeof own === 'string') continue
  test(`modgate ${name} shows no secret, in no form, nor writes one`, async (t) => {
    const machine = await plantedMachine(t)
    assert.ok((await commandNames()).includes(name), `${name} is no command any more`)
    const before = await allTexts(machine.home)
    for (const args of own) {
      const absolute = args.map((arg) => (arg === log ? join(machine.home, arg) : arg))
      const { stdout, stderr } = await runCommand([...name.split(' '), ...absolute], machine)
      assert.notEqual(stdout + stderr, '', `modgate ${name} ${args.join(' ')} says nothing`)
      assertClean(`${stdout}\n${stderr}`, `modgate ${name} ${args.join(' ')}`)
    }
    for (const [path, text] of await allTexts(machine.home)) {
      if (before.get(path) !== text && !path.endsWith('/go/env')) assertClean(text, path)
    }
  })
}

function assertClean(text: string, where: string): void {
  for (const [place, secret] of Object.entries(planted)) {
    const forms = [secret, Buffer.from(`me:${secret}`).toString('base64').slice(4, -4), encodeURIComponent(secret)]
    for (const form of forms) {
      const at = text.indexOf(form)
      assert.ok(at < 0, `${where} shows the secret of ${place}: ${text.slice(Math.max(0, at - 120), at + 60)}`)
    }
  }
}

/** Those of the application itself: `config show`, not `config`. */
async function commandNames(): Promise<readonly string[]> {
  const { root } = (await application([])) as unknown as { root: unknown }
  return namesBelow(root, '')
}

interface Routes {
  getAllEntries?(): readonly { readonly name: Record<string, string>; readonly target: unknown }[]
}

function namesBelow(target: unknown, name: string): readonly string[] {
  const entries = (target as Routes).getAllEntries?.()
  if (entries === undefined) return [name.trim()]
  return entries.flatMap((entry) => namesBelow(entry.target, `${name} ${entry.name['original']}`))
}

/** All files of a home but git's own. */
async function allTexts(home: string): Promise<ReadonlyMap<string, string>> {
  const items = await readdir(home, { recursive: true, withFileTypes: true })
  const paths = items.filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name))
  const own = paths.filter((path) => !path.includes('/.git/'))
  return new Map(await Promise.all(own.map(async (path) => [path, await readFile(path, 'latin1')] as const)))
}
