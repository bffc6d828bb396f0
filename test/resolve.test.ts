// `modgate resolve` and `modgate upgrades` as a person runs them, also where something is wrong.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { loopbackCertificate } from './harness/certificate.ts'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { content, hangBeforeHead, html, status } from './harness/fault.ts'
import { testDatabase } from './harness/database.ts'
import { modgate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'

interface Scene {
  readonly args: readonly string[]
  readonly files: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

const goMod = (...lines: readonly string[]) => ({ 'go.mod': `module main.example\n\ngo 1.20\n\n${lines.join('\n')}\n` })
const hello = goMod('require hello.example/hello v1.0.0')

/** Somebody with an empty module cache, and the settings of go that lead to this upstream. */
async function person(t: TestContext, upstream: Upstream, { files, env = {} }: Omit<Scene, 'args'>) {
  const root = await temporaryDirectory(t)
  const cwd = join(root, 'work')
  await writeFiles(cwd, files)
  const own = {
    HOME: root,
    GOENV: 'off',
    GOPROXY: upstream.url,
    GOSUMDB: upstream.database.key,
    GOMODCACHE: join(root, 'mod'),
  }
  return { home: root, cwd, environment: { ...own, ...env } }
}

async function run(t: TestContext, upstream: Upstream, { args, ...scene }: Scene) {
  return runCommand(args, await person(t, upstream, scene))
}

test('the build list comes over the network, checked by the checksum database, and nothing is written', async (t) => {
  const upstream = await corpusUpstream(t)
  const { code, stdout, stderr } = await run(t, upstream, { args: ['resolve'], files: hello })
  assert.deepEqual([code, stderr], [0, ''])
  assert.equal(stdout, 'main.example\nhello.example/hello v1.0.0\n')
  assert.equal(upstream.count('/hello.example/hello/@v/*.mod'), 1)
  assert.equal(upstream.count('/sumdb/*/lookup/hello.example/hello@v1.0.0'), 1)
  assert.equal(upstream.count('*.zip'), 0)
})

test('--why tells the chain that chose a version, and who would have been content with less', async (t) => {
  const upstream = await corpusUpstream(t)
  const requirements = ['require a.example v1.0.0', 'require b.example v1.0.0']
  const files = {
    'go.mod': `module main.example\n\ngo 1.16\n\n${[...requirements, 'replace a.example => ./a', 'replace b.example => ./b'].join('\n')}\n`,
    'a/go.mod': 'module a.example\n\nrequire hello.example/hello v1.1.0\n',
    'b/go.mod': 'module b.example\n\nrequire hello.example/hello v1.0.0\n',
  }
  const args = ['resolve', '--why', 'hello.example/hello']
  const { code, stdout } = await run(t, upstream, { args, files })
  assert.equal(code, 0)
  assert.deepEqual(stdout.split('\n'), [
    'hello.example/hello v1.1.0',
    '  main.example',
    '    requires a.example@v1.0.0',
    '      requires hello.example/hello@v1.1.0',
    '  less would do for',
    '    v1.0.0: b.example@v1.0.0',
    '',
  ])
  const { chain, lower } = JSON.parse((await run(t, upstream, { args: [...args, '--json'], files })).stdout) as {
    readonly chain: readonly unknown[]
    readonly lower: readonly unknown[]
  }
  assert.deepEqual([chain.length, chain[0]], [3, { path: 'main.example', version: '' }])
  assert.deepEqual(lower, [{ version: 'v1.0.0', requiredBy: [{ path: 'b.example', version: 'v1.0.0' }] }])
})

test('a go.mod that would have to change is refused with the change, and --mod=mod shows what it would be', async (t) => {
  const upstream = await corpusUpstream(t)
  const files = {
    ...goMod('require a.example v1.0.0', 'require hello.example/hello v1.0.0', 'replace a.example => ./a'),
    'a/go.mod': 'module a.example\n\nrequire hello.example/hello v1.1.0\n',
  }
  const refused = await run(t, upstream, { args: ['resolve'], files })
  assert.deepEqual([refused.code, refused.stdout], [1, ''])
  assert.match(refused.stderr, /hello\.example\/hello has to be v1\.1\.0, not v1\.0\.0/)
  assert.match(refused.stderr, /next: run go mod tidy, or see with --mod=mod/)
  const { stdout } = await run(t, upstream, { args: ['resolve', '--mod=mod'], files })
  assert.match(stdout, /^hello\.example\/hello v1\.1\.0$/m)
})

test('upgrades are told to people by what there is to say', async (t) => {
  const upstream = await corpusUpstream(t)
  const files = goMod(
    'require hello.example/hello v1.0.0',
    'require retracted.example/lib v1.1.0 // indirect',
    'require deprecated.example/lib v1.0.0',
  )
  const { code, stdout, stderr } = await run(t, upstream, { args: ['upgrades'], files })
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /^hello\.example\/hello v1\.0\.0 => v1\.1\.0$/m)
  assert.match(stdout, /^retracted\.example\/lib v1\.1\.0 => v1\.1\.1 \(indirect\)\n {4}retracted: counts backwards$/m)
  assert.match(stdout, /^deprecated\.example\/lib v1\.0\.0\n {4}deprecated: /m)
  assert.match(stdout, /3 modules: 2 with a newer version, 1 retracted, 1 deprecated\n$/)
})

test('what cannot be found out of one module leaves the others their answers, and the exit code is 1', async (t) => {
  const upstream = await corpusUpstream(t)
  upstream.fault('/retracted.example/lib/@v/list', status(403, 'not yours'))
  const files = goMod('require hello.example/hello v1.0.0', 'require retracted.example/lib v1.1.0')
  const { code, stdout } = await run(t, upstream, { args: ['upgrades'], files })
  assert.equal(code, 1)
  assert.match(stdout, /^hello\.example\/hello v1\.0\.0 => v1\.1\.0$/m)
  assert.match(stdout, /^retracted\.example\/lib v1\.1\.0\n {4}not known: .*answered 403/m)
})

test('a page in the place of a go.mod or an info is named as one, with its URL, and not kept', async (t) => {
  const upstream = await corpusUpstream(t)
  upstream.fault('*.mod', html())
  const scene = await person(t, upstream, { files: hello, env: { GONOSUMDB: '*' } })
  for (const args of [['resolve'], ['download']]) {
    const { code, stderr } = await runCommand(args, scene)
    assert.equal(code, 1)
    assert.ok(stderr.startsWith(`modgate: GET ${upstream.url}/hello.example/hello/@v/v1.0.0.mod`), stderr)
    assert.match(
      stderr,
      /: the answer is an HTML page, with status 200: a login, .*\n {2}by: http.*\n {2}next: open the URL/,
    )
  }
  upstream.heal()
  assert.equal((await runCommand(['resolve'], scene)).code, 0)
  upstream.fault('*.info', html())
  const info = await runCommand(['download', 'hello.example/hello@v1.1.0'], scene)
  assert.match(info.stderr, /v1\.1\.0\.info: the answer is an HTML page/)
})

test('a proxy whose certificate nobody knows is told with what to do, in no words of Node', async (t) => {
  const upstream = await corpusUpstream(t)
  if ((await requireComponent(t, 'openssl')) === undefined) return
  const { cert, key } = await loopbackCertificate(t)
  const server = createServer({ cert, key }, (_, response) => response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { code, stderr } = await run(t, upstream, { args: ['resolve'], files: hello, env: { GOPROXY: url } })
  assert.equal(code, 1)
  assert.match(
    stderr,
    /the certificate of 127\.0\.0\.1:\d+ is not believed: [\w -]+\n {2}by: .*\n {2}next: if its authority is one of yours/,
  )
})

test('a proxy that lists nonsense does not get it asked for', async (t) => {
  const upstream = await corpusUpstream(t)
  upstream.fault('/hello.example/hello/@v/list', content('v1\nv2.0.0\nlatest\nv1.1.0\n../../x\nv1.9.0+meta\n\x1b[2J\n'))
  const listed = await run(t, upstream, { args: ['upgrades'], files: hello })
  assert.equal(listed.code, 0)
  assert.match(listed.stdout, /^hello\.example\/hello v1\.0\.0 => v1\.1\.0$/m)

  const latest = content('{"Version":"../../x","Time":"2021-01-01T00:00:00Z"}')
  upstream.fault('/untagged.example/lib/@latest', latest)
  const files = goMod('require untagged.example/lib v0.0.0-20230601080000-abcdefabcdef')
  const { code, stdout } = await run(t, upstream, { args: ['upgrades'], files })
  assert.equal(code, 1)
  assert.match(stdout, /not known: .*it says \.\.\/\.\.\/x, which is no version of this path/)
})

const broken: readonly (readonly [claim: string, scene: Partial<Scene>, code: number, told: RegExp])[] = [
  [
    'a line that is no directive',
    { files: goMod('requires x') },
    2,
    /^modgate: go\.mod: go\.mod:5: unknown directive: requires/,
  ],
  ['no go.mod', { files: { 'main.go': '' } }, 2, /there is no go\.mod here or above/],
  ['no module line', { files: { 'go.mod': 'go 1.20\n' } }, 2, /it has no module line/],
  [
    'a version that nobody has',
    { files: goMod('require hello.example/hello v1.9.9') },
    1,
    /hello\.example\/hello@v1\.9\.9 \(mod\), required by main\.example: the upstream answered 404\n {2}by: http:\/\/127\.0\.0\.1/,
  ],
  [
    'a replacement whose directory is not there',
    { files: goMod('require hello.example/hello v1.0.0', 'replace hello.example/hello => ../gone') },
    1,
    /gone, required by main\.example: there is no such directory, to which a line leads: go\.mod:\d+: replace hello\.example\/hello => \.\.\/gone\n {2}next: put the module there, or correct the replace line/,
  ],
  [
    'a replacement whose directory has no go.mod',
    { files: { ...goMod('require hello.example/hello v1.0.0', 'replace hello.example/hello => ./here'), 'here/a.go': '' } }, // prettier-ignore
    1,
    /here\/go\.mod, required by main\.example: there is no go\.mod in this directory, to which a line leads: go\.mod:/,
  ],
  [
    'a go.work that is not there',
    { files: hello, env: { GOWORK: '/nonexistent/go.work' } },
    2,
    /\/nonexistent\/go\.work: there is no such file, which is named by GOWORK in the environment\n {2}next: set GOWORK to/,
  ],
  [
    'a directory of a go.work that is not there',
    { files: { 'go.work': 'go 1.21\n\nuse ./gone\n' } },
    2,
    /gone\/go\.mod: there is no such file, which is named by use \.\/gone, go\.work:3\n {2}next: .*-dropuse=\.\/gone/,
  ],
  [
    'a file in place of go.mod that is not there',
    { files: hello, env: { GOFLAGS: '-modfile=missing.mod' } },
    2,
    /missing\.mod: there is no such file, which is named by -modfile=missing\.mod of GOFLAGS in the environment\n/,
  ],
  [
    'a merge that is not finished in go.mod',
    { files: goMod('<<<<<<< HEAD', 'require hello.example/hello v1.0.0', '=======', '>>>>>>> other') },
    2,
    /go\.mod: line 5 is the mark of a merge that is not finished: <<<<<<< HEAD\n {2}next: keep the lines of one side/,
  ],
  [
    'a merge that is not finished in go.sum',
    { files: { ...hello, 'go.sum': '<<<<<<< HEAD\n=======\n>>>>>>> other\n' } },
    2,
    /go\.sum: line 1 is the mark of a merge that is not finished/,
  ],
  [
    'two main modules that contradict each other',
    {
      files: {
        'go.work': 'go 1.20\nuse (\n./a\n./b\n)\n',
        'a/go.mod': 'module a.example\nreplace x.example => y.example v1.0.0\n',
        'b/go.mod': 'module b.example\nreplace x.example => y.example v1.1.0\n',
      },
    },
    2,
    /replace x\.example: it is replaced by y\.example@v1\.0\.0 and by y\.example@v1\.1\.0/,
  ],
  [
    'a workspace that replaces what it uses',
    {
      files: {
        'go.work': 'go 1.20\nuse ./a\nreplace a.example => b.example v1.0.0\n',
        'a/go.mod': 'module a.example\n',
      },
    },
    2,
    /replace a\.example: go\.work replaces all versions of a module that it uses/,
  ],
  [
    'a workspace with an older go line than its module',
    { files: { 'go.work': 'go 1.21\nuse ./a\n', 'a/go.mod': 'module a.example\ngo 1.22\n' } },
    2,
    /^modgate: go\.work:2: module a\.example requires go >= 1\.22, but go\.work has go 1\.21\n {2}next: run go work use/,
  ],
  [
    'a vendor directory in place of the graph',
    { files: { ...hello, 'vendor/modules.txt': '' } },
    1,
    /from the vendor directory/,
  ],
  [
    'a mode that is none',
    { files: hello, env: { GOFLAGS: '-mod=ro' } },
    2,
    /GOFLAGS=-mod=ro: -mod: ro is no mode: .*\(in the environment\)/,
  ],
  [
    'no line in go.sum where one is asked for',
    { files: hello, args: ['resolve', '--mod=readonly'] },
    1,
    /hello\.example\/hello@v1\.0\.0, required by main\.example: it has no line for the go\.mod .*\n {2}by: go\.sum/,
  ],
  [
    'another hash in go.sum',
    { files: { ...hello, 'go.sum': `hello.example/hello v1.0.0/go.mod h1:${'A'.repeat(43)}=\n` } },
    1,
    /it hashes to h1:.*, and go\.sum has h1:A+=; it came from http:.*\n {2}by: go\.sum/,
  ],
  [
    'a network that is off',
    { files: hello, env: { GOPROXY: 'off' } },
    1,
    /it is off\n {2}by: GOPROXY\n {2}next: set GOPROXY to a proxy/,
  ],
  [
    'a proxy that is not there',
    { files: hello, env: { GOPROXY: 'http://127.0.0.1:1' } },
    1,
    /no answer from 127\.0\.0\.1:1/,
  ],
  [
    'a private module whose host is not there',
    { files: hello, env: { GOPRIVATE: 'hello.example' } },
    1,
    /^modgate: hello\.example\/hello@v.*required by main\.example: no answer from hello\.example.*\n {2}by: hello\.example\n {2}next: the settings keep/,
  ],
  [
    'a module that is not in the build',
    { files: hello, args: ['resolve', '--why', 'x.example'] },
    2,
    /x\.example: it is not in the build/,
  ],
  ['two forms at once', { files: hello, args: ['resolve', '--graph', '--json'] }, 2, /--graph: it stands alone/],
]

test('what cannot be resolved is refused with who, why and what next', async (t) => {
  const upstream = await corpusUpstream(t)
  for (const [claim, scene, code, told] of broken) {
    const answer = await run(t, upstream, { args: ['resolve'], files: hello, ...scene })
    assert.match(answer.stderr, told, claim)
    assert.match(answer.stderr, /\n {2}next: /, claim)
    assert.deepEqual([answer.code, answer.stdout], [code, ''], claim)
  }
})

test('a proxy that serves another go.mod than was published is named a liar, not believed', async (t) => {
  const upstream = await corpusUpstream(t)
  upstream.fault('*.mod', content('module hello.example/hello\n\nrequire evil.example v1.0.0\n'))
  const { code, stdout, stderr } = await run(t, upstream, { args: ['resolve'], files: hello })
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(
    stderr,
    /go\.mod of hello\.example\/hello@v1\.0\.0, required by main\.example: it hashes to h1:.*, and the database has h1:/,
  )
  // To ask for what it names is to ask the liar, ahead of the check that ends it.
  assert.ok(upstream.count('/evil.example/*') <= 1)
})

test('a go.mod that declares another path, or does not parse, is refused with the chain that led to it', async (t) => {
  const upstream = await corpusUpstream(t)
  const files = {
    ...goMod('require a.example v1.0.0', 'replace a.example => ./a'),
    'a/go.mod': 'module a.example\n\nrequire hello.example/hello v1.0.0\n',
  }
  const rows = [
    [
      'module other.example\n',
      /the module declares its path as other\.example, but was required as hello\.example\/hello/,
    ],
    ['modul hello.example/hello\n', /it has no module line/],
    ['module hello.example/hello\nrequire (\n', /it cannot be parsed: go\.mod:3: /],
  ] as const
  for (const [text, told] of rows) {
    upstream.fault('*.mod', content(text))
    const { code, stderr } = await run(t, upstream, { args: ['resolve'], files, env: { GOSUMDB: 'off' } })
    assert.equal(code, 1)
    assert.match(stderr, told)
    assert.match(
      stderr,
      /^modgate: go\.mod of hello\.example\/hello@v1\.0\.0, required by a\.example@v1\.0\.0, required by main\.example: /,
    )
  }
})

test('a path that no module may have is refused, be it read or pruned out, and does not reach the terminal', async (t) => {
  const upstream = await corpusUpstream(t)
  upstream.fault('*.mod', content('module hello.example/hello\ngo 1.20\nrequire "evil\\x1b[2Jexample" v1.0.0\n'))
  for (const goLine of ['go 1.16', 'go 1.20']) {
    const files = { 'go.mod': `module main.example\n${goLine}\nrequire hello.example/hello v1.0.0\n` }
    const { code, stdout, stderr } = await run(t, upstream, { args: ['resolve'], files, env: { GOSUMDB: 'off' } })
    assert.deepEqual([code, stdout], [1, ''], goLine)
    assert.match(stderr, /malformed module path/)
    assert.ok(!stderr.includes('\x1b'))
  }
  const env = { GOSUMDB: 'off' }
  const { stdout } = await run(t, upstream, { args: ['resolve', '--graph'], files: hello, env })
  assert.match(stdout, /^hello\.example\/hello@v1\.0\.0 evil \[2Jexample@v1\.0\.0$/m)
})

test('the module cache is believed no more than a proxy', async (t) => {
  const upstream = await corpusUpstream(t)
  const machine = await person(t, upstream, { files: hello })
  const cached = 'cache/download/hello.example/hello/@v/v1.0.0.mod'
  await writeFiles(join(machine.home, 'mod'), {
    [cached]: 'module hello.example/hello\n\nrequire evil.example v1.0.0\n',
  })
  const { code, stderr } = await runCommand(['resolve'], machine)
  assert.equal(code, 1)
  assert.match(stderr, /and the database has h1:/)
})

test('what the go command keeps of the checksum database is enough, and its pinned head is not forgotten', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files: hello })
  const { code, stderr } = await go.run(['list', '-mod=mod', '-m', 'all'])
  assert.equal(code, 0, stderr)
  await go.write({ ...hello, 'go.sum': '' })
  const machine = { home: go.env['HOME']!, cwd: go.directory, environment: go.env }
  upstream.forget()
  const offline = await runCommand(['resolve'], machine)
  assert.deepEqual([offline.code, offline.stderr], [0, ''])
  assert.equal(upstream.count('/sumdb/*/lookup/*'), 0)

  // The same key under another tree: the database shows us another log than it showed the go command.
  const claim = (record: string) => record.replace('filler.example/n v1.0.7', 'filler.example/n v1.0.8')
  upstream.database = await testDatabase(upstream.corpus, { claim })
  await go.write(goMod('require hello.example/hello v1.1.0'))
  const forked = await runCommand(['resolve'], machine)
  assert.equal(forked.code, 1)
  assert.match(forked.stderr, /by: sumdb\.example\n {2}next: stop and look/)
})

test('a module that GONOSUMDB names is believed at first sight, as by go, and the database does not hear of it', async (t) => {
  const upstream = await corpusUpstream(t)
  const scene = { args: ['resolve'], files: hello, env: { GONOSUMDB: 'hello.example' } }
  const { code } = await run(t, upstream, scene)
  assert.deepEqual([code, upstream.count('/sumdb/*')], [0, 0])
})

test('a proxy gets the login that netrc has for it, and nobody is shown it', async (t) => {
  if ((await requireComponent(t, 'openssl')) === undefined) return
  const certificate = await loopbackCertificate(t)
  const upstream = await corpusUpstream(t, { tls: certificate })
  upstream.fault('/hello.example/hello/@v/v1.1.0.mod', status(403, 'not for me:s3cretS3cret'))
  const scene = {
    files: goMod('require hello.example/hello v1.1.0'),
    env: { NODE_EXTRA_CA_CERTS: certificate.certFile },
  }
  const { home, cwd, environment } = await person(t, upstream, scene)
  await writeFiles(home, { '.netrc': `machine ${new URL(upstream.url).host}\nlogin me\npassword s3cretS3cret\n` })
  const env = { ...environment, PATH: '/usr/local/bin:/usr/bin:/bin' }
  const { code, stdout, stderr } = await ownProcess(t, [...modgate, 'resolve'], { cwd, env }).ended
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /hello\.example\/hello@v1\.1\.0 \(mod\), required by main\.example: the upstream answered 403/)
  assert.doesNotMatch(stderr, /s3cret/)
  const expected = `Basic ${Buffer.from('me:s3cretS3cret').toString('base64')}`
  assert.deepEqual([...new Set(upstream.requests.map(({ headers }) => headers.authorization))], [expected])
})

test('Ctrl-C ends it at once, while a proxy does not answer', async (t) => {
  const upstream = await corpusUpstream(t)
  upstream.fault('*.mod', hangBeforeHead())
  const { cwd, environment } = await person(t, upstream, { files: hello })
  const process = ownProcess(t, [...modgate, 'resolve'], {
    cwd,
    env: { ...environment, PATH: '/usr/local/bin:/usr/bin:/bin' },
  })
  while (upstream.count('*.mod') === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  process.signal('SIGINT')
  const { code, stdout } = await process.ended
  assert.ok(code === 'SIGINT' || code === 130, String(code))
  assert.equal(stdout, '')
})
