// What one bad version, one passing fault or one damaged mirror costs: itself, and nobody else.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { chmod, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { goText } from '../packages/modgate/src/core/failure-text.ts'
import { Failure } from '../packages/modgate/src/core/failure.ts'
import type { Running, Source, StartProgram } from '../packages/modgate/src/core/ports.ts'
import { programStarter } from '../packages/modgate/src/core/program.ts'
import type { CorpusRepository } from './harness/git-corpus.ts'
import { answerOf, gitOrigin, gitSource } from './harness/git-origin.ts'
import { gitIn, historyOf } from './harness/git-repository.ts'
import { temporaryDirectory } from './harness/temporary.ts'

const path = 'github.com/corpus/three'
const versions = ['v1.0.0', 'v1.1.0', 'v1.2.0']
const odd = 'v1.1.0'

/** Three versions, of which the one in the middle has a file that no other has. */
const three: CorpusRepository = {
  root: path,
  url: `https://${path}`,
  modules: [path],
  history: historyOf((r) => {
    for (const version of versions) {
      const big = version === odd ? randomBytes(100 << 10) : null
      r.commit({ 'go.mod': `module ${path}\n`, [`${version}.go`]: 'package three\n', 'big.bin': big })
      r.tag(version)
    }
    r.branch('between')
    r.commit({ 'last.go': 'package three\n' })
  }),
}

async function threeAtOnce(t: TestContext) {
  const origin = await gitOrigin(t, [three])
  const repository = join(origin.directory, 'corpus/three')
  const idOf = (revision: string) => gitIn(repository, ['rev-parse', revision]).trim()
  return { origin, repository, idOf }
}

type Argv = Parameters<StartProgram>[0]

/** Begins the command, or something in its place. */
type Instead = (begin: StartProgram, ...call: Parameters<StartProgram>) => Running

const hanging: Instead = (begin, _, options) => begin(['sleep', '60'], { ...options, timeoutMs: 300 })

/** A start that notes the fetches, and begins something else in place of those that are `meant`. */
function starting(meant: (argv: Argv) => boolean, instead: Instead) {
  const begin = programStarter()
  const fetches: string[][] = []
  const start: StartProgram = (argv, options) => {
    if (argv[1] === 'fetch') fetches.push(argv.slice(1))
    return meant(argv) ? instead(begin, argv, options) : begin(argv, options)
  }
  return { start, fetches }
}

/** What became of each version: its code where it failed. */
async function outcomes(source: Source, kind: 'mod' | 'zip' = 'mod'): Promise<readonly string[]> {
  const answers = versions.map((version) => answerOf(source, { kind, path, version } satisfies ModuleRequest))
  return (await Promise.all(answers)).map((answer) => (answer instanceof Failure ? answer.code : 'ok'))
}

test('a version that is too large fails alone, whoever asks at the same time', async (t) => {
  const { origin } = await threeAtOnce(t)
  const source = await gitSource(t, origin, { limits: { fetchBytes: 50 << 10 } })
  assert.deepEqual(await outcomes(source), ['ok', 'origin-too-large', 'ok'])
})

test('a version that takes too long fails alone, whoever asks at the same time', async (t) => {
  const { origin, idOf } = await threeAtOnce(t)
  const slow = `${idOf(odd)}:`
  const { start } = starting((argv) => argv.some((arg) => arg.startsWith(slow)), hanging)
  const source = await gitSource(t, origin, { start })
  assert.deepEqual(await outcomes(source), ['ok', 'origin-timeout', 'ok'])
})

test('a repository that takes too long for all is not asked for each', async (t) => {
  const { origin } = await threeAtOnce(t)
  const { start, fetches } = starting(([, name]) => name === 'fetch', hanging)
  const source = await gitSource(t, origin, { start, limits: { fetchMs: 300 } })
  assert.deepEqual(
    await outcomes(source),
    versions.map(() => 'origin-timeout'),
  )
  assert.ok(fetches.length < 1 + versions.length, `${fetches.length} fetches`)
})

test('a fetch that fails in passing is made again, and the history is left where it is', async (t) => {
  const { origin } = await threeAtOnce(t)
  let faults = 1
  const { start, fetches } = starting(
    ([, name]) => name === 'fetch' && faults-- > 0,
    (begin, _, options) => begin(['false'], options),
  )
  const data = await temporaryDirectory(t)
  const source = await gitSource(t, origin, { start, data })
  assert.ok((await answerOf(source, { kind: 'mod', path, version: 'v1.2.0' })) instanceof Uint8Array)
  assert.equal(fetches.length, 2)
  const [mirror = ''] = await mirrorsIn(data)
  assert.equal(gitIn(mirror, ['rev-list', '--count', '--all']).trim(), '1')
})

/** The mirrors in a data directory whose repository is the only one, by their paths. */
async function mirrorsIn(data: string): Promise<readonly string[]> {
  const root = join(data, 'vcs/git')
  const [directory = ''] = await readdir(root)
  const names = await readdir(join(root, directory))
  return names.filter((name) => /^(content|history)-sha1-\d+$/.test(name)).map((name) => join(root, directory, name))
}

test('a server that refuses ids is asked for all of it once, and for what that brought not at all', async (t) => {
  const { origin, repository, idOf } = await threeAtOnce(t)
  for (const version of versions.slice(0, 2)) gitIn(repository, ['tag', '--delete', version])
  const { start, fetches } = starting(() => false, hanging)
  const config = [origin.insteadOf, ['protocol.version', '0']] as const
  const source = await gitSource(t, origin, { start, access: async () => ({ config }) })
  const ask = async (revision: string) =>
    assert.ok((await answerOf(source, { kind: 'query', path, query: idOf(revision) })) instanceof Uint8Array)
  await ask('main~1')
  const isWhole = (args: readonly string[]) =>
    args.includes('+refs/heads/*:refs/heads/*') && !args.includes('--filter=tree:0')
  assert.equal(fetches.filter(isWhole).length, 1)
  const before = fetches.length
  await ask('main~2')
  assert.deepEqual(fetches.slice(before), [])
})

test('a repository with a million names is refused, and no more of them is kept than was read', async (t) => {
  const { origin } = await threeAtOnce(t)
  const line = `${'a'.repeat(40)}\trefs/tags/v1.0.0-${'0'.repeat(40)}`
  const endless: Instead = (begin, _, options) => begin(['yes', line], options)
  const { start } = starting(([, name]) => name === 'ls-remote', endless)
  const answer = await answerOf(await gitSource(t, origin, { start }), { kind: 'list', path })
  assert.ok(answer instanceof Failure && answer.code === 'origin-too-large')
  assert.match(answer.why, /more than 16777216 bytes/)
})

/** The packs of a mirror, or other files of it, as somebody finds them after a bad night. */
const damages: readonly (readonly [what: string, damage: (mirror: string) => Promise<void>])[] = [
  ['a pack that was cut off', (mirror) => eachPack(mirror, async (pack) => truncate(pack, 100))],
  ['a pack that is gone', (mirror) => eachPack(mirror, async (pack) => rm(pack))],
  ['a pack whose end is zeros', (mirror) => eachPack(mirror, zeroed)],
  ['a pack that was garbled', (mirror) => eachPack(mirror, garbled)],
  ['an index in which one bit turned', (mirror) => eachPack(mirror, turned)],
  ['refs that are empty', (mirror) => emptied(join(mirror, 'refs'))],
  ['no HEAD', (mirror) => rm(join(mirror, 'HEAD'))],
]

async function eachPack(mirror: string, damage: (pack: string) => Promise<void>): Promise<void> {
  const packs = join(mirror, 'objects/pack')
  for (const name of await readdir(packs)) {
    await chmod(join(packs, name), 0o644)
    if (name.endsWith('.pack')) await damage(join(packs, name))
  }
}

async function zeroed(pack: string): Promise<void> {
  const bytes = await readFile(pack)
  await writeFile(pack, bytes.fill(0, bytes.length - 30))
}

/** Its checksum is as it was: only who reads it sees. */
async function garbled(pack: string): Promise<void> {
  const bytes = await readFile(pack)
  await writeFile(pack, bytes.fill(0xff, 12, bytes.length - 20))
}

/** In the table that says where to look for an id: git then does not find what is there, and says nothing. */
async function turned(pack: string): Promise<void> {
  const index = pack.replace(/pack$/, 'idx')
  const bytes = await readFile(index)
  bytes[8 + 4 * 255 - 1]! ^= 1
  await writeFile(index, bytes)
}

async function emptied(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  for (const entry of entries) if (entry.isFile()) await truncate(join(entry.parentPath, entry.name), 0)
}

for (const [what, damage] of damages) {
  for (const when of ['while the gate runs', 'before it starts'] as const) {
    test(`${what}, ${when}, fails no request`, async (t) => {
      const { origin, idOf } = await threeAtOnce(t)
      const data = await temporaryDirectory(t)
      const before = await gitSource(t, origin, { data })
      const expected = await allOf(before, idOf)
      for (const mirror of await mirrorsIn(data)) await damage(mirror)
      const source = when === 'before it starts' ? await gitSource(t, origin, { data }) : before
      assert.deepEqual(await allOf(source, idOf), expected)
    })
  }
}

/** What is asked of the repository each time: the last one is not known by then, and only the history tells its version. */
async function allOf(source: Source, idOf: (revision: string) => string): Promise<readonly string[]> {
  const requests: ModuleRequest[] = [
    { kind: 'zip', path, version: 'v1.0.0' },
    { kind: 'mod', path, version: odd },
    { kind: 'query', path, query: idOf('between').slice(0, 8) },
    { kind: 'query', path, query: 'between' },
  ]
  const answers: string[] = []
  for (const request of requests) {
    const answer = await answerOf(source, request)
    if (answer instanceof Failure) assert.fail(answer)
    answers.push(createHash('sha256').update(answer).digest('hex'))
  }
  return answers
}

test('where a mirror is damaged again and again, the disk is named and no place on it', async (t) => {
  const { origin } = await threeAtOnce(t)
  const data = await temporaryDirectory(t)
  const unreadable: Instead = (begin, _, options) =>
    begin(['sh', '-c', 'echo "fatal: $GIT_DIR is bad" >&2; exit 128'], options)
  const { start } = starting(([, name]) => name === 'log', unreadable)
  const reports: string[] = []
  const source = await gitSource(t, origin, { start, data, report: ({ result }) => void reports.push(result) })
  for (let time = 0; time < 3; time++) {
    const answer = await answerOf(source, { kind: 'info', path, version: 'v1.0.0' })
    assert.ok(answer instanceof Failure && answer.code === 'mirror-damaged')
    assert.ok(!goText(answer, 'x').includes(data), goText(answer, 'x'))
  }
  assert.deepEqual(reports, ['ok', 'ok'], 'it is made anew once, and not for each request')
})

test('what a server says when it refuses names no place on this disk', async (t) => {
  const { origin } = await threeAtOnce(t)
  const data = await temporaryDirectory(t)
  const refusing: Instead = (begin, _, options) =>
    begin(['sh', '-c', 'echo "fatal: unable to write $GIT_DIR/objects" >&2; exit 128'], options)
  const { start } = starting(([, name = '']) => ['fetch', 'index-pack'].includes(name), refusing)
  const answer = await answerOf(await gitSource(t, origin, { start, data }), { kind: 'mod', path, version: 'v1.0.0' })
  assert.ok(answer instanceof Failure && answer.code === 'origin-unreachable')
  assert.match(goText(answer, 'x'), /said: fatal: unable to write MIRROR\/objects/)
})
