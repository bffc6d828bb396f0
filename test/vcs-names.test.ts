// The names of a repository, asked for in one question: what real servers answer, and what happens where they do not understand it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { systemClock } from '../packages/modgate/src/core/system.ts'
import { askedNames } from '../packages/modgate/src/source/discovery/asked-names.ts'
import { peer } from '../packages/modgate/src/source/peer.ts'
import { parseRefs } from '../packages/modgate/src/source/vcs/git-refs.ts'
import { loopbackCertificate } from './harness/certificate.ts'
import { requireComponent } from './harness/components.ts'
import { backend } from './harness/git-http.ts'
import { gitIn, historyOf, makeRepository } from './harness/git-repository.ts'
import { temporaryDirectory } from './harness/temporary.ts'

interface World {
  readonly url: string
  readonly directory: string
  readonly asked: string[]
  /** What the server makes of a request before it answers. */
  change: (request: IncomingMessage) => void
  /** What it says to it instead of an answer. */
  status: number | undefined
  readonly names: (repository: string) => Promise<Buffer | undefined>
}

async function world(t: TestContext): Promise<World | undefined> {
  if ((await requireComponent(t, 'git')) === undefined) return undefined
  if ((await requireComponent(t, 'openssl')) === undefined) return undefined
  const directory = await temporaryDirectory(t)
  const asked: string[] = []
  const server = createServer(await loopbackCertificate(t), (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    made.change(request)
    if (made.status === undefined) backend(directory, request, response)
    else response.writeHead(made.status).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const limits = { connectMs: 5_000, firstByteMs: 10_000, stallMs: 10_000 }
  // The certificate is of this test's own making.
  const asking = peer({ limits, clock: systemClock, unchecked: true })
  t.after(async () => {
    await asking.close()
    server.close()
    server.closeAllConnections()
  })
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = askedNames(asking)
  const made: World = {
    ...{ url, directory, asked, change: () => undefined, status: undefined },
    names: (repository) => ask(`${url}/${repository}`, new AbortController().signal),
  }
  return made
}

const history = historyOf((r) => {
  r.commit({ 'go.mod': 'module names.example/lib\n' })
  r.tag('v1.0.0', 'sub/v1.0.0')
  r.commit({ 'a.go': 'package lib\n' })
  r.annotate('v1.1.0', 'release-1.1')
  r.branch('feature/x')
  r.commit({ 'b.go': 'package lib\n' })
})

test('one question to a real server brings the branches and tags that ls-remote prints', async (t) => {
  const made = await world(t)
  if (!made) return
  const repository = join(made.directory, 'lib')
  makeRepository(repository, history)
  gitIn(repository, ['update-ref', 'refs/pull/1/head', 'refs/heads/main'])
  const listing = gitIn(repository, ['ls-remote', '.'])
  assert.match(listing, /refs\/pull/)
  const names = await made.names('lib')
  assert.ok(names)
  assert.deepEqual([...parseRefs(names).commits], [...parseRefs(Buffer.from(listing)).commits])
  assert.doesNotMatch(names.toString(), /refs\/pull/, 'what no module can be made of is not sent')
  assert.deepEqual(made.asked, ['POST /lib/git-upload-pack'])
})

const refusals: readonly (readonly [
  name: string,
  prepare: (made: World) => void,
  repository: string,
  isAskedAgain: boolean,
])[] = [
  [
    'a server that speaks no version 2',
    (made) => (made.change = ({ headers }) => delete headers['git-protocol']),
    'lib',
    false,
  ],
  ['a repository with ids of another kind', () => undefined, 'sha256', false],
  ['a repository without names', () => undefined, 'empty', false],
  ['a server that knows no such question', (made) => (made.status = 405), 'lib', false],
  ['a server that wants a login', (made) => (made.status = 401), 'lib', true],
  ['a server that is busy', (made) => (made.status = 503), 'lib', true],
]
for (const [name, prepare, repository, isAskedAgain] of refusals) {
  test(`${name} leaves the question to git, and is asked ${isAskedAgain ? 'again' : 'no second time'}`, async (t) => {
    const made = await world(t)
    if (!made) return
    makeRepository(join(made.directory, 'lib'), history)
    makeRepository(join(made.directory, 'sha256'), history, 'sha256')
    makeRepository(join(made.directory, 'empty'), Buffer.from(''))
    prepare(made)
    assert.equal(await made.names(repository), undefined)
    assert.equal(await made.names(repository), undefined)
    assert.equal(made.asked.length, isAskedAgain ? 2 : 1)
  })
}
