// What one bad version, one passing fault or one damaged mirror costs: itself, and nobody else.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ModuleRequest } from '@modgate/gomod/proxy'
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
      const big = version === odd ? randomBytes(3 << 20) : null
      r.commit({ 'go.mod': `module ${path}\n`, [`${version}.go`]: 'package three\n', 'big.bin': big })
      r.tag(version)
    }
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
  const source = await gitSource(t, origin, { limits: { fetchBytes: 1 << 20 } })
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
