// Repositories and URLs of people who mean harm: each ends in a clear refusal within its limits, and nothing of theirs runs.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { bytesAccess, readDirectory } from '@modgate/gomod/zip'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import type { FailureCode } from '../packages/modgate/src/core/failure-codes.ts'
import { Failure } from '../packages/modgate/src/core/failure.ts'
import type { Source, StartProgram } from '../packages/modgate/src/core/ports.ts'
import { programStarter } from '../packages/modgate/src/core/program.ts'
import type { CorpusRepository } from './harness/git-corpus.ts'
import { answerOf, gitOrigin, gitSource, type TestSourceOptions } from './harness/git-origin.ts'
import { gitIn, historyOf, makeRepository, type RepositoryBuilder } from './harness/git-repository.ts'
import { temporaryDirectory } from './harness/temporary.ts'

const path = 'github.com/corpus/evil'
const url = `https://${path}`
const goMod = `module ${path}\n\ngo 1.20\n`

const evil = (build: (r: RepositoryBuilder) => void): CorpusRepository => ({
  root: path,
  url,
  modules: [path],
  history: historyOf(build),
})

async function sourceOf(t: TestContext, build: (r: RepositoryBuilder) => void, options: TestSourceOptions = {}) {
  const origin = await gitOrigin(t, [evil(build)])
  return { origin, repository: join(origin.directory, 'corpus/evil'), source: await gitSource(t, origin, options) }
}

const one = (r: RepositoryBuilder) => {
  r.commit({ 'go.mod': goMod, 'a.go': 'package a\n' })
  r.tag('v1.0.0')
}

const begin = programStarter()

async function refusal(source: Source, request: ModuleRequest): Promise<Failure> {
  const answer = await answerOf(source, request)
  if (answer instanceof Failure) return answer
  assert.fail(`answered: ${Buffer.from(answer).toString().slice(0, 200)}`)
}

const oddNames = [
  ...['--upload-pack=touch pwned', '-oProxyCommand=touch pwned', '--output=pwned', '$(touch pwned)', '`touch pwned`'],
  ...['HEAD~1', 'HEAD^{tree}', 'main:go.mod', ':/commit', '@{-1}', 'main@{0}', '../../main', 'refs/heads/main', '@'],
  ...['v1.0.0^{}', 'main ', ' main', 'main\n', 'main\0', 'a'.repeat(5000), '0000000', 'f'.repeat(40), 'ffff', ''],
]

test('names that git would read as options, expressions or paths are revisions that do not exist', async (t) => {
  const { source } = await sourceOf(t, one)
  for (const query of oddNames) {
    const { code } = await refusal(source, { kind: 'query', path, query })
    assert.equal(code, 'module-not-found', query)
  }
})

test('a tag that looks like an option is a tag', async (t) => {
  const { source, repository } = await sourceOf(t, one)
  const names = ['--upload-pack=touch', '-n', '--exec']
  for (const name of names) gitIn(repository, ['update-ref', `refs/tags/${name}`, 'refs/heads/main'])
  for (const query of names) {
    const info = await answerOf(source, { kind: 'query', path, query })
    assert.match(Buffer.from(info as Uint8Array).toString(), /"Version":"v1\.0\.0"/, query)
  }
})

const urls: readonly (readonly [url: string, why: RegExp])[] = [
  ['ext::sh -c touch% /tmp/pwned', /characters|scheme/],
  ['-oProxyCommand=touch', /scheme/],
  ['--upload-pack=touch', /scheme/],
  ['git@github.com:corpus/evil', /scheme/],
  ['/etc', /scheme/],
  ['ssh://-oProxyCommand=touch/x', /host/],
  ['ssh://-l@host.test/x', /credentials/],
  ['https://user:secret@host.test/x', /credentials/],
  ['https://host.test\n/x', /characters/],
  ['https://host.test/a b', /characters/],
  ['http://host.test/x', /http scheme disallowed/],
  ['git://host.test/x', /git scheme disallowed/],
  ['HTTPS://host.test/x', /capital letters/],
  ['https://0x7f000001/x', /disguise/],
  ['file://host.test/x', /host/],
  ['https:///x', /host/],
]

for (const [odd, why] of urls) {
  test(`the repository URL ${JSON.stringify(odd)} is refused and no process is started`, async (t) => {
    const start: StartProgram = () => assert.fail('a process was started')
    const findRoot = async () => ({ vcs: 'git', url: odd, root: path, subdirectory: '' }) as const
    const protocols = ['https', 'ssh', 'file'] as const
    const source = await gitSource(t, await gitOrigin(t, []), { start, findRoot, protocols })
    const failure = await refusal(source, { kind: 'list', path })
    assert.equal(failure.code, 'origin-refused')
    assert.match(failure.why, why)
    assert.doesNotMatch(failure.message, /secret|[\n]/)
  })
}

test('another system, and a directory outside of the repository, are refused', async (t) => {
  const origin = await gitOrigin(t, [evil(one)])
  const roots = [
    { vcs: 'hg', url, root: path, subdirectory: '' },
    { vcs: 'git', url, root: path, subdirectory: '../..' },
    { vcs: 'git', url, root: path, subdirectory: 'a/-b' },
  ] as const
  for (const root of roots) {
    const source = await gitSource(t, origin, { findRoot: async () => root })
    assert.equal((await refusal(source, { kind: 'list', path })).code, 'origin-refused')
  }
})

test('settings, hooks, filters and helpers of the machine and of the repository do not run', async (t) => {
  const home = await temporaryDirectory(t)
  const mark = join(home, 'pwned')
  const script = join(home, 'script')
  await mkdir(join(home, 'template/hooks'), { recursive: true })
  await writeFile(script, `#!/bin/sh\necho ran >> '${mark}'\ncat\n`)
  for (const hook of ['reference-transaction', 'post-checkout', 'pre-auto-gc', 'post-rewrite']) {
    await writeFile(join(home, 'template/hooks', hook), `#!/bin/sh\necho ran >> '${mark}'\n`)
    await chmod(join(home, 'template/hooks', hook), 0o755)
  }
  await chmod(script, 0o755)
  const config = `
[init]\n\ttemplateDir = ${home}/template
[core]\n\thooksPath = ${home}/template/hooks\n\tfsmonitor = ${script}\n\tpager = ${script}\n\tattributesFile = ${home}/attributes
[filter "evil"]\n\tsmudge = ${script}\n\tclean = ${script}\n\trequired = true
[diff "evil"]\n\ttextconv = ${script}\n\tcommand = ${script}
[tar "tar"]\n\tcommand = ${script}
[credential]\n\thelper = ${script}
`
  await writeFile(join(home, '.gitconfig'), config)
  await writeFile(join(home, 'attributes'), '* filter=evil\n')
  const environment = {
    PATH: process.env['PATH'],
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    GIT_TEMPLATE_DIR: join(home, 'template'),
    GIT_EXTERNAL_DIFF: script,
    GIT_ASKPASS: script,
    GIT_SSH_COMMAND: script,
    GIT_TRACE: join(home, 'trace'),
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'filter.evil.smudge',
    GIT_CONFIG_VALUE_0: script,
  }
  const build = (r: RepositoryBuilder) => {
    r.commit({
      'go.mod': goMod,
      '.gitattributes': '* filter=evil diff=evil\n*.big filter=lfs\n',
      '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% pwned\n\tupdate = !touch pwned\n',
      x: { submodule: 'a'.repeat(40) },
      'a.go': 'package a\n',
      'a.big': 'version https://git-lfs.github.com/spec/v1\n',
    })
    r.tag('v1.0.0')
    r.commit({ 'b.go': 'package b\n' })
    r.commit({ 'c.go': 'package c\n' })
  }
  const { source, repository } = await sourceOf(t, build, { environment })
  const parent = gitIn(repository, ['rev-parse', '--short=12', 'HEAD~1']).trim()
  const zip = await answerOf(source, { kind: 'zip', path, version: 'v1.0.0' })
  assert.ok(zip instanceof Uint8Array)
  const names = readDirectory(bytesAccess(zip)).map(({ name }) => name.split('/').slice(3).join('/'))
  assert.deepEqual(names, ['.gitattributes', '.gitmodules', 'a.big', 'a.go', 'go.mod'])
  const info = await answerOf(source, { kind: 'query', path, query: parent })
  assert.ok(info instanceof Uint8Array)
  assert.ok(!existsSync(mark), 'something ran')
  assert.ok(!existsSync(join(home, 'trace')), 'the environment went through')
})

test('a fetch that grows past its limit is stopped, and what fits is served after it', async (t) => {
  const build = (r: RepositoryBuilder) => {
    one(r)
    r.commit({ 'big.bin': randomBytes(3 << 20) })
    r.tag('v1.1.0')
  }
  const { source } = await sourceOf(t, build, { limits: { fetchBytes: 1 << 20 } })
  const { code, why } = await refusal(source, { kind: 'zip', path, version: 'v1.1.0' })
  assert.deepEqual([code, why], ['origin-too-large', 'the repository sent more than 1048576 bytes for it'])
  assert.ok((await answerOf(source, { kind: 'zip', path, version: 'v1.0.0' })) instanceof Uint8Array)
})

test('a tree of more than 500 MiB is refused before any of it is read, however small its pack', async (t) => {
  const build = (r: RepositoryBuilder) => {
    const bytes = Buffer.alloc(6 << 20)
    r.commit({
      'go.mod': goMod,
      ...Object.fromEntries(Array.from({ length: 90 }, (_, at) => [`zeros/${at}`, at ? '' : bytes])),
    })
  }
  const { source, repository } = await sourceOf(t, build)
  const blob = gitIn(repository, ['rev-parse', 'HEAD:zeros/0']).trim()
  const entries = Array.from({ length: 90 }, (_, at) => `100644 blob ${blob}\t${at}\n`).join('')
  tagTree(repository, 'v1.0.0', entries)
  const { code, why } = await refusal(source, { kind: 'zip', path, version: 'v1.0.0' })
  assert.equal(code, 'zip-invalid')
  assert.match(why, /module source tree too large \(max size is 524288000 bytes\)/)
})

test('a tree that holds itself ten times over on ten levels is refused', async (t) => {
  const { source, repository } = await sourceOf(t, one, { limits: { files: 20_000 } })
  let tree = gitIn(repository, ['mktree'], `100644 blob ${gitIn(repository, ['rev-parse', 'HEAD:a.go']).trim()}\tx\n`)
  for (let level = 0; level < 10; level++) {
    const entries = Array.from({ length: 10 }, (_, at) => `040000 tree ${tree.trim()}\td${at}\n`)
    tree = gitIn(repository, ['mktree'], entries.join(''))
  }
  tagTree(repository, 'v1.0.1', `040000 tree ${tree.trim()}\tbomb\n`)
  const { code, why } = await refusal(source, { kind: 'zip', path, version: 'v1.0.1' })
  assert.equal(code, 'origin-too-large')
  assert.match(why, /more than 20000 files/)
})

/** Tags a commit of a tree with these entries and a go.mod. */
function tagTree(repository: string, tag: string, entries: string): void {
  const mod = gitIn(repository, ['rev-parse', 'HEAD:go.mod']).trim()
  const tree = gitIn(repository, ['mktree'], `${entries}100644 blob ${mod}\tgo.mod\n`).trim()
  const identity = ['-c', 'user.name=n', '-c', 'user.email=e@test.example']
  const commit = gitIn(repository, [...identity, 'commit-tree', '-m', 'x', tree]).trim()
  gitIn(repository, ['update-ref', `refs/tags/${tag}`, commit])
}

test('names of files that would move a cursor are refused in words that do not', async (t) => {
  const { source } = await sourceOf(t, (r) => {
    r.commit({ 'go.mod': goMod, 'a\nb\u001b[2J.go': 'x', 'a/../../b': 'y'.slice(1) })
    r.tag('v1.0.0')
  }).catch(() =>
    sourceOf(t, (r) => {
      r.commit({ 'go.mod': goMod, 'a\nb\u001b[2J.go': 'x' })
      r.tag('v1.0.0')
    }),
  )
  const { code, why } = await refusal(source, { kind: 'zip', path, version: 'v1.0.0' })
  assert.equal(code, 'zip-invalid')
  assert.doesNotMatch(why, /[\x00-\x1f]/)
})

test('links lead nowhere: a license, a go.mod and a directory that are links are what they hold', async (t) => {
  const { source } = await sourceOf(t, (r) => {
    r.commit({
      'go.mod': goMod,
      LICENSE: { link: '/etc/passwd' },
      'sub/go.mod': `module ${path}/sub\n`,
      'sub/x.go': { link: '/etc/passwd' },
      other: { link: 'sub' },
      'third/go.mod': { link: '../sub/go.mod' },
    })
    r.tag('v1.0.0', 'sub/v1.0.0', 'other/v1.0.0', 'third/v1.0.0')
  })
  const zip = await answerOf(source, { kind: 'zip', path: `${path}/sub`, version: 'v1.0.0' })
  assert.ok(zip instanceof Uint8Array)
  const entries = readDirectory(bytesAccess(zip))
  assert.deepEqual(
    entries.map(({ name, size }) => [name.split('/').at(-1), size]),
    [
      ['go.mod', `module ${path}/sub\n`.length],
      ['LICENSE', '/etc/passwd'.length],
    ],
  )
  for (const directory of ['other', 'third']) {
    const failure = await refusal(source, { kind: 'info', path: `${path}/${directory}`, version: 'v1.0.0' })
    assert.equal(failure.code, 'version-invalid', directory)
  }
})

test('thousands of tags are listed with one question and without a fetch', async (t) => {
  const { repository, source } = await sourceOf(t, one, { start: onlyListing })
  const commit = gitIn(repository, ['rev-parse', 'HEAD']).trim()
  const count = 8_000
  const lines = Array.from({ length: count }, (_, at) => `${commit} refs/tags/v1.${at + 1}.0\n`).sort()
  await writeFile(join(repository, 'packed-refs'), lines.join(''))
  const list = await answerOf(source, { kind: 'list', path })
  assert.equal(
    Buffer.from(list as Uint8Array)
      .toString()
      .trim()
      .split('\n').length,
    count + 1,
  )
  const { code } = await refusal(source, { kind: 'zip', path, version: 'v3.0.0' })
  assert.equal(code, 'module-not-found')
})

const onlyListing: StartProgram = (argv, options) => {
  assert.equal(argv[1], 'ls-remote')
  return begin(argv, options)
}

async function webServer(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A source whose one repository is at a URL that the test serves. */
async function sourceAt(t: TestContext, base: string, options: TestSourceOptions = {}): Promise<Source> {
  const findRoot = async () => ({ vcs: 'git', url: `${base}/x`, root: path, subdirectory: '' }) as const
  return gitSource(t, await gitOrigin(t, []), { findRoot, protocols: ['http', 'https'], ...options })
}

const servers: readonly (readonly [what: string, answer: RequestListener, code: FailureCode])[] = [
  [
    'asks for credentials',
    (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic' }).end(),
    'origin-unreachable',
  ],
  ['says 404', (_, response) => response.writeHead(404).end(), 'origin-unreachable'],
  ['answers with a page', (_, response) => response.end('<html></html>'), 'origin-unreachable'],
  ['never answers', () => undefined, 'origin-timeout'],
]

for (const [what, answer, code] of servers) {
  test(`a server that ${what} is a failure of that server, and no absence`, async (t) => {
    const source = await sourceAt(t, await webServer(t, answer), { limits: { listMs: 3_000 } })
    const failure = await refusal(source, { kind: 'list', path })
    assert.equal(failure.code, code)
    assert.ok(!failure.absent)
  })
}

test('where the web server says that there is no repository, there is none', async (t) => {
  const base = await webServer(t, (_, response) => response.writeHead(404).end())
  const source = await sourceAt(t, base, {
    lookAgain: async ({ url }) => ((await fetch(url)).status === 404 ? 'absent' : undefined),
  })
  assert.equal((await refusal(source, { kind: 'list', path })).code, 'module-not-found')
})

test('git does not follow a server to another address', async (t) => {
  const asked: string[] = []
  const inside = await webServer(t, (request, response) => {
    asked.push(request.url!)
    response.end()
  })
  const outside = await webServer(t, (request, response) =>
    response.writeHead(302, { location: `${inside}${request.url}` }).end(),
  )
  const failure = await refusal(await sourceAt(t, outside), { kind: 'list', path })
  assert.equal(failure.code, 'origin-unreachable')
  assert.deepEqual(asked, [])
})

test('credentials reach their host, and neither an argument, a message nor another host', async (t) => {
  const secret = 'c2VjcmV0LXRva2VuLTEyMzQ1Ng=='
  const seen: (string | undefined)[] = []
  const base = await webServer(t, (request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(403).end(`you sent ${request.headers.authorization}`)
  })
  const argvs: string[] = []
  const start: StartProgram = (argv, options) => {
    argvs.push(argv.join(' '))
    return begin(argv, options)
  }
  const config = [[`http.${base}/.extraHeader`, `Authorization: Basic ${secret}`]] as const
  const failure = await refusal(await sourceAt(t, base, { start, access: async () => ({ config }) }), {
    kind: 'list',
    path,
  })
  assert.deepEqual([...new Set(seen)], [`Basic ${secret}`])
  assert.doesNotMatch(JSON.stringify([argvs, failure.message, failure.said]), new RegExp(secret))
})

test('without git the failure says so', async (t) => {
  const origin = await gitOrigin(t, [evil(one)])
  const source = await gitSource(t, origin, { environment: { PATH: join(origin.directory, 'nothing') } })
  assert.equal((await refusal(source, { kind: 'list', path })).code, 'git-missing')
})

test('an empty repository has no versions and no latest one', async (t) => {
  const origin = await gitOrigin(t, [])
  const directory = join(origin.directory, 'corpus/empty')
  makeRepository(directory, Buffer.from(''))
  const root = { vcs: 'git', url: pathToFileURL(directory).href, root: path, subdirectory: '' } as const
  const source = await gitSource(t, origin, { findRoot: async () => root })
  assert.deepEqual(await answerOf(source, { kind: 'list', path }), Buffer.from(''))
  assert.equal((await refusal(source, { kind: 'latest', path })).code, 'module-not-found')
})
