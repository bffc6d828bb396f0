import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { parseProxyList } from '@modgate/gomod/goenv'
import { databaseRemote, type DatabaseRemoteOptions } from './database-remote.ts'
import { failsWith, h1Server, testPeer, type TestServer } from './test-peers.ts'

const database: DatabaseRemoteOptions['database'] = {
  kind: 'database',
  name: 'sum.example/db',
  key: 'sum.example/db+00000000+AAAA',
}

interface Given {
  readonly upstream: string
  readonly url?: string
  readonly deadlineMs?: number
}

function remote(t: TestContext, { upstream, url, deadlineMs = 3000 }: Given) {
  const clock = { time: 0, now: () => clock.time }
  const made = databaseRemote({
    database: url === undefined ? database : { ...database, url },
    upstream: parseProxyList(upstream),
    peer: testPeer(t),
    clock,
    deadlineMs,
  })
  return { read: (path: string) => made.read(path), clock }
}

/** A proxy that answers `/supported` with a status (or never), and all else with its own name. */
function relay(t: TestContext, status: () => number | 'hang', name = 'relay'): Promise<TestServer> {
  return h1Server(t, (request, response) => {
    const now = status()
    if (!request.url!.endsWith('/supported')) response.end(name)
    else if (now !== 'hang') response.writeHead(now).end()
  })
}

const supported = 'GET /sumdb/sum.example/db/supported'

test('a proxy that relays the database is asked, once whether and then always', async (t) => {
  const server = await relay(t, () => 200)
  const { read } = remote(t, { upstream: server.url.href })
  assert.equal(Buffer.from(await read('/latest')).toString(), 'relay')
  await read('/lookup/a.example/!m@v1.0.0')
  await read('/tile/8/0/x001/234.p/5')
  assert.deepEqual(server.asked, [
    supported,
    'GET /sumdb/sum.example/db/latest',
    'GET /sumdb/sum.example/db/lookup/a.example/!m@v1.0.0',
    'GET /sumdb/sum.example/db/tile/8/0/x001/234.p/5',
  ])
})

test('many questions at once ask only once whether a proxy relays', async (t) => {
  const server = await relay(t, () => 200)
  const { read } = remote(t, { upstream: `${server.url.href}base/` })
  await Promise.all(Array.from({ length: 10 }, (_, i) => read(`/tile/8/0/00${i}`)))
  assert.equal(server.asked.filter((line) => line.endsWith('/supported')).length, 1)
  assert.ok(server.asked.includes('GET /base/sumdb/sum.example/db/tile/8/0/007'))
})

const first: readonly [status: number | 'hang', comma: string, pipe: string][] = [
  [200, 'p1', 'p1'],
  [404, 'p2', 'p2'],
  [410, 'p2', 'p2'],
  [401, 'unreachable', 'p2'],
  [403, 'unreachable', 'p2'],
  [429, 'unreachable', 'p2'],
  [500, 'unreachable', 'p2'],
  [503, 'unreachable', 'p2'],
  ['hang', 'unreachable', 'p2'],
]

for (const [status, comma, pipe] of first) {
  test(`a first proxy with ${status}: behind a comma ${comma}, behind a pipe ${pipe}`, async (t) => {
    const p1 = await relay(t, () => status, 'p1')
    const p2 = await relay(t, () => 200, 'p2')
    for (const [separator, expected] of [
      [',', comma],
      ['|', pipe],
    ] as const) {
      const upstream = `${p1.url.href}${separator}${p2.url.href}`
      const { read } = remote(t, { upstream, deadlineMs: status === 'hang' ? 100 : 3000 })
      const answer = read('/latest')
      if (expected === 'unreachable') await assert.rejects(answer, failsWith('database-unreachable'))
      else assert.equal(Buffer.from(await answer).toString(), expected)
    }
  })
}

/** Where the database itself would be asked: its name has no address, so that the failure names it. */
const itself = /https:\/\/sum\.example|sum\.example\/db\/latest: .*sum\.example/

const ends: readonly [name: string, status: number, list: (url: string) => string, direct: boolean][] = [
  ['all proxies lack it', 404, (url) => url, true],
  ['direct ends the list', 404, (url) => `${url},direct`, true],
  ['direct forgives what stands before a pipe', 500, (url) => `${url}|direct`, true],
  ['off ends the list', 404, (url) => `${url},off`, true],
  ['off alone', 404, () => 'off', true],
  ['off forgives nothing', 500, (url) => `${url}|off`, false],
  ['trouble of the last proxy counts', 500, (url) => `${url}|`, false],
  ['a folder relays nothing', 404, () => 'file:///no/such/folder', true],
]

for (const [name, status, list, direct] of ends) {
  test(`${name}: the database ${direct ? 'is asked itself' : 'is not asked'}`, async (t) => {
    const server = await relay(t, () => status)
    const { read } = remote(t, { upstream: list(server.url.href) })
    const failure = await read('/latest').then(() => assert.fail(), String)
    if (direct) assert.match(failure, itself)
    else assert.match(failure, /supported answered 500/)
  })
}

test('a URL that was given is asked, whatever the list says, with its path', async (t) => {
  const server = await h1Server(t, (_request, response) => response.end('here'))
  const { read } = remote(t, { upstream: 'off', url: `${server.url.href}my/db/` })
  await read('/latest')
  assert.deepEqual(server.asked, ['GET /my/db/latest'])
})

test('after a failure the choice is made anew, but not at once', async (t) => {
  let status = 500
  const server = await relay(t, () => status)
  const { read, clock } = remote(t, { upstream: server.url.href })
  const asked = () => server.asked.filter((line) => line === supported).length
  await assert.rejects(read('/latest'), failsWith('database-unreachable'))
  const once = asked()
  status = 200
  clock.time = 9000
  await assert.rejects(read('/latest'), failsWith('database-unreachable'))
  assert.equal(asked(), once)
  clock.time = 10_001
  assert.equal(Buffer.from(await read('/latest')).toString(), 'relay')
  clock.time = 99_000
  await read('/latest')
  assert.equal(asked(), once + 1)
})

const answers: readonly [path: string, status: number, code: 'no-record' | 'database-unreachable'][] = [
  ['/lookup/a.example/m@v1.0.0', 404, 'no-record'],
  ['/lookup/a.example/m@v1.0.0', 410, 'no-record'],
  ['/lookup/a.example/m@v1.0.0', 403, 'database-unreachable'],
  ['/lookup/a.example/m@v1.0.0', 500, 'database-unreachable'],
  ['/lookup/a.example/m@v1.0.0', 204, 'database-unreachable'],
  ['/tile/8/0/000', 404, 'database-unreachable'],
  ['/latest', 404, 'database-unreachable'],
  ['/latest', 410, 'database-unreachable'],
]

for (const [path, status, code] of answers) {
  test(`a ${status} for ${path} is ${code}`, async (t) => {
    const server = await h1Server(t, (_request, response) => response.writeHead(status).end())
    const { read } = remote(t, { upstream: 'off', url: server.url.href })
    await assert.rejects(read(path), failsWith(code))
  })
}

test('an answer without end is read to a limit, and one that hangs to its deadline', async (t) => {
  const server = await h1Server(t, (request, response) => {
    if (request.url === '/latest') return void response.writeHead(200).write('begun')
    const more = setInterval(() => response.write(Buffer.alloc(1 << 20)), 1)
    response.once('close', () => clearInterval(more))
  })
  const { read } = remote(t, { upstream: 'off', url: server.url.href, deadlineMs: 1000 })
  await assert.rejects(read('/tile/8/0/000'), failsWith('database-unreachable', /more than 4194304 bytes/))
  await assert.rejects(read('/latest'), failsWith('database-unreachable', /longer than the whole fetch/))
})

test('credentials of a proxy stand in no failure', async (t) => {
  const server = await relay(t, () => 403)
  const { read } = remote(t, { upstream: `http://gate:s3cret@127.0.0.1:${server.port}/` })
  const failure = await read('/latest').then(
    () => assert.fail(),
    (error: unknown) => error as Error,
  )
  assert.match(failure.message, /supported answered 403/)
  assert.doesNotMatch(`${failure.stack} ${JSON.stringify(failure)} ${String(failure.cause)}`, /s3cret/)
  assert.match(server.authorizations[0]!, /^Basic /)
})
