// Private modules straight from their repositories: a real gate, real git over TLS, the real go with two lines and nothing else.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { loopbackCertificate } from './harness/certificate.ts'
import { requireComponent } from './harness/components.ts'
import { startGate, type Gate } from './harness/gate.ts'
import { backend } from './harness/git-http.ts'
import { gitIn, historyOf, makeRepository } from './harness/git-repository.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { connectProxy } from './harness/known-failures/servers.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'

const host = 'code.corp.test'
const stranger = 'evil.public.test'
const people = 'people.corp.test'
const lib = `${host}/team/lib`
const login = { user: 'gate', password: 'hunter2hunter2' }
const authorization = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`

interface CodeHost {
  /** Bare repositories, by the path of their URL. */
  readonly repositories: string
  readonly certFile: string
  /** An HTTP proxy that leads every host to the code host. */
  readonly proxy: string
  /** Host, path and login of each request. */
  readonly asked: { readonly host: string; readonly path: string; readonly authorization: string | undefined }[]
}

/** What pages say that are not of the library: the prefix, and the repository that it has. */
const pageOf: Readonly<Record<string, readonly [root: string, repository: string]>> = {
  [`${stranger}/lib`]: [`${stranger}/lib`, 'team/lib.git'],
  [`${people}/bob`]: [`${people}/bob`, 'team/lib.git'],
  [`${host}/old/lib`]: [`${host}/old/lib`, 'old/lib.git'],
}

/** A code host that tells strangers nothing, and a page elsewhere that names its repository as its own. */
async function codeHost(t: TestContext): Promise<CodeHost> {
  const repositories = await temporaryDirectory(t)
  const certificate = await loopbackCertificate(t, [host, stranger, people])
  const asked: CodeHost['asked'] = []
  const server = createServer(certificate, (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, `https://${request.headers.host}`)
    asked.push({ host: request.headers.host!, path: pathname, authorization: request.headers.authorization })
    if (searchParams.get('go-get') === '1') {
      const [root, repository] = pageOf[`${request.headers.host}${pathname}`] ?? [lib, 'team/lib.git']
      response.end(`<meta name="go-import" content="${root} git https://${host}/${repository}">`)
    } else if (pathname.startsWith('/old/')) {
      response.writeHead(301, { location: request.url!.replace('/old/', '/team/') }).end()
    } else if (request.headers.authorization !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
    } else if (pathname.startsWith('/proxy/')) response.end('v1.2.3\n')
    else backend(repositories, request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  makeRepository(
    join(repositories, 'team/lib.git'),
    historyOf((r) => {
      r.commit({ 'go.mod': `module ${lib}\n\ngo 1.20\n`, 'lib.go': 'package lib\n\nconst Name = "first"\n' })
      r.tag('v1.0.0')
      r.commit({ 'lib.go': 'package lib\n\nconst Name = "second"\n' })
      r.tag('v1.1.0')
    }),
  )
  const proxy = await connectProxy(t, (server.address() as AddressInfo).port)
  return { repositories, certFile: certificate.certFile, proxy, asked }
}

interface World {
  readonly code: CodeHost
  readonly upstream: Upstream
  readonly data: string
  readonly loginFile: string
  readonly start: (more?: readonly string[]) => Promise<Gate>
  readonly client: (gate: Gate) => Promise<GoClient>
}

async function world(t: TestContext, credential: 'netrc' | 'token' | 'none'): Promise<World | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'openssl')) === undefined) return undefined
  if ((await requireComponent(t, 'git')) === undefined) return undefined
  const code = await codeHost(t)
  const upstream = await corpusUpstream(t)
  const data = await temporaryDirectory(t)
  const home = await temporaryDirectory(t)
  if (credential === 'netrc') {
    await writeFile(join(home, '.netrc'), `machine ${host} login ${login.user} password ${login.password}\n`)
  }
  const file = join(home, 'login')
  await writeFile(file, `${login.user}:${login.password}\n`, { mode: 0o600 })
  const flags = [
    ...[
      '--upstream',
      upstream.url,
      '--sumdb',
      upstream.database.key,
      '--log-name',
      'gate.test',
      '--private',
      '*.corp.test',
    ],
    ...(credential === 'token' ? ['--credential', `${host}/team=login ${file}`] : []),
  ]
  const env = {
    HOME: home,
    HTTPS_PROXY: code.proxy,
    https_proxy: code.proxy,
    NO_PROXY: '127.0.0.1',
    NODE_EXTRA_CA_CERTS: code.certFile,
    GIT_SSL_CAINFO: code.certFile,
  }
  return {
    ...{ code, upstream, data, loginFile: file },
    start: (more = []) => startGate(t, { data, flags: [...flags, ...more], env }),
    async client({ url }) {
      const sumdb = /^export GOSUMDB=(\S+)$/m.exec(await (await fetch(url)).text())![1]!
      return goClient(t, { toolchain, proxy: url, sumdb, files: { 'go.mod': 'module main.example\n\ngo 1.20\n' } })
    },
  }
}

const main = `package main\n\nimport (\n\t"${lib}"\n\n\t"hello.example/hello"\n)\n\nfunc main() { println(lib.Name, hello.Hello()) }\n`

for (const credential of ['netrc', 'token'] as const) {
  test(`a private module comes from its repository with the login of ${credential}, and go builds with two lines and no route`, async (t) => {
    const made = await world(t, credential)
    if (!made) return
    const gate = await made.start()
    const client = await made.client(gate)
    await client.write({ 'main.go': main })
    const got = await client.run(['get', `${lib}@v1.0.0`, 'hello.example/hello@v1.0.0'])
    assert.equal(got.code, 0, got.stderr)
    const ran = await client.run(['run', '.'])
    assert.match(ran.stderr, /^first /m, ran.stderr)
    const list = await client.run(['list', '-m', '-versions', lib])
    assert.equal(list.stdout.trim(), `${lib} v1.0.0 v1.1.0`)
    assert.equal(made.upstream.count(/corp/), 0, 'no upstream and no public database hears the name')
    assert.ok(gate.log.every((line) => !line.includes(login.password)))
  })
}

test('a tag that moves is served as it was first seen, also when the mirror is gone', async (t) => {
  const made = await world(t, 'netrc')
  if (!made) return
  const gate = await made.start()
  const ask = async (what: string) => {
    const response = await fetch(`${gate.url}/${lib}/@v/${what}`)
    return { status: response.status, text: await response.text() }
  }
  const first = await ask('v1.0.0.zip')
  assert.equal(first.status, 200)
  assert.equal((await fetch(`${gate.url}/sumdb/gate.test/lookup/${lib}@v1.0.0`)).status, 200)
  gitIn(join(made.code.repositories, 'team/lib.git'), ['tag', '-f', 'v1.0.0', 'v1.1.0'])
  await gate.stop()
  const again = await made.start()
  const response = await fetch(`${again.url}/${lib}/@v/v1.0.0.zip`)
  assert.deepEqual([response.status, await response.text()], [200, first.text])
})

test('what is not there is absent, and a host that lets nobody in is no absence', async (t) => {
  const made = await world(t, 'netrc')
  if (!made) return
  const gate = await made.start()
  const status = async (path: string) => (await fetch(`${gate.url}/${path}`)).status
  assert.equal(await status(`${lib}/@v/v9.9.9.info`), 404)
  assert.equal(await status(`${lib}/deeper/@v/list`), 200)
  const locked = await world(t, 'none')
  const stranded = await locked!.start()
  const refused = await fetch(`${stranded.url}/${lib}/@v/v1.0.0.info`)
  assert.equal(refused.status, 502)
  assert.match(await refused.text(), /origin-unreachable/)
})

test("a stranger's page that names a private repository is not given its login", async (t) => {
  const made = await world(t, 'netrc')
  if (!made) return
  const gate = await made.start(['--no-verify', stranger, '--route', `${stranger}=direct`])
  const response = await fetch(`${gate.url}/${stranger}/lib/@v/v1.0.0.zip`)
  assert.equal(response.status, 502)
  assert.ok(made.code.asked.some(({ path }) => path.startsWith('/team/lib.git')))
  assert.deepEqual(
    made.code.asked.filter(({ authorization: sent }) => sent !== undefined),
    [],
  )
})

test('a repository that has moved is fetched from where it is now', async (t) => {
  const made = await world(t, 'netrc')
  if (!made) return
  const gate = await made.start()
  const response = await fetch(`${gate.url}/${host}/old/lib/@v/list`)
  assert.deepEqual([response.status, await response.text()], [200, 'v1.0.0\nv1.1.0\n'])
  assert.equal((await fetch(`${gate.url}/${host}/old/lib/@v/v1.0.0.info`)).status, 200)
})

test('a page at another private host is given the login for a repository only where its credential says so', async (t) => {
  const made = await world(t, 'token')
  if (!made) return
  const info = async (more: readonly string[]) => {
    const gate = await made.start(more)
    const { status } = await fetch(`${gate.url}/${people}/bob/@v/v1.0.0.info`)
    await gate.stop()
    return status
  }
  assert.equal(await info([]), 502)
  const { asked } = made.code
  assert.ok(asked.some(({ path, host: at }) => at === host && path.startsWith('/team/lib.git')))
  assert.deepEqual(
    asked.filter(({ authorization: sent }) => sent !== undefined),
    [],
  )
  assert.equal(await info(['--credential', `${host}/team=login ${made.loginFile} for ${people}/bob`]), 200)
})

test('a route to a module proxy is asked with the credential for its place, for private modules only', async (t) => {
  const made = await world(t, 'none')
  if (!made) return
  const routes = [`${host}=https://${host}/proxy`, `${stranger}=https://${host}/proxy`].flatMap((each) => [
    '--route',
    each,
  ])
  const gate = await made.start([...routes, '--credential', `${host}/proxy=login ${made.loginFile}`])
  const list = await fetch(`${gate.url}/${lib}/@v/list`)
  assert.deepEqual([list.status, await list.text()], [200, 'v1.2.3\n'])
  assert.notEqual((await fetch(`${gate.url}/${stranger}/lib/@v/list`)).status, 200)
  assert.deepEqual(
    made.code.asked.map(({ path, authorization: sent }) => [path, sent]),
    [
      [`/proxy/${lib}/@v/list`, authorization],
      [`/proxy/${stranger}/lib/@v/list`, undefined],
    ],
  )
})
