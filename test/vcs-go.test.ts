// Modules from git, judged by the real go: for each tag, branch and commit of the corpus, and for what is no version at all, the source says
// what GOPROXY=direct says with an empty cache.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { canonicalVersion, isPseudoVersion } from '@modgate/gomod/module'
import { Failure } from '../packages/modgate/src/core/failure.ts'
import type { Source } from '../packages/modgate/src/core/ports.ts'
import { requireComponent } from './harness/components.ts'
import { gitCorpus, type CorpusRepository } from './harness/git-corpus.ts'
import { answerOf, directGo, gitOrigin, gitSource, type GitOrigin } from './harness/git-origin.ts'
import { gitIn } from './harness/git-repository.ts'
import type { GoClient } from './harness/go-client.ts'
import { difference, disagreement, saidIn, text, versionIn, type Said } from './harness/go-judge.ts'

interface Commit {
  readonly id: string
  readonly time: string
}

const directoryOf = (origin: GitOrigin, { url }: CorpusRepository) => join(origin.directory, new URL(url).pathname)

function commitsOf(origin: GitOrigin, repository: CorpusRepository): readonly Commit[] {
  const args = ['log', '--all', '--format=%H %cd', '--date=format-local:%Y%m%d%H%M%S']
  const lines = gitIn(directoryOf(origin, repository), args).trim().split('\n')
  return lines.map((line) => ({ id: line.split(' ')[0]!, time: line.split(' ')[1]! }))
}

/** Names of branches and tags, as they are and without a directory in front. */
function namesOf(origin: GitOrigin, repository: CorpusRepository): readonly string[] {
  const names = gitIn(directoryOf(origin, repository), ['for-each-ref', '--format=%(refname:lstrip=2)'])
  return names
    .trim()
    .split('\n')
    .map((name) => name.split('/').at(-1)!)
}

/** Bases that some commit of the corpus may have, and some that none has. */
const pseudoBases = [
  ...['v0.0.0-', 'v1.0.1-0.', 'v1.1.1-0.', 'v0.9.0-rc.2.0.', 'v0.8.1-0.', 'v0.10.1-0.'],
  ...['v1.0.0-', 'v2.0.0-', 'v2.0.1-0.'],
]

/** Everything that is asked of a module besides its tags: branches, ids in three lengths, pseudo-versions true and false. */
function queriesOf(origin: GitOrigin, repository: CorpusRepository): readonly string[] {
  const names = namesOf(origin, repository)
  const commits = commitsOf(origin, repository)
  const some = commits.filter((_, at) => at % 4 === 0)
  const pseudo = some.flatMap(({ id, time }, at) => [
    `v0.0.0-${time}-${id.slice(0, 12)}`,
    ...(at < 2 ? pseudoBases.map((base) => `${base}${time}-${id.slice(0, 12)}`) : []),
    ...(at === 0 ? [`v0.0.0-20200101000000-${id.slice(0, 12)}`, `v0.0.0-${time}-${id.slice(0, 11)}`] : []),
    ...(at === 1 ? [`v0.0.0-${time}-${id.slice(0, 13)}`, `v0.0.0-20209901000000-${id.slice(0, 12)}`] : []),
  ])
  const incompatible = names.filter((name) => /^v([2-9]|10)\./.test(name)).map((name) => `${name}+incompatible`)
  const all = [
    ...names,
    ...commits.map(({ id }) => id.slice(0, 12)),
    ...some.flatMap(({ id }) => [id, id.slice(0, 7)]),
    ...[...pseudo, ...incompatible, ...(repository.queries ?? [])],
  ]
  // The go command answers v1 and v1.2 from the list and asks nobody.
  return [...new Set(all)].filter((query) => !/^v\d+(\.\d+)?$/.test(query))
}

const isCanonical = (query: string) => canonicalVersion(query) === query && !isPseudoVersion(query)

interface Scene {
  readonly origin: GitOrigin
  readonly go: GoClient
  readonly source: Source
}

/** Where each of the modules of the corpus is asked for what `queries` says. */
const argumentsOf = (queries: (repository: CorpusRepository) => readonly string[]) =>
  gitCorpus.flatMap((repository) =>
    repository.modules.flatMap((path) => queries(repository).map((query) => `${path}@${query}`)),
  )

async function taggedVersions({ origin, go, source }: Scene): Promise<void> {
  const args = argumentsOf((repository) => namesOf(origin, repository).filter(isCanonical))
  const { stdout } = await go.run(['mod', 'download', '-json', ...args])
  const said = saidIn(stdout)
  assert.equal(said.length, args.length)
  const found: (string | undefined)[] = []
  for (const each of said) {
    found.push(await disagreement(source, each))
    // A version that go gives another name is asked for under that name below.
    if (each.Error === undefined && each.Query === each.Version) found.push(await difference(source, each, true))
  }
  assert.deepEqual(found.filter(Boolean), [])
}

/** Go refuses to pack what a newer go wrote. A gate serves newer clients too. */
const isTooNew = ({ Error: error }: Said) => String(error).includes('requires go >= 1.99')

async function everythingElse({ origin, go, source }: Scene): Promise<void> {
  const args = argumentsOf((repository) => queriesOf(origin, repository))
  const { stdout } = await go.run(['mod', 'download', '-json', ...args])
  const said = saidIn(stdout).filter((each) => !isTooNew(each))
  assert.ok(said.length > args.length * 0.9)
  const found: (string | undefined)[] = []
  const seen = new Set<string>()
  for (const each of said) {
    found.push(await disagreement(source, each))
    // A commit has one zip, whichever of its pseudo-versions is asked for.
    const key = `${each.Path}@${each.Version?.slice(-12)}`
    if (each.Error !== undefined || seen.has(key)) continue
    seen.add(key)
    // The info of a tag that a branch led to says so; the test above compares those.
    found.push(await difference(source, each, isPseudoVersion(each.Version!)))
  }
  assert.deepEqual(found.filter(Boolean), [])
  assert.ok(seen.size > 50, `${seen.size} versions`)
}

async function listsAndLatest({ go, source }: Scene): Promise<void> {
  const args = argumentsOf(() => ['latest'])
  // With -retracted, latest may be retracted too.
  const lists = saidIn((await go.run(['list', '-m', '-e', '-json', '-versions', '-retracted', ...args])).stdout)
  const latests = saidIn((await go.run(['list', '-m', '-e', '-json', ...args])).stdout)
  assert.deepEqual([lists.length, latests.length], [args.length, args.length])
  for (const { Path: path, Versions: list = [], Error: error } of lists) {
    if (error !== undefined) continue
    assert.equal(text(await answerOf(source, { kind: 'list', path })), list.map((each) => `${each}\n`).join(''), path)
  }
  for (const { Path: path, Version: version, Error: error } of latests) {
    const latest = text(await answerOf(source, { kind: 'latest', path }))
    if (error === undefined) assert.equal(latest instanceof Failure ? latest.message : versionIn(latest), version, path)
    else assert.ok(latest instanceof Failure && latest.absent, `${path}: ${String(latest)}`)
  }
}

const tips: readonly (readonly [path: string, query: string])[] = [
  ['github.com/corpus/plain', 'dev'],
  ['github.com/corpus/plain', 'release'],
  ['github.com/corpus/plain', 'HEAD'],
  ['github.com/corpus/majors', 'main'],
  ['github.com/corpus/majors/v3', 'main'],
  ['github.com/corpus/bases', 'v0.10.0+build'],
]

async function otherNames({ go, source }: Scene): Promise<void> {
  for (const [path, query] of tips) {
    await go.forget()
    const { stdout } = await go.run(['mod', 'download', '-json', `${path}@${query}`])
    const info = text(await answerOf(source, { kind: 'query', path, query }))
    assert.equal(info, await readFile(saidIn(stdout)[0]!.Info!, 'utf8'), `${path}@${query}`)
  }
}

const claims: readonly (readonly [claim: string, prove: (scene: Scene) => Promise<void>])[] = [
  ['info, mod and h1 of every tagged version are those of the real go, byte for byte', taggedVersions],
  ['every branch, commit and pseudo-version resolves as with the real go, or does not exist for both', everythingElse],
  ['list and latest are those of the real go, retracted and broken versions in the list', listsAndLatest],
  ['the info of a tag that another name led to says which, as go writes it with an empty cache', otherNames],
]

test('over a corpus of repositories the source agrees with the real go', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'git')) === undefined) return
  const origin = await gitOrigin(t, gitCorpus)
  const go = await directGo(t, { toolchain, origin, corpus: gitCorpus })
  const source = await gitSource(t, origin, { refsMs: 600_000 })
  for (const [claim, prove] of claims) {
    await go.forget()
    await t.test(claim, () => prove({ origin, go, source }))
  }
})
