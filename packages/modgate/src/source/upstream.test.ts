import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { parseProxyList } from '@modgate/gomod/goenv'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import type { FailureCode } from '../core/failure-codes.ts'
import { Failure } from '../core/failure.ts'
import { failureJSON, goText } from '../core/failure-text.ts'
import { proxyList } from './proxy-list.ts'
import { failsWith, h1Server, testPeer, textOf, type TestServer } from './test-peers.ts'
import { upstream, type UpstreamReport } from './upstream.ts'

const context = {
  id: 'x',
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal: new AbortController().signal,
  cachedOnly: false,
}
const request: ModuleRequest = { kind: 'mod', path: 'a.example/Mixed', version: 'v1.0.0' }

type Headers = Record<string, string>

/** What asking a proxy that answers so comes to. */
async function refused(
  t: TestContext,
  status: number,
  headers: Headers = {},
  body: string | Buffer = '',
): Promise<Failure> {
  const server = await h1Server(t, (_request, response) => response.writeHead(status, headers).end(body))
  const failure = await upstream(server.url, testPeer(t))
    .get(request, context)
    .catch((error: unknown) => error)
  assert.ok(failure instanceof Failure)
  return failure
}

const statuses: readonly [status: number, code: FailureCode, answered: number][] = [
  [201, 'upstream-error', 502],
  [204, 'upstream-error', 502],
  [206, 'upstream-error', 502],
  [304, 'upstream-error', 502],
  [400, 'upstream-error', 502],
  [401, 'upstream-unauthorized', 401],
  [402, 'upstream-error', 502],
  [403, 'upstream-denied', 403],
  [404, 'module-not-found', 404],
  [405, 'upstream-error', 502],
  [407, 'upstream-unreachable', 502],
  [410, 'module-gone', 410],
  [418, 'upstream-error', 502],
  [429, 'upstream-rate-limited', 429],
  [451, 'upstream-error', 502],
  [500, 'upstream-error', 502],
  [501, 'upstream-error', 502],
  [502, 'upstream-error', 502],
  [503, 'upstream-unavailable', 503],
  [504, 'upstream-timeout', 504],
  [599, 'upstream-error', 502],
]

for (const [status, code, answered] of statuses) {
  test(`an upstream's ${status} is ${code}, answered with ${answered}`, async (t) => {
    const failure = await refused(t, status)
    assert.equal(failure.code, code)
    assert.equal(failure.row.status, answered)
    assert.match(failure.why, new RegExp(String(status)))
  })
}

const words: readonly [type: string, body: string | Buffer, said: string | undefined][] = [
  ['text/plain', 'not found: no such tag\n', 'not found: no such tag'],
  ['text/plain; charset=UTF-8', 'größer\nzwei', 'größer\nzwei'],
  ['TEXT/PLAIN;charset="utf-8"', 'so', 'so'],
  ['text/plain; charset=iso-8859-1', Buffer.from([0x67, 0xf6]), undefined],
  ['text/html', '<html>login</html>', undefined],
  ['application/json', '{"error":"x"}', undefined],
  ['text/plainer', 'x', undefined],
  ['text/plain', '', undefined],
]

for (const [type, body, said] of words) {
  test(`of a refusal in ${type} ${said === undefined ? 'nothing is' : 'the words are'} repeated`, async (t) => {
    assert.equal((await refused(t, 403, { 'content-type': type }, body)).said, said)
  })
}

test('of long words only the beginning is read', async (t) => {
  const failure = await refused(t, 404, { 'content-type': 'text/plain' }, 'x'.repeat(1 << 20))
  assert.equal(failure.said, 'x'.repeat(2048))
})

test('a refusal whose words break off keeps its status', async (t) => {
  const server = await h1Server(t, (_request, response) => {
    response.writeHead(410, { 'content-type': 'text/plain', 'content-length': '100' })
    response.write('gone', () => response.destroy())
  })
  await assert.rejects(upstream(server.url, testPeer(t)).get(request, context), failsWith('module-gone'))
})

const inAnHour = () => new Date(Date.now() + 3_600_000).toUTCString()
const waits: readonly [header: () => string, seconds: number | undefined][] = [
  [() => '120', 120],
  [() => '0', 0],
  [() => 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
  [() => 'soon', undefined],
  [() => '-5', undefined],
  [() => '1.5', undefined],
  [() => 'maybe 5', undefined],
  [() => '999999999999', undefined],
]

for (const [header, seconds] of waits) {
  test(`Retry-After: ${header()} is ${seconds === undefined ? 'not understood' : `${seconds} s`}`, async (t) => {
    assert.equal((await refused(t, 503, { 'retry-after': header() })).retryAfterSeconds, seconds)
  })
}

test('Retry-After may be a date to come', async (t) => {
  const { retryAfterSeconds } = await refused(t, 429, { 'retry-after': inAnHour() })
  assert.ok(retryAfterSeconds !== undefined && retryAfterSeconds > 3500 && retryAfterSeconds <= 3600)
})

for (const base of ['', '/', '/base', '/base/', '/deep/base//']) {
  test(`the base path "${base}" stands before the request, whose escapes are those of the go command`, async (t) => {
    const server = await h1Server(t, (_request, response) => response.end('module a.example/Mixed\n'))
    const source = upstream(new URL(`http://127.0.0.1:${server.port}${base}`), testPeer(t))
    const resource = await source.get(request, context)
    assert.equal(await textOf(resource.body.read()), 'module a.example/Mixed\n')
    assert.deepEqual(server.asked, [`GET ${base.replace(/\/+$/, '')}/a.example/%21mixed/@v/v1.0.0.mod`])
  })
}

test('a lookup keeps its exclamation marks', async (t) => {
  const server = await h1Server(t, (_request, response) => response.end())
  const lookup: ModuleRequest = {
    kind: 'sumdb',
    name: 'sum.golang.org',
    resource: { kind: 'lookup', path: 'a.example/Mixed', version: 'v1.0.0' },
  }
  await upstream(server.url, testPeer(t)).get(lookup, context)
  assert.deepEqual(server.asked, ['GET /sumdb/sum.golang.org/lookup/a.example/!mixed@v1.0.0'])
})

test('an answer says where it is from, how long it is, and what it is', async (t) => {
  const server = await h1Server(t, (_request, response) =>
    response.writeHead(200, { 'content-length': '4' }).end('abcd'),
  )
  const { body, source, type, trust } = await upstream(server.url, testPeer(t)).get(request, context)
  assert.deepEqual([body.size, source, trust], [4, server.url.href, 'answer'])
  assert.match(type, /^text\/plain/)
})

test('a compressed answer, which nobody asked for, is refused and not taken for a forgery', async (t) => {
  const failure = await refused(t, 200, { 'content-encoding': 'gzip' }, gzipSync('module x'))
  assert.equal(failure.code, 'upstream-invalid')
})

test('each question is reported with its result, also one that was given up', async (t) => {
  const server = await h1Server(t, (request, response) => {
    if (request.url?.includes('wait')) return
    response.writeHead(request.url?.includes('none') ? 404 : 200).end()
  })
  const reports: UpstreamReport[] = []
  const source = upstream(server.url, testPeer(t), { report: (report) => reports.push(report) })
  await source.get({ kind: 'list', path: 'a.example/m' }, context)
  await source.get({ kind: 'list', path: 'a.example/none' }, context).catch(() => undefined)
  const controller = new AbortController()
  const waiting = source.get({ kind: 'list', path: 'a.example/wait' }, { ...context, signal: controller.signal })
  controller.abort()
  await assert.rejects(waiting, { name: 'AbortError' })
  assert.deepEqual(
    reports.map(({ result }) => result),
    ['ok', 'module-not-found', 'aborted'],
  )
  assert.ok(reports.every(({ upstream, seconds }) => upstream === server.url.host && seconds >= 0))
})

test('credentials in the URL stand in no message, field or JSON, whatever fails', async (t) => {
  const server = await h1Server(t, (request, response) => {
    if (request.url?.includes('cut')) return void request.socket.destroy()
    if (request.url?.includes('away')) return void response.writeHead(302, { location: 'http://10.0.0.1/' }).end()
    response.writeHead(request.url?.includes('html') ? 200 : 403, { 'content-encoding': 'br' }).end('x')
  })
  const base = new URL(server.url)
  base.username = 'gate'
  base.password = 's3cret'
  const reports: UpstreamReport[] = []
  const source = upstream(base, testPeer(t), { report: (report) => reports.push(report) })
  for (const name of ['cut', 'away', 'html', 'denied']) {
    const failure = await source
      .get({ kind: 'list', path: `a.example/${name}` }, context)
      .catch((error: unknown) => error)
    assert.ok(failure instanceof Failure)
    const { cause } = failure
    const fields = [
      failure.stack,
      JSON.stringify(failure),
      JSON.stringify(failureJSON(failure, 'id')),
      goText(failure, 'id'),
    ]
    const all = [
      ...fields,
      cause instanceof Error ? `${cause.stack} ${JSON.stringify(cause)}` : '',
      JSON.stringify(reports),
    ]
    assert.doesNotMatch(all.join('\n'), /s3cret|gate:s|@127/)
  }
})

async function listOf(t: TestContext, statuses: readonly number[], list: (urls: readonly string[]) => string) {
  const servers: TestServer[] = []
  for (const status of statuses) {
    servers.push(await h1Server(t, (_request, response) => response.writeHead(status).end('v1.0.0\n')))
  }
  const source = proxyList(parseProxyList(list(servers.map(({ url }) => url.href))), { peer: testPeer(t) })
  const asking = source.get({ kind: 'list', path: 'a.example/m' }, context)
  const result = await asking.then(
    ({ source: from }) => servers.findIndex(({ url }) => url.href === from),
    (error: unknown) => (error as Failure).code,
  )
  return { result, asked: servers.map(({ asked }) => asked.length > 0) }
}

const lists: readonly [name: string, statuses: number[], list: (urls: readonly string[]) => string, result: unknown][] =
  [
    ['p1 404, p2', [404, 200], ([a, b]) => `${a},${b}`, 1],
    ['p1 403, p2', [403, 200], ([a, b]) => `${a},${b}`, 'upstream-denied'],
    ['p1 403 | p2', [403, 200], ([a, b]) => `${a}|${b}`, 1],
    ['p1 404, direct: the absence stands', [404], ([a]) => `${a},direct`, 'module-not-found'],
    ['p1 503 | direct: the trouble stands', [503], ([a]) => `${a}|direct`, 'upstream-unavailable'],
    ['p1 404, off: the refusal counts', [404], ([a]) => `${a},off`, 'disabled-by-off'],
    ['direct alone', [], () => 'direct', 'direct-unsupported'],
    ['off alone', [], () => 'off', 'disabled-by-off'],
    ['off before p1: nobody is asked', [200], ([a]) => `off,${a}`, 'disabled-by-off'],
    ['an absent folder, p2', [200], ([a]) => `file:///no/such/folder,${a}`, 0],
  ]

for (const [name, statuses, list, result] of lists) {
  test(`the list ${name} comes to ${String(result)}`, async (t) => {
    assert.equal((await listOf(t, statuses, list)).result, result)
  })
}
