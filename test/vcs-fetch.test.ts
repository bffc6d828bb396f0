// What is fetched from a repository, and how often.
import assert from 'node:assert/strict'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { hashZip } from '@modgate/gomod/dirhash'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { bytesAccess } from '@modgate/gomod/zip'
import { Failure } from '../packages/modgate/src/core/failure.ts'
import type { StartProgram } from '../packages/modgate/src/core/ports.ts'
import { programStarter } from '../packages/modgate/src/core/program.ts'
import type { CorpusRepository } from './harness/git-corpus.ts'
import { bytesOf, hashesOf, many, mirrors, path, tags } from './harness/git-many.ts'
import { answerOf, gitOrigin, gitSource, patientContext } from './harness/git-origin.ts'
import { gitWebServer } from './harness/git-http.ts'
import { gitIn, historyOf } from './harness/git-repository.ts'
import { temporaryDirectory } from './harness/temporary.ts'

/** A start that notes which git commands it began. */
function recording() {
  const begin = programStarter()
  const calls: string[][] = []
  const start: StartProgram = (argv, options) => {
    calls.push(argv.slice(1))
    return begin(argv, options)
  }
  const of = (command: string) => calls.filter(([name]) => name === command)
  return { start, of, calls }
}

test('all parts of all versions at once cost one list, and no commit is fetched twice', async (t) => {
  const origin = await gitOrigin(t, [many])
  const { start, of } = recording()
  const source = await gitSource(t, origin, { start, refsMs: 60_000 })
  const requests = tags.flatMap((version) =>
    (['info', 'mod', 'zip'] as const).map((kind): ModuleRequest => ({ kind, path, version })),
  )
  const answers = await Promise.all(requests.map((request) => answerOf(source, request)))
  answers.forEach(bytesOf)
  assert.equal(of('ls-remote').length, 1)
  const fetched = of('fetch').flatMap((args) => args.filter((arg) => arg.includes(':refs/modgate/')))
  assert.equal(new Set(fetched).size, tags.length)
  assert.equal(fetched.length, tags.length)
  assert.ok(of('fetch').length <= 3, `${of('fetch').length} fetches`)
})

test('commits that are asked for at once wait for one fetch of the history, which brings no file', async (t) => {
  const origin = await gitOrigin(t, [many])
  const { start, of } = recording()
  const source = await gitSource(t, origin, { start, refsMs: 60_000 })
  const log = gitIn(join(origin.directory, 'corpus/many'), ['log', '--format=%H', 'main']).trim().split('\n')
  const untagged = log.filter((_, at) => at % 2 === 0).slice(1, 5)
  const infos = untagged.map((id) => answerOf(source, { kind: 'query', path, query: id.slice(0, 12) }))
  for (const info of await Promise.all(infos))
    assert.match(Buffer.from(bytesOf(info)).toString(), /"Version":"v1\.\d+\.1-0\./)
  const histories = of('fetch').filter((args) => args.includes('--filter=tree:0'))
  assert.equal(histories.length, 1)
  assert.equal(histories[0]!.includes('--depth=1'), false)
})

const cheap: readonly (readonly [what: string, request: ModuleRequest])[] = [
  ['a list', { kind: 'list', path }],
  ['a version that is not tagged', { kind: 'info', path, version: 'v9.9.9' }],
  ['the zip of such a version', { kind: 'zip', path, version: 'v9.9.9' }],
  ['a branch that is not there', { kind: 'query', path, query: 'nosuch' }],
  ['the versions of a directory that is no module', { kind: 'list', path: `${path}/none` }],
  ['a version of a directory that is no module', { kind: 'info', path: `${path}/none`, version: 'v1.0.0' }],
]

for (const [what, request] of cheap) {
  test(`${what} costs one question and no fetch`, async (t) => {
    const { start, calls } = recording()
    const source = await gitSource(t, await gitOrigin(t, [many]), { start })
    await answerOf(source, request)
    assert.deepEqual(
      calls.map(([name]) => name),
      ['ls-remote'],
    )
  })
}

test('a moved tag, a new tag and a deleted one are seen when the list is asked for anew', async (t) => {
  const origin = await gitOrigin(t, [many])
  const repository = join(origin.directory, 'corpus/many')
  const source = await gitSource(t, origin, { refsMs: 60_000 })
  const list = async (fresh: boolean) => {
    const { body } = await source.get({ kind: 'list', path }, { ...patientContext(), fresh })
    return Buffer.from(body.bytes!).toString().trim().split('\n')
  }
  assert.equal((await list(false)).length, tags.length)
  gitIn(repository, ['tag', '-d', 'v1.0.0'])
  gitIn(repository, ['tag', 'v2.0.0-rc.1', 'main'])
  gitIn(repository, ['tag', 'v0.1.0', 'main'])
  assert.equal((await list(false)).length, tags.length)
  const anew = await list(true)
  assert.deepEqual([anew.length, anew[0], anew.includes('v1.0.0')], [tags.length, 'v0.1.0', false])
})

test('a branch that is named like a version is none, in no part', async (t) => {
  const origin = await gitOrigin(t, [many])
  gitIn(join(origin.directory, 'corpus/many'), ['branch', 'v3.0.0-pre', 'main'])
  gitIn(join(origin.directory, 'corpus/many'), ['branch', 'v1.99.0', 'main'])
  const source = await gitSource(t, origin)
  for (const version of ['v1.99.0', 'v3.0.0-pre+incompatible']) {
    for (const kind of ['info', 'mod', 'zip'] as const) {
      const answer = await answerOf(source, { kind, path, version })
      assert.ok(answer instanceof Failure && answer.code === 'version-invalid', `${kind} of ${version}`)
    }
  }
})

test('a server that gives only what has a name is asked for all of it, once', async (t) => {
  const origin = await gitOrigin(t, [many])
  const repository = join(origin.directory, 'corpus/many')
  gitIn(repository, [
    '-c',
    'user.name=n',
    '-c',
    'user.email=e@test.example',
    'tag',
    '-a',
    '-m',
    'x',
    'v0.1.0',
    'v1.2.0',
  ])
  const { start, of } = recording()
  const config = [origin.insteadOf, ['protocol.version', '0']] as const
  const source = await gitSource(t, origin, { start, access: async () => ({ config }) })
  const other = await gitSource(t, origin)
  const id = gitIn(repository, ['rev-parse', 'v1.5.0~1']).trim()
  for (const query of ['v0.1.0', 'v1.6.0', id, id.slice(0, 12)]) {
    const request: ModuleRequest = { kind: 'query', path, query }
    assert.deepEqual(await answerOf(source, request), await answerOf(other, request), query)
  }
  const all = of('fetch').filter((args) => args.includes('--unshallow'))
  assert.equal(all.length, 1)
})

test('a mirror that somebody removes is made anew, and nothing is absent meanwhile', async (t) => {
  const origin = await gitOrigin(t, [many])
  const data = await temporaryDirectory(t)
  const source = await gitSource(t, origin, { data })
  const id = gitIn(join(origin.directory, 'corpus/many'), ['rev-parse', 'v1.5.0~1']).trim()
  const requests: readonly ModuleRequest[] = [
    { kind: 'query', path, query: id.slice(0, 12) },
    { kind: 'zip', path, version: 'v1.3.0' },
  ]
  for (const request of requests) bytesOf(await answerOf(source, request))
  await rm(join(data, 'vcs'), { recursive: true })
  for (const request of requests) bytesOf(await answerOf(source, request))
  const older = gitIn(join(origin.directory, 'corpus/many'), ['rev-parse', 'v1.3.0~1']).trim()
  bytesOf(await answerOf(source, { kind: 'query', path, query: older.slice(0, 9) }))
})

test('two processes on one disk share a mirror without harm', async (t) => {
  const origin = await gitOrigin(t, [many])
  const data = await temporaryDirectory(t)
  const sources = await Promise.all([1, 2, 3].map(() => gitSource(t, origin, { data })))
  const answers = await Promise.all(
    sources.flatMap((source) => tags.map((version) => answerOf(source, { kind: 'zip', path, version }))),
  )
  const hashes = answers.map((answer) => hashZip(bytesAccess(bytesOf(answer))))
  assert.equal(new Set(hashes).size, tags.length)
  assert.match((await mirrors(data)).join(), /^content-sha1-\d+$/)
})

test('whoever leaves during a fetch leaves it to the others', async (t) => {
  const { start, of } = recording()
  const source = await gitSource(t, await gitOrigin(t, [many]), { start })
  const leaving = new AbortController()
  const request: ModuleRequest = { kind: 'mod', path, version: 'v1.3.0' }
  const first = source.get(request, patientContext(leaving.signal))
  const second = answerOf(source, request)
  leaving.abort(new Error('left'))
  await assert.rejects(first, /left/)
  assert.match(Buffer.from(bytesOf(await second)).toString(), /^module /)
  assert.equal(of('fetch').length, 1)
})

test('a reader that leaves a zip in the middle leaves no process and no file', async (t) => {
  const data = await temporaryDirectory(t)
  const source = await gitSource(t, await gitOrigin(t, [many]), { data })
  const { body } = await source.get({ kind: 'zip', path, version: 'v1.7.0' }, patientContext())
  for await (const chunk of body.read()) if (chunk.length > 0) break
  const spools = await readdir(join(data, 'spool'))
  assert.deepEqual(await readdir(join(data, 'spool', spools[0]!)), [])
})

test('a mirror of many fetches has few packs, and all that came with them', async (t) => {
  const data = await temporaryDirectory(t)
  const versions = Array.from({ length: 45 }, (_, at) => `v0.0.${at}`)
  const small: CorpusRepository = {
    ...many,
    history: historyOf((r) => {
      for (const version of versions) {
        r.commit({ 'go.mod': `module ${path}\n`, [`${version}.go`]: `package many // ${version}\n` })
        r.tag(version)
      }
    }),
  }
  const source = await gitSource(t, await gitOrigin(t, [small]), { data, refsMs: 60_000 })
  for (const version of versions) bytesOf(await answerOf(source, { kind: 'mod', path, version }))
  const root = join(data, 'vcs/git')
  const [directory = ''] = await readdir(root)
  const [mirror = ''] = await mirrors(data)
  const packs = await readdir(join(root, directory, mirror, 'objects/pack'))
  assert.ok(packs.filter((name) => name.endsWith('.pack')).length < 20, packs.join())
  const zips = versions.map((version) => answerOf(source, { kind: 'zip', path, version }))
  for (const zip of await Promise.all(zips)) bytesOf(zip)
})

test('over http with credentials everything is as from a disk, and a list is two requests', async (t) => {
  const origin = await gitOrigin(t, [many])
  const authorization = `Basic ${Buffer.from('robot:open-sesame').toString('base64')}`
  const server = await gitWebServer(t, origin.directory, authorization)
  const at = (url: string) => async () => ({ vcs: 'git', url, root: path, subdirectory: '' }) as const
  const url = `${server.url}/corpus/many`
  const config = [[`http.${server.url}/.extraHeader`, `Authorization: ${authorization}`]] as const
  const access = async () => ({ config })
  const source = await gitSource(t, origin, { findRoot: at(url), protocols: ['http'], access, refsMs: 60_000 })
  bytesOf(await answerOf(source, { kind: 'list', path }))
  assert.deepEqual(server.asked, [
    'GET /corpus/many/info/refs?service=git-upload-pack',
    'POST /corpus/many/git-upload-pack',
  ])
  const other = await gitSource(t, origin)
  const id = gitIn(join(origin.directory, 'corpus/many'), ['rev-parse', 'v1.5.0~1']).trim()
  for (const query of ['main', id.slice(0, 12)]) {
    const [over, from] = await Promise.all(
      [source, other].map((each) => answerOf(each, { kind: 'query', path, query })),
    )
    const expected = Buffer.from(bytesOf(from!)).toString().replace(many.url, url)
    assert.equal(Buffer.from(bytesOf(over!)).toString(), expected)
  }
  assert.deepEqual(await hashesOf(source), await hashesOf(other))
  const stranger = await gitSource(t, origin, { findRoot: at(url), protocols: ['http'], access: async () => ({}) })
  const refused = await answerOf(stranger, { kind: 'list', path })
  assert.ok(refused instanceof Failure && refused.code === 'origin-unreachable')
})
