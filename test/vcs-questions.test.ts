// Names and commits of a repository by questions of our own over HTTP: what real servers answer is what git would have fetched, and what
// they do not understand is left to git.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { bytesBody } from '../packages/modgate/src/core/body.ts'
import { Failure } from '../packages/modgate/src/core/failure.ts'
import type { Source, StartProgram } from '../packages/modgate/src/core/ports.ts'
import { programStarter } from '../packages/modgate/src/core/program.ts'
import { systemClock } from '../packages/modgate/src/core/system.ts'
import { askRepository } from '../packages/modgate/src/source/discovery/upload-pack.ts'
import { peer } from '../packages/modgate/src/source/peer.ts'
import { askedNames } from '../packages/modgate/src/source/vcs/git-names.ts'
import { parseRefs } from '../packages/modgate/src/source/vcs/git-refs.ts'
import type { GitOptions } from '../packages/modgate/src/source/vcs/git-repositories.ts'
import { loopbackCertificate } from './harness/certificate.ts'
import { requireComponent } from './harness/components.ts'
import { gitCorpus } from './harness/git-corpus.ts'
import { backend } from './harness/git-http.ts'
import { answerOf, gitOrigin, gitSource, type GitOrigin, type TestSourceOptions } from './harness/git-origin.ts'
import { gitIn, historyOf } from './harness/git-repository.ts'
import { temporaryDirectory } from './harness/temporary.ts'

interface World {
  /** Where the repositories are. */
  readonly origin: GitOrigin
  readonly asked: string[]
  /** What becomes of a request before it is answered. */
  change: (request: IncomingMessage) => void
  /** What is said to it instead of an answer. */
  status: number | undefined
  readonly ask: NonNullable<GitOptions['ask']>
  /** A source that asks by itself, and the git commands that it ran all the same. */
  source(
    options?: TestSourceOptions,
  ): Promise<{ readonly source: Source; readonly ran: readonly (readonly string[])[] }>
}

const limits = { connectMs: 5_000, firstByteMs: 20_000, stallMs: 20_000 }

/** Repositories on disk, and a server that has the same ones. */
async function world(t: TestContext, corpus: typeof gitCorpus): Promise<World | undefined> {
  if ((await requireComponent(t, 'git')) === undefined) return undefined
  if ((await requireComponent(t, 'openssl')) === undefined) return undefined
  const origin = await gitOrigin(t, corpus)
  const server = createServer(await loopbackCertificate(t), (request, response) => {
    made.asked.push(`${request.method} ${request.url}`)
    made.change(request)
    if (made.status === undefined) backend(origin.directory, request, response)
    else response.writeHead(made.status).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // The certificate is of this test's own making.
  const asking = peer({ limits, clock: systemClock, unchecked: true })
  t.after(async () => {
    await asking.close()
    server.close()
    server.closeAllConnections()
  })
  const ask = askRepository(asking)
  const place = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const made: World = {
    ...{ origin, asked: [], change: () => undefined, status: undefined },
    ask: ({ url }, question, signal) => ask(`${place}${new URL(url).pathname}`, question, signal),
    async source(options = {}) {
      const begin = programStarter()
      const ran: string[][] = []
      const start: StartProgram = (argv, how) => {
        ran.push(argv.slice(1))
        return begin(argv, how)
      }
      return { source: await gitSource(t, origin, { ask: made.ask, start, refsMs: 60_000, ...options }), ran }
    },
  }
  return made
}

const lib = {
  root: 'github.com/corpus/lib',
  url: 'https://github.com/corpus/lib',
  modules: ['github.com/corpus/lib'],
  history: historyOf((r) => {
    r.commit({ 'go.mod': 'module github.com/corpus/lib\n', 'a.go': 'package lib\n', 'sub/b.go': 'package sub\n' })
    r.tag('v1.0.0', 'sub/v1.0.0')
    r.commit({ 'a.go': 'package lib\n\nconst A = 1\n' })
    r.annotate('v1.1.0', 'release-1.1')
    r.commit({ 'sub/b.go': 'package sub\n\nconst B = 1\n' })
    r.tag('v1.2.0')
    r.branch('feature/x')
    r.commit({ 'c.go': 'package lib\n' })
  }),
}
const path = lib.root
const versions = ['v1.0.0', 'v1.1.0', 'v1.2.0']

async function bytesOf(source: Source, request: ModuleRequest): Promise<string> {
  const answer = await answerOf(source, request)
  return answer instanceof Failure ? `${answer.code}: ${answer.why}` : Buffer.from(answer).toString('latin1')
}

test('one question brings the branches and tags that ls-remote prints', async (t) => {
  const made = await world(t, [lib])
  if (!made) return
  const repository = join(made.origin.directory, 'corpus/lib')
  gitIn(repository, ['update-ref', 'refs/pull/1/head', 'refs/heads/main'])
  const listing = gitIn(repository, ['ls-remote', '.'])
  assert.match(listing, /refs\/pull/)
  const root = { vcs: 'git', url: lib.url, root: path, subdirectory: '' } as const
  const ask = (question: Uint8Array, signal: AbortSignal) => made.ask(root, question, signal)
  const gitLimits = { listMs: 10_000, fetchMs: 10_000, fetchBytes: 1 << 20, files: 100 }
  const names = await askedNames({ ask, limits: gitLimits }, 1 << 20)(new AbortController().signal)
  assert.ok(names)
  assert.deepEqual([...parseRefs(names).commits], [...parseRefs(Buffer.from(listing)).commits])
  assert.doesNotMatch(names.toString(), /refs\/pull/, 'what no module can be made of is not sent')
  assert.deepEqual(made.asked, ['POST /corpus/lib/git-upload-pack'])
})

for (const how of ['one after the other', 'at once'] as const) {
  test(`versions that are asked for ${how} cost no git that talks to others, and are what git fetches`, async (t) => {
    const made = await world(t, [lib])
    if (!made) return
    const { source, ran } = await made.source()
    const byGit = await gitSource(t, made.origin)
    const zip = (version: string): ModuleRequest => ({ kind: 'zip', path, version })
    const zips: string[] = []
    if (how === 'at once') zips.push(...(await Promise.all(versions.map((version) => bytesOf(source, zip(version))))))
    else for (const version of versions) zips.push(await bytesOf(source, zip(version)))
    for (const [at, version] of versions.entries()) {
      assert.ok(zips[at] === (await bytesOf(byGit, zip(version))), version)
      assert.match(zips[at], /^PK/)
    }
    assert.deepEqual(
      ran.filter(([command]) => command === 'fetch' || command === 'ls-remote'),
      [],
    )
    assert.ok(made.asked.length <= 1 + versions.length)
  })
}

test('every answer over the corpus is the one that git alone gives', async (t) => {
  const made = await world(t, gitCorpus)
  if (!made) return
  const { source, ran } = await made.source()
  const byGit = await gitSource(t, made.origin, { refsMs: 60_000 })
  const same = async (request: ModuleRequest) => {
    const [own, git] = await Promise.all([bytesOf(source, request), bytesOf(byGit, request)])
    assert.ok(own === git, `${JSON.stringify(request)}: ${own.slice(0, 300)} instead of ${git.slice(0, 300)}`)
    return own
  }
  for (const { modules } of gitCorpus) {
    await Promise.all(
      modules.map(async (module) => {
        const list = await same({ kind: 'list', path: module })
        await same({ kind: 'latest', path: module })
        const found = list.includes(': ') ? [] : list.split('\n').filter((version) => version !== '')
        for (const version of found) await same({ kind: 'zip', path: module, version })
      }),
    )
  }
  const fetches = ran.filter(([command]) => command === 'fetch')
  const byId = fetches.filter((args) => args.includes('--depth=1'))
  const withLongIds = (args: readonly string[]) => args.some((arg) => /^[0-9a-f]{64}:/.test(arg))
  assert.ok(byId.every(withLongIds), 'only what has other ids is fetched by git')
  assert.ok(byId.length > 0 && ran.some(([command]) => command === 'index-pack'))
})

const refusals: readonly (readonly [name: string, prepare: (made: World) => void, questions: number])[] = [
  ['a server that speaks no version 2', (made) => (made.change = ({ headers }) => delete headers['git-protocol']), 2],
  ['a server that knows no such question', (made) => (made.status = 405), 1],
  ['a server that wants a login', (made) => (made.status = 401), 2],
  ['a server that is busy', (made) => (made.status = 503), 2],
]
for (const [name, prepare, questions] of refusals) {
  test(`${name} leaves the questions to git`, async (t) => {
    const made = await world(t, [lib])
    if (!made) return
    prepare(made)
    const { source, ran } = await made.source()
    assert.match(await bytesOf(source, { kind: 'zip', path, version: 'v1.1.0' }), /^PK/)
    assert.deepEqual(
      ran.filter(([command]) => command === 'ls-remote' || command === 'fetch').map(([command]) => command),
      ['ls-remote', 'fetch'],
    )
    assert.equal(made.asked.length, questions)
  })
}

test('a repository without names is what git says that it is', async (t) => {
  const empty = {
    ...lib,
    root: 'github.com/corpus/empty',
    url: 'https://github.com/corpus/empty',
    history: Buffer.from(''),
  }
  const made = await world(t, [empty])
  if (!made) return
  const { source, ran } = await made.source()
  const list: ModuleRequest = { kind: 'list', path: empty.root }
  assert.equal(await bytesOf(source, list), await bytesOf(await gitSource(t, made.origin), list))
  assert.deepEqual(
    ran.map(([command]) => command),
    ['ls-remote'],
  )
})

/** Packet lines around a pack, as a server sends them. */
function packAnswer(pack: Uint8Array): Uint8Array {
  const packet = (line: string | Uint8Array) => {
    const bytes = Buffer.from(line as string)
    return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
  }
  return Buffer.concat([packet('packfile\n'), packet(Buffer.concat([Buffer.from([1]), pack])), Buffer.from('0000')])
}

test('a pack that lacks what its commit needs is not believed, and git fetches what is whole', async (t) => {
  const made = await world(t, [lib])
  if (!made) return
  const repository = join(made.origin.directory, 'corpus/lib')
  const commit = gitIn(repository, ['rev-parse', 'v1.0.0'])
  const { stdout } = spawnSync('git', ['pack-objects', '--stdout', '-q'], { cwd: repository, input: commit })
  assert.match(stdout.toString('latin1'), /^PACK/)
  const { source, ran } = await made.source({
    ask: async (_, question) =>
      Buffer.from(question).includes('command=fetch') ? bytesBody(packAnswer(stdout)).read() : undefined,
  })
  assert.match(await bytesOf(source, { kind: 'zip', path, version: 'v1.0.0' }), /^PK/)
  const commands = ran.map(([command]) => command)
  assert.deepEqual(commands.slice(0, 3), ['ls-remote', 'index-pack', 'fetch'])
})

test('more than a fetch may bring is refused, and nothing of it stays', async (t) => {
  const made = await world(t, [lib])
  if (!made) return
  const data = await temporaryDirectory(t)
  const { source, ran } = await made.source({ limits: { fetchBytes: 100 }, data })
  const answer = await answerOf(source, { kind: 'zip', path, version: 'v1.0.0' })
  assert.ok(answer instanceof Failure && answer.code === 'origin-too-large', String(answer))
  assert.deepEqual(ran, [])
  const left = await readdir(join(data, 'vcs'), { recursive: true })
  assert.ok(left.some((name) => name.endsWith('objects/pack')))
  assert.deepEqual(
    left.filter((name) => name.includes('objects/pack/')),
    [],
  )
})
