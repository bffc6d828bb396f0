// `modgate bench chain` before real upstreams: what a chain costs is what its upstreams saw, and a slow one looks slow.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ChainComparison, ChainResult, Pass } from '../packages/modgate/src/timing/chain-comparison.ts'
import { loopbackCertificate } from './harness/certificate.ts'
import { runCommand } from './harness/command.ts'
import { changed, delay, redirect, reset, status, truncated } from './harness/fault.ts'
import { modgate } from './harness/gate.ts'
import { connectProxy } from './harness/known-failures/servers.ts'
import { ownProcess, type Finished } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

const hello = ['--module', 'hello.example/hello@v1.0.0']
const two = [...hello, '--module', 'nested.example/repo@v1.0.0']

/** Somebody with a home of their own, where go may or may not be. */
async function person(t: TestContext, files: Readonly<Record<string, string>> = {}, env: Record<string, string> = {}) {
  const home = await temporaryDirectory(t)
  const cwd = join(home, 'main')
  await writeFiles(cwd, { 'note.txt': '', ...files })
  const environment = { HOME: home, GOENV: 'off', GOTOOLCHAIN: 'local', NO_COLOR: '1', ...env }
  return {
    ...{ home, cwd, environment },
    bench: (...args: readonly string[]) => runCommand(['bench', 'chain', ...args], { home, cwd, environment }),
  }
}

async function comparison(run: Promise<Finished>, code = 0): Promise<ChainComparison> {
  const ended = await run
  assert.equal(ended.code, code, ended.stderr)
  return JSON.parse(ended.stdout) as ChainComparison
}

function chainOf({ chains }: ChainComparison, name: string): ChainResult {
  return chains.find((chain) => chain.name === name)!
}

test('a chain costs the requests that its upstreams see: two a file where the first entry has nothing', async (t) => {
  const [empty, full] = [await corpusUpstream(t), await corpusUpstream(t)]
  empty.fault('*', status(404))
  const { bench } = await person(t)
  const chains = ['--chain', `one=${full.url}`, '--chain', `behind=${empty.url},${full.url}`]
  const result = await comparison(bench(...chains, ...two, '--rounds', '3', '--json'))
  const [one, behind] = [chainOf(result, 'one'), chainOf(result, 'behind')]
  assert.deepEqual([one.first.requests, one.later!.requests], [6, 6])
  assert.deepEqual([behind.first.requests, behind.later!.requests], [12, 12])
  assert.deepEqual([empty.requests.length, full.requests.length], [18, 36])
  assert.ok(one.first.connections <= 2, `${one.first.connections}: at most one a module`)
  assert.ok(behind.first.connections >= 2 && behind.first.connections <= 4, `${behind.first.connections}: to both`)
  assert.deepEqual([one.first.answered, behind.later!.answered, behind.later!.rounds], [6, 12, 2])
  assert.equal(one.first.bytes, behind.first.bytes)
  assert.equal(behind.ratios!.later!.firstByte.samples.length, 2)
  assert.deepEqual([one.first.failures, one.ratios], [[], undefined])
})

test('a delay of the upstream is in every first byte, and a ratio is that of the two chains in the same round', async (t) => {
  const [slow, fast] = [await corpusUpstream(t), await corpusUpstream(t)]
  slow.fault('*', delay(150))
  const { bench } = await person(t)
  const chains = ['--chain', `fast=${fast.url}`, '--chain', `slow=${slow.url}`]
  const { chains: results } = await comparison(bench(...chains, ...hello, '--rounds', '2', '--json'))
  const [fastOne, { first, later, ratios }] = results as [ChainResult, ChainResult]
  for (const pass of [first, later!]) {
    for (const kind of ['info', 'mod', 'zip'] as const) {
      const { firstByteMs, totalMs } = pass.byKind[kind]!
      assert.ok(firstByteMs.p50 >= 149 && totalMs.p50 >= firstByteMs.p50, kind)
    }
  }
  const expected = (pass: Pass, base: Pass) => pass.firstByteMs!.p50 / base.firstByteMs!.p50
  assert.equal(ratios!.first!.firstByte.median, expected(first, fastOne.first))
  assert.equal(ratios!.later!.firstByte.median, expected(later!, fastOne.later!))
})

test('a chain that only fails is asked in one round, told by its code, and makes the exit code 1', async (t) => {
  const rows = [
    ['module-not-found', status(404)],
    ['upstream-unavailable', status(503)],
    ['upstream-unreachable', reset()],
    ['upstream-truncated', truncated()],
  ] as const
  const good = await corpusUpstream(t)
  const { bench } = await person(t)
  for (const [code, fault] of rows) {
    const bad = await corpusUpstream(t)
    bad.fault('*', fault)
    const chains = ['--chain', `bad=${bad.url}`, '--chain', `good=${good.url}`]
    const result = await comparison(bench(...chains, ...hello, '--rounds', '2', '--json'), 1)
    const { first, later } = chainOf(result, 'bad')
    assert.deepEqual([first.failures.map((failure) => failure.code), first.answered, later], [[code], 0, undefined])
    assert.equal(chainOf(result, 'good').later!.answered, 3)
    assert.equal(chainOf(result, 'good').ratios!.first, undefined, 'nothing is shared with a chain that failed')
  }
})

test('a chain that gives nothing but trouble is not asked for everything', async (t) => {
  const [down, absent] = [await corpusUpstream(t), await corpusUpstream(t)]
  down.fault('*', status(503))
  absent.fault('*', status(404))
  const { bench } = await person(t)
  const modules = [0, 1, 2, 3].flatMap((patch) => ['--module', `hello.example/hello@v1.0.${patch}`])
  const chains = ['--chain', `down=${down.url}`, '--chain', `absent=${absent.url}`]
  const result = await comparison(bench(...chains, ...modules, '--jobs', '1', '--json'), 1)
  assert.deepEqual([chainOf(result, 'down').first.asked, down.requests.length], [6, 6])
  assert.deepEqual([chainOf(result, 'absent').first.asked, absent.requests.length], [12, 12])
})

test('of a long build list a few modules are asked for, the same ones for every chain', async (t) => {
  const upstream = await corpusUpstream(t)
  const required = ['hello.example/hello', 'nested.example/repo', 'tool.example/tool']
  const files = {
    'go.mod': `module main.example\n\ngo 1.20\n${required.map((path) => `require ${path} v1.0.0\n`).join('')}`,
  }
  const { bench } = await person(t, files, { GOPROXY: upstream.url, GOSUMDB: 'off' })
  const few = ['--modules', '2', '--rounds', '1', '--json']
  const { modules, chains } = await comparison(
    bench('--chain', `a=${upstream.url}`, '--chain', `b=${upstream.url}/`, ...few),
  )
  assert.equal(modules.length, 2)
  assert.deepEqual(
    chains.map(({ first }) => first.answered),
    [6, 6],
  )
})

test('where the build list cannot be read, the requirements are asked for, and it is said', async (t) => {
  const upstream = await corpusUpstream(t)
  const files = { 'go.mod': 'module main.example\n\ngo 1.20\n\nrequire hello.example/hello v1.0.0\n' }
  const { bench } = await person(t, files, { GOPROXY: 'off', GOSUMDB: 'off' })
  const { code, stdout, stderr } = await bench('--chain', `a=${upstream.url}`, '--rounds', '1', '--json')
  assert.equal(code, 0, stderr)
  assert.match(stderr, /the requirements of go\.mod are asked for, since the build list cannot be read: hello\.example/)
  assert.deepEqual((JSON.parse(stdout) as ChainComparison).modules, [
    { path: 'hello.example/hello', version: 'v1.0.0' },
  ])
})

test('redirects and retries count as requests, and what goes through a web proxy as one connection', async (t) => {
  const certificate = await loopbackCertificate(t)
  const upstream = await corpusUpstream(t, { tls: certificate })
  upstream.fault('*.mod', status(502), 1)
  const { cwd, environment } = await person(t)
  const proxy = await connectProxy(t, Number(new URL(upstream.url).port))
  const args = ['bench', 'chain', '--chain', `a=${upstream.url}`, ...hello, '--rounds', '1', '--json']
  const own = { PATH: process.env['PATH'] ?? '', NODE_EXTRA_CA_CERTS: certificate.certFile, HTTPS_PROXY: proxy }
  const run = () => ownProcess(t, [...modgate, ...args], { cwd, env: { ...environment, ...own } }).ended
  const retried = chainOf(await comparison(run()), 'a').first
  assert.deepEqual([retried.requests, retried.connections, retried.answered], [4, 1, 3])
  upstream.fault('*.zip', redirect('/elsewhere/hello'))
  const redirected = chainOf(await comparison(run()), 'a').first
  assert.deepEqual([redirected.requests, redirected.answered, upstream.requests.length], [4, 2, 8])
})

test('hits are those that answers tell of', async (t) => {
  const upstream = await corpusUpstream(t)
  const told = (headers: Readonly<Record<string, string>>) =>
    changed((whole) => ({ ...whole, headers: { ...whole.headers, ...headers } }))
  upstream.fault('*.zip', told({ 'cache-status': 'edge; fwd=miss, near; hit; ttl=30' }))
  upstream.fault('*.mod', told({ 'x-cache': 'MISS from edge' }))
  const { bench } = await person(t)
  const { chains } = await comparison(bench('--chain', `a=${upstream.url}`, ...hello, '--rounds', '1', '--json'))
  assert.deepEqual([chains[0]!.first.marked, chains[0]!.first.hits], [2, 1])
})

test('without flags the list is GOPROXY, the modules are the build list, and what is private stays unasked', async (t) => {
  const upstream = await corpusUpstream(t)
  const files = {
    'go.mod':
      'module main.example\n\ngo 1.20\n\nrequire (\n\thello.example/hello v1.0.0\n\tprivate.example/team/secret v1.0.0\n)\n',
  }
  const { bench } = await person(t, files, {
    GOPROXY: upstream.url,
    GOSUMDB: 'off',
    GONOPROXY: 'private.example',
    GOFLAGS: '-mod=mod',
  })
  const { code, stdout, stderr } = await bench('--rounds', '2')
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^1 chain, 1 module \(3 files\), 2 rounds, 8 at once\n/)
  assert.match(stderr, /left out 1 module that GONOPROXY keeps from proxies/)
  assert.match(stdout, /\n {2}GOPROXY +first( +[\d.]+ m?s){4}\n {2}GOPROXY +later( +[\d.]+ m?s){4}\n/)
  assert.equal(upstream.count('/private.example/*'), 0)
  assert.equal(upstream.count('/hello.example/hello/@v/v1.0.0.zip'), 2)
})

test('passwords are sent to their own upstream, and are in no output', async (t) => {
  const upstream = await corpusUpstream(t)
  const { bench, cwd } = await person(t)
  const url = upstream.url.replace('//', '//reader:hunter2-hunter2@')
  const broken = url.replace(/:\d+$/, ':9')
  for (const form of [['--json'], ['--markdown'], []]) {
    const args = ['--chain', url, '--chain', `${broken}|${url}`, '--svg', 'chains.svg', ...hello, '--rounds', '1']
    const { code, stdout, stderr } = await bench(...args, ...form)
    const svg = await readFile(join(cwd, 'chains.svg'), 'utf8')
    assert.equal(code, 0, stderr)
    assert.doesNotMatch(stdout + stderr + svg, /hunter2/)
    assert.ok(svg.includes(`>${upstream.url}<`) && /<path[^>]*>.*<\/svg>\s*$/s.test(svg))
  }
  assert.ok(upstream.requests.every(({ headers }) => headers.authorization?.startsWith('Basic ')))
  const refused = await bench('--chain', 'ftp://reader:hunter2-hunter2@a.example', ...hello)
  assert.equal(refused.code, 2)
  assert.doesNotMatch(refused.stderr, /hunter2/)
})

test('what cannot be measured is refused before anybody is asked', async (t) => {
  const upstream = await corpusUpstream(t)
  const { bench } = await person(t)
  const chain = ['--chain', `a=${upstream.url}`]
  const rows: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[...chain, ...chain, ...hello], /there are two of this name/],
    [['--chain', 'a=none', ...hello], /--chain a: invalid proxy URL missing scheme: none/],
    [[...chain, '--module', 'hello.example/hello'], /name it as MODULE@VERSION/],
    [[...chain, ...hello, '--rounds', '0'], /no number from 1 to 1000/],
    [[...chain, ...hello, '--json', '--markdown'], /is another form than --json/],
    [[...chain, ...hello, '--svg', 'nowhere/chains.svg'], /--svg nowhere\/chains.svg: cannot be written/],
    [chain, /there is no go\.mod here or above\n.*or name modules with --module/],
  ]
  for (const [args, message] of rows) {
    const { code, stdout, stderr } = await bench(...args)
    assert.match(stderr, message)
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
  }
  assert.equal(upstream.requests.length, 0)
})

test('Ctrl-C ends a long measurement with a word, and with nothing half on standard output', async (t) => {
  const upstream = await corpusUpstream(t)
  upstream.fault('*', delay(100))
  const { cwd, environment } = await person(t)
  const args = ['bench', 'chain', '--chain', `a=${upstream.url}`, ...hello, '--rounds', '1000']
  const running = ownProcess(t, [...modgate, ...args], {
    cwd,
    env: { ...environment, PATH: process.env['PATH'] ?? '' },
  })
  while (upstream.requests.length < 5) await new Promise((resolve) => setTimeout(resolve, 20))
  running.signal('SIGINT')
  const { code, stdout, stderr } = await running.ended
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /bench chain: it was interrupted/)
})
