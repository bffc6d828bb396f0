// `modgate download` of modules that come from their repositories: the module cache that it fills is the one that the real go fills.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { cacheTree } from './harness/cache-tree.ts'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { inCorpus } from './harness/git-corpus.ts'
import { directGo, gitOrigin } from './harness/git-origin.ts'
import type { GoClient } from './harness/go-client.ts'
import { corpusUpstream } from './harness/upstream.ts'

/**
 * What go keeps of repositories is for itself, and everybody packs a zip in another way: what is in it stands in its tree, and in `.ziphash`.
 */
function kept({ env }: GoClient): Readonly<Record<string, string>> {
  const all = Object.entries(cacheTree(env['GOMODCACHE']!)).filter(([path]) => !/^cache\/vcs(\/|$)/.test(path))
  return Object.fromEntries(all.map(([path, content]) => [path, path.endsWith('.zip') ? 'zip' : content]))
}

const placeless = (text: string, { env }: GoClient) => text.replaceAll(env['GOMODCACHE']!, 'CACHE')

const modgate = ({ env, directory }: GoClient, args: readonly string[]) =>
  runCommand(args, { home: env['HOME']!, cwd: directory, environment: env })

/** Two people who know nothing but where the repositories of the corpus are: one uses go, and one modgate. */
async function twoPeople(t: TestContext, files: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const named = [...Object.values(files), ...args].join('\n').matchAll(/github\.com\/corpus\/(\w+)/g)
  const corpus = inCorpus(...[...named].map(([, name]) => name!))
  const origin = await gitOrigin(t, corpus)
  const person = async () => {
    const go = await directGo(t, { toolchain, origin, corpus })
    await go.write(files)
    return go
  }
  return { theirs: await person(), ours: await person() }
}

const goMod = (...lines: readonly string[]) => `module main.example\n\n${lines.join('\n')}\n`

const cases: Readonly<
  Record<string, { readonly files: Readonly<Record<string, string>>; readonly args?: readonly string[] }>
> = {
  'tags, major versions, subdirectories, from before modules': {
    files: { 'go.mod': goMod('go 1.20') },
    args: [
      'github.com/corpus/plain@v1.1.0',
      'github.com/corpus/majors/v2@v2.0.0',
      'github.com/corpus/majors/v3@v3.0.1',
      'github.com/corpus/bases/sub@v0.3.0',
      'github.com/corpus/legacy@v10.0.0+incompatible',
      'github.com/corpus/hashed@v1.0.0',
    ],
  },
  'branches and commits': {
    files: { 'go.mod': goMod('go 1.20') },
    args: ['github.com/corpus/plain@dev', 'github.com/corpus/plain@main', 'github.com/corpus/untagged/sub@main'],
  },
  'the requirements of go.mod': {
    files: {
      'go.mod': goMod(
        'go 1.20',
        'require github.com/corpus/plain v1.1.0',
        'require github.com/corpus/legacy v2.1.0+incompatible',
        'require github.com/corpus/majors/v3 v3.0.1 // indirect',
      ),
    },
  },
  'replacements, by a version and by a directory': {
    files: {
      'go.mod': goMod(
        'go 1.20',
        'require github.com/corpus/plain v1.1.0',
        'require github.com/corpus/majors v1.1.0',
        'replace github.com/corpus/plain => github.com/corpus/plain v1.0.0',
        'replace github.com/corpus/majors => ./near',
      ),
      'near/go.mod': 'module github.com/corpus/majors\n\ngo 1.20\n\nrequire github.com/corpus/settled v1.5.0\n',
    },
    args: ['all'],
  },
  'a workspace': {
    files: {
      'go.work': 'go 1.20\n\nuse (\n\t./one\n\t./two\n)\n',
      'one/go.mod': 'module one.example\n\ngo 1.20\n\nrequire github.com/corpus/plain v1.0.0\n',
      'two/go.mod': 'module two.example\n\ngo 1.20\n\nrequire github.com/corpus/plain v1.1.0\n',
    },
  },
}

for (const [claim, { files, args = [] }] of Object.entries(cases)) {
  test(`from repositories, cache and JSON are those of go mod download: ${claim}`, async (t) => {
    const people = await twoPeople(t, files, args)
    if (people === undefined) return
    const { theirs, ours } = people
    const expected = await theirs.run(['mod', 'download', '-json', ...args])
    assert.equal(expected.code, 0, expected.stderr + expected.stdout)
    const answer = await modgate(ours, ['download', '--json', ...args])
    assert.deepEqual([answer.code, answer.stderr], [0, ''], answer.stdout)
    assert.equal(placeless(answer.stdout, ours), placeless(expected.stdout, theirs))
    assert.deepEqual(kept(ours), kept(theirs))
  })
}

const proxied = 'hello.example/hello v1.0.0'
const mixed = {
  'go.mod': goMod('go 1.20', `require ${proxied}`, 'require github.com/corpus/plain v1.1.0'),
}

/** The same, with a proxy that has public modules, and a database. */
async function peopleWithProxy(t: TestContext, settings: (proxy: string) => Readonly<Record<string, string>>) {
  const people = await twoPeople(t, mixed)
  if (people === undefined) return undefined
  const upstream = await corpusUpstream(t)
  const given = { GOSUMDB: upstream.database.key, ...settings(upstream.url) }
  for (const { env } of [people.theirs, people.ours]) Object.assign(env, given)
  return { ...people, upstream }
}

const mixtures: readonly (readonly [
  claim: string,
  settings: (proxy: string) => Readonly<Record<string, string>>,
  isAsked: boolean,
])[] = [
  ['GOPRIVATE keeps it from the proxy', (url) => ({ GOPROXY: url, GOPRIVATE: 'github.com/corpus' }), false],
  ['GONOPROXY does', (url) => ({ GOPROXY: url, GONOPROXY: 'github.com/*', GONOSUMDB: 'github.com/*' }), false],
  ['the proxy does not have it', (url) => ({ GOPROXY: `${url},direct`, GONOSUMDB: 'github.com' }), true],
  [
    'the first proxy is down',
    (url) => ({ GOPROXY: `http://127.0.0.1:1|${url}|direct`, GONOSUMDB: 'github.com' }),
    true,
  ],
]
for (const [claim, settings, isAsked] of mixtures) {
  test(`beside modules from a proxy, one comes from its repository: ${claim}`, async (t) => {
    const people = await peopleWithProxy(t, settings)
    if (people === undefined) return
    const { theirs, ours, upstream } = people
    const expected = await theirs.run(['mod', 'download', '-json'])
    assert.equal(expected.code, 0, expected.stderr + expected.stdout)
    const before = upstream.requests.length
    const answer = await modgate(ours, ['download', '--json'])
    assert.deepEqual([answer.code, answer.stderr], [0, ''], answer.stdout)
    assert.equal(placeless(answer.stdout, ours), placeless(expected.stdout, theirs))
    assert.deepEqual(kept(ours), kept(theirs))
    const heard = upstream.requests.slice(before).some(({ path }) => path.includes('corpus/plain'))
    assert.equal(heard, isAsked)
  })
}

test('what neither a proxy nor the repository has is told of the repository, as with go', async (t) => {
  const people = await peopleWithProxy(t, (url) => ({ GOPROXY: `${url},direct`, GOSUMDB: 'off' }))
  if (people === undefined) return
  const answer = await modgate(people.ours, ['download', 'github.com/corpus/plain@v1.99.0'])
  assert.equal(answer.code, 1)
  assert.match(answer.stderr, /unknown revision v1\.99\.0\n {2}by: https:\/\/github\.com\/corpus\/plain/)
})

test('behind a comma an outage of the proxy is no reason to look at the repository, as with go', async (t) => {
  const people = await peopleWithProxy(t, () => ({ GOPROXY: 'http://127.0.0.1:1,direct', GOSUMDB: 'off' }))
  if (people === undefined) return
  const { theirs, ours } = people
  const args = ['github.com/corpus/plain@v1.1.0']
  assert.equal((await theirs.run(['mod', 'download', ...args])).code, 1)
  const answer = await modgate(ours, ['download', ...args])
  assert.equal(answer.code, 1)
  assert.match(answer.stderr, /127\.0\.0\.1:1/)
})

test('what is not allowed to run, or is not there, is said in words that help', async (t) => {
  const known = ['github.com/corpus/plain', 'github.com/corpus/majors']
  const people = await twoPeople(t, { 'go.mod': goMod('go 1.20') }, known)
  if (people === undefined) return
  const { ours } = people
  const rows: readonly (readonly [setting: Readonly<Record<string, string>>, arg: string, why: RegExp])[] = [
    [{ GOVCS: '*:off' }, 'plain@v1.0.0', /GOVCS disallows using git for public github\.com\/corpus\/plain/],
    [{ GOVCS: 'git' }, 'plain@v1.0.0', /malformed entry in GOVCS/],
    [{ PATH: '/nowhere' }, 'plain@v1.0.0', /git cannot be started[^]*install git/],
    [{}, 'plain@v1.9.9', /unknown revision v1\.9\.9/],
    [{}, 'plain@nosuch', /unknown revision nosuch/],
    [{}, 'nosuch@v1.0.0', /corpus\/nosuch[^]*does not appear to be a git repository[^]*git ls-remote/],
    [{}, 'majors@v2.0.0', /go\.mod has post-v2 module path/],
    [{ GOPROXY: 'off' }, 'plain@v1.0.0', /GOPROXY/],
  ]
  for (const [setting, arg, why] of rows) {
    const machine = { ...ours, env: { ...ours.env, ...setting } }
    const { code, stderr } = await modgate(machine, ['download', `github.com/corpus/${arg}`])
    assert.equal(code, 1, arg)
    assert.match(stderr, why, arg)
    assert.doesNotMatch(stderr, /\n\s+at |defect|the gate/, arg)
  }
})

test('a repository that has other bytes than go.sum is refused, also where no database is asked', async (t) => {
  const people = await twoPeople(t, {
    'go.mod': goMod('go 1.20', 'require github.com/corpus/plain v1.1.0'),
    'go.sum': 'github.com/corpus/plain v1.1.0 h1:2N0Gg1tLkHKE0q1p2+nbq9rKNdKjF6Wm7VgZYy0HPmQ=\n',
  })
  if (people === undefined) return
  const { ours } = people
  const { code, stderr } = await modgate(ours, ['download'])
  assert.equal(code, 1)
  assert.match(stderr, /github\.com\/corpus\/plain@v1\.1\.0[^]*go\.sum/)
  const paths = Object.keys(kept(ours))
  assert.ok(!paths.some((path) => /v1\.1\.0\.zip|plain@/.test(path)), paths.join('\n'))
})

test('other commands read the same repositories', async (t) => {
  const people = await twoPeople(t, {
    'go.mod': goMod('go 1.20', 'require github.com/corpus/majors v1.0.0'),
    'main.go': 'package main\n\nimport _ "github.com/corpus/majors"\n\nfunc main() {}\n',
  })
  if (people === undefined) return
  const { theirs, ours } = people
  const graph = await theirs.run(['list', '-mod=mod', '-m', 'all'])
  const resolved = await modgate(ours, ['resolve', '--mod', 'mod'])
  assert.deepEqual([resolved.code, graph.code], [0, 0], resolved.stderr + graph.stderr)
  assert.match(graph.stdout, /^github\.com\/corpus\/majors v1\.0\.0$/m)
  assert.match(resolved.stdout, /^github\.com\/corpus\/majors v1\.0\.0/m)
  const upgrades = await modgate(ours, ['upgrades'])
  assert.match(upgrades.stdout, /^github\.com\/corpus\/majors v1\.0\.0 => v1\.1\.0/m, upgrades.stderr)
  assert.equal((await modgate(ours, ['download', '--write'])).code, 0)
  assert.equal((await modgate(ours, ['vendor'])).code, 0)
  assert.equal((await ours.run(['build', '-o', '/dev/null', '.'])).code, 0)
  assert.equal((await modgate(ours, ['verify', '--cache'])).code, 0)
})
