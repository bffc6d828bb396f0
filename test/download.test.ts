// `modgate download`: the module cache that it fills is the one that the real go fills, and the real go builds from it.
import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { cacheTree } from './harness/cache-tree.ts'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { status } from './harness/fault.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { corpusUpstream } from './harness/upstream.ts'

const uses = (...paths: readonly string[]) =>
  `package main\n\nimport (\n${paths.map((path) => `\t_ "${path}"\n`).join('')})\n\nfunc main() {}\n`
const goMod = (...lines: readonly string[]) => `module main.example\n\n${lines.join('\n')}\n`

/** Two people with the same project and nothing else: one uses go, and one modgate. */
async function twoPeople(t: TestContext, files: Readonly<Record<string, string>>, flags = '-modcacherw') {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const upstream = await corpusUpstream(t)
  const person = async () => {
    const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files })
    Object.assign(go.env, { GOFLAGS: flags, GONOSUMDB: 'private.example' })
    return go
  }
  return { upstream, theirs: await person(), ours: await person() }
}

async function modgateRun({ env, directory }: GoClient, args: readonly string[]) {
  return runCommand(args, { home: env['HOME']!, cwd: directory, environment: env })
}

/** What `-json` prints, without the place of the cache. */
function placeless(text: string, { env }: GoClient): string {
  return text.replaceAll(env['GOMODCACHE']!, 'CACHE')
}

const pruned = ['require graph.example/all v1.0.0', 'require nested.example/repo v1.0.0 // indirect']
const cases: Readonly<
  Record<string, { readonly files: Readonly<Record<string, string>>; readonly args?: readonly string[] }>
> = {
  'the requirements of go.mod': { files: { 'go.mod': goMod('go 1.20', ...pruned) } },
  'all of a module from before pruning': { files: { 'go.mod': goMod('go 1.16', 'require graph.example/all v1.0.0') } },
  'all that is asked for': { files: { 'go.mod': goMod('go 1.20', ...pruned) }, args: ['all'] },
  'a path, a pattern and a version': {
    files: { 'go.mod': goMod('go 1.20', ...pruned) },
    args: ['hello.example/hello', 'nested.example/...', 'caps.example/BurntToast/Toaster@v1.3.0'],
  },
  'queries: a branch, the latest, a major version': {
    files: { 'go.mod': goMod('go 1.20') },
    args: ['hello.example/hello@main', 'retracted.example/lib@latest', 'hello.example/hello@v1'],
  },
  'replacements, by a version and by a directory': {
    files: {
      'go.mod': goMod(
        'go 1.20',
        'require hello.example/hello v1.0.0',
        'require retracted.example/lib v1.0.0',
        'replace hello.example/hello => hello.example/hello v1.1.0',
        'replace retracted.example/lib => ./lib',
      ),
      'lib/go.mod': 'module retracted.example/lib\n',
    },
  },
  'a private module, which no database is asked about': {
    files: { 'go.mod': goMod('go 1.20', 'require private.example/team/secret v1.0.0') },
  },
  'a workspace': {
    files: {
      'go.work': 'go 1.20\n\nuse (\n\t./one\n\t./two\n)\n',
      'one/go.mod': 'module one.example\n\ngo 1.20\n\nrequire hello.example/hello v1.0.0\n',
      'two/go.mod': 'module two.example\n\ngo 1.20\n\nrequire hello.example/hello v1.1.0\n',
    },
  },
}

for (const [claim, { files, args = [] }] of Object.entries(cases)) {
  test(`cache and JSON are those of go mod download: ${claim}`, async (t) => {
    const people = await twoPeople(t, files)
    if (people === undefined) return
    const { theirs, ours } = people
    const expected = await theirs.run(['mod', 'download', '-json', ...args])
    assert.equal(expected.code, 0, expected.stderr)
    const answer = await modgateRun(ours, ['download', '--json', ...args])
    assert.deepEqual([answer.code, answer.stderr], [0, ''])
    assert.equal(placeless(answer.stdout, ours), placeless(expected.stdout, theirs))
    assert.deepEqual(cacheTree(ours.env['GOMODCACHE']!), cacheTree(theirs.env['GOMODCACHE']!))
  })
}

test('without -modcacherw, source trees cannot be written, as with go', async (t) => {
  const people = await twoPeople(t, { 'go.mod': goMod('go 1.20', ...pruned) }, '')
  if (people === undefined) return
  const { theirs, ours } = people
  assert.equal((await theirs.run(['mod', 'download'])).code, 0)
  assert.equal((await modgateRun(ours, ['download'])).code, 0)
  assert.deepEqual(cacheTree(ours.env['GOMODCACHE']!), cacheTree(theirs.env['GOMODCACHE']!))
})

test('afterwards go builds, verifies and tidies without a network, and go.sum is what go mod tidy made it', async (t) => {
  const files = {
    'go.mod': goMod('go 1.20', ...pruned),
    'main.go': uses('graph.example/all'),
  }
  const people = await twoPeople(t, files)
  if (people === undefined) return
  const { theirs, ours, upstream } = people
  assert.equal((await theirs.run(['mod', 'tidy'])).code, 0)
  const tidy = Object.fromEntries(
    await Promise.all(
      ['go.mod', 'go.sum'].map(async (name) => [name, await readFile(join(theirs.directory, name), 'utf8')] as const),
    ),
  )
  await ours.write({ 'go.mod': tidy['go.mod']! })
  const answer = await modgateRun(ours, ['download', '--write'])
  assert.deepEqual([answer.code, answer.stderr], [0, ''])
  assert.equal(await readFile(join(ours.directory, 'go.sum'), 'utf8'), tidy['go.sum'])
  await upstream.stop()
  for (const args of [
    ['build', '-mod=readonly', './...'],
    ['mod', 'verify'],
    ['mod', 'graph'],
  ]) {
    const { code, stderr } = await ours.run(args, { GOPROXY: 'off' })
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`)
  }
})

test('what is in the cache is not asked for again', async (t) => {
  const people = await twoPeople(t, { 'go.mod': goMod('go 1.20', ...pruned) })
  if (people === undefined) return
  const { ours, upstream } = people
  assert.equal((await modgateRun(ours, ['download'])).code, 0)
  const first = upstream.count()
  assert.ok(first > 0)
  assert.equal((await modgateRun(ours, ['download'])).code, 0)
  assert.deepEqual(
    upstream.requests.slice(first).map(({ path }) => path),
    [],
  )
})

test('a module that is not there is told, and the others are downloaded', async (t) => {
  const people = await twoPeople(t, { 'go.mod': goMod('go 1.20') })
  if (people === undefined) return
  const { ours, upstream } = people
  upstream.fault('*/hello.example/hello/@v/v1.1.0.zip', status(404, 'not found'))
  const args = ['download', 'hello.example/hello@v1.1.0', 'hello.example/hello@v1.0.0', 'no.example/such@v1.0.0']
  const told = await modgateRun(ours, args)
  assert.equal(told.code, 1)
  assert.match(told.stderr, /hello[.]example\/hello@v1[.]1[.]0/)
  assert.match(told.stderr, /no[.]example\/such@v1[.]0[.]0/)
  assert.doesNotMatch(told.stderr, /\n\s+at /)
  const shown = (await modgateRun(ours, [...args, '--json'])).stdout
  const modules = JSON.parse(`[${shown.replaceAll('\n}\n{', '\n},{')}]`) as readonly {
    readonly Error?: string
    readonly Dir?: string
  }[]
  assert.deepEqual(
    modules.map(({ Error: failure, Dir }) => [failure !== undefined, Dir !== undefined]),
    [
      [true, false],
      [false, true],
      [true, false],
    ],
  )
})

test('outside of a module, versions are downloaded all the same', async (t) => {
  const people = await twoPeople(t, {})
  if (people === undefined) return
  const { theirs, ours } = people
  const args = ['hello.example/hello@latest']
  const expected = await theirs.run(['mod', 'download', '-json', ...args])
  assert.equal(expected.code, 0, expected.stderr)
  const answer = await modgateRun(ours, ['download', '--json', ...args])
  assert.deepEqual([answer.code, answer.stderr], [0, ''])
  assert.equal(placeless(answer.stdout, ours), placeless(expected.stdout, theirs))
  const none = await modgateRun(ours, ['download'])
  assert.equal(none.code, 2)
  assert.match(none.stderr, /there is no go[.]mod here or above/)
})

test('of a graph that cannot be read, what is named is downloaded as far as go.mod names it, and the reason is told', async (t) => {
  const lines = ['require hello.example/hello v1.0.0', 'require graph.example/all v1.0.0']
  const people = await twoPeople(t, { 'go.mod': goMod('go 1.20', ...lines) })
  if (people === undefined) return
  const { theirs, ours, upstream } = people
  upstream.fault('*/graph.example/all/@v/v1.0.0.mod', status(404, 'not found'))
  const errorless = (text: string, who: GoClient) => placeless(text, who).replaceAll(/"Error": .*/g, '"Error"')
  for (const args of [
    [],
    ['all'],
    ['hello.example/hello'],
    ['all', 'hello.example/hello@v1.1.0'],
    ['none.example/...'],
  ]) {
    const expected = await theirs.run(['mod', 'download', '-json', ...args])
    const answer = await modgateRun(ours, ['download', '--json', ...args])
    assert.equal(errorless(answer.stdout, ours), errorless(expected.stdout, theirs), args.join(' '))
    assert.equal(answer.code, expected.code, args.join(' '))
    if (expected.code === 0) continue
    assert.match(answer.stderr, /graph[.]example\/all.*required by main[.]example/, args.join(' '))
  }
})

const wrong: readonly [args: readonly string[], why: RegExp][] = [
  [['--jobs', '0'], /from 1 to 512/],
  [['--jobs', 'many'], /from 1 to 512/],
  [['hello.example/hello@'], /hello@/],
  [['@v1.0.0'], /empty string/],
  [['../up@v1.0.0'], /malformed module path/],
  [['hello.example/hello@../../x'], /hello@/],
  [['hello.example/hello@v2.0.0'], /v2[.]0[.]0/],
]
test('what cannot be meant is refused in words, and nothing is written', async (t) => {
  const people = await twoPeople(t, { 'go.mod': goMod('go 1.20') })
  if (people === undefined) return
  const { ours } = people
  await mkdir(ours.env['GOMODCACHE']!, { recursive: true })
  for (const [args, why] of wrong) {
    const { code, stderr } = await modgateRun(ours, ['download', ...args])
    assert.ok(code === 1 || code === 2, `${args.join(' ')}: ${code}`)
    assert.match(stderr, why, args.join(' '))
    assert.doesNotMatch(stderr, /\n\s+at |defect/)
  }
  assert.deepEqual(cacheTree(ours.env['GOMODCACHE']!), {})
})
