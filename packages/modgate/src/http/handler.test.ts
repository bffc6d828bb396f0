import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { request as ask } from 'undici'
import { absent, exchangeBytes, kept, testGate } from './test-gate.ts'

const zip = '/a.example/m/@v/v1.0.0.zip'
const content = 'x'.repeat(10)
const long = 'v1.0.0\n'.repeat(2000)

type Headers = Record<string, string>

interface Row {
  readonly name: string
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS'
  readonly path?: string
  readonly headers?: Headers
  readonly status: number
  readonly answered?: Readonly<Record<string, string | undefined>>
  readonly body?: string | RegExp
}

const rows: readonly Row[] = [
  {
    name: 'a GET',
    status: 200,
    answered: { 'content-length': '10', etag: '"tag"', 'accept-ranges': 'bytes' },
    body: content,
  },
  { name: 'a HEAD', method: 'HEAD', status: 200, answered: { 'content-length': '10', etag: '"tag"' }, body: '' },
  {
    name: 'its tag',
    headers: { 'if-none-match': '"tag"' },
    status: 304,
    answered: { 'content-length': undefined, etag: '"tag"' },
    body: '',
  },
  { name: 'its tag in a HEAD', method: 'HEAD', headers: { 'if-none-match': '*' }, status: 304, body: '' },
  { name: 'another tag', headers: { 'if-none-match': '"other"' }, status: 200, body: content },
  {
    name: 'a part',
    headers: { range: 'bytes=2-4' },
    status: 206,
    answered: { 'content-range': 'bytes 2-4/10', 'content-length': '3' },
    body: 'xxx',
  },
  {
    name: 'a part of another content',
    headers: { range: 'bytes=2-4', 'if-range': '"other"' },
    status: 200,
    body: content,
  },
  {
    name: 'a part that is not there',
    headers: { range: 'bytes=10-' },
    status: 416,
    answered: { 'content-range': 'bytes */10', 'content-length': '0' },
    body: '',
  },
  { name: 'two parts', headers: { range: 'bytes=0-1,3-4' }, status: 200, body: content },
  {
    name: 'a part in a HEAD',
    method: 'HEAD',
    headers: { range: 'bytes=2-4' },
    status: 200,
    answered: { 'content-length': '10' },
    body: '',
  },
  { name: 'a tag and a part', headers: { 'if-none-match': '"tag"', range: 'bytes=0-1' }, status: 304, body: '' },
  { name: 'a query', path: `${zip}?x=1`, status: 200, body: content },
  { name: 'an encoded at sign', path: '/a.example/m/%40v/v1.0.0.zip', status: 200, body: content },
  { name: 'a POST', method: 'POST', status: 405, answered: { allow: 'GET, HEAD' }, body: /^not allowed: POST/ },
  { name: 'a PUT', method: 'PUT', status: 405 },
  { name: 'a DELETE', method: 'DELETE', status: 405 },
  { name: 'an OPTIONS', method: 'OPTIONS', status: 405 },
  { name: 'the front page', path: '/', status: 200, body: 'front' },
  { name: 'the offer to clients', path: '/-/onboard', status: 200, body: '{}' },
  { name: 'the offer below another path', path: '/go/-/onboard', status: 404 },
  { name: 'health', path: '/healthz', status: 200, body: 'ok\n' },
  {
    name: 'health in a HEAD',
    path: '/healthz',
    method: 'HEAD',
    status: 200,
    answered: { 'content-length': '3' },
    body: '',
  },
  { name: 'readiness', path: '/readyz', status: 200, body: /"ready":true/ },
  { name: 'metrics', path: '/metrics', status: 200, body: 'm 1\n' },
  { name: 'an unknown page', path: '/favicon.ico', status: 404, answered: { 'x-modgate-code': 'no-such-page' } },
  { name: 'two slashes', path: '//', status: 404 },
  { name: 'two slashes in a module', path: '/a.example//m/@v/list', status: 400 },
  { name: 'an encoded slash', path: '/a.example%2f%2fm/@v/list', status: 400 },
  { name: 'an encoded climb', path: '/a.example/%2e%2e/m/@v/list', status: 400 },
  { name: 'an encoded NUL', path: '/a.example/m%00/@v/list', status: 400 },
  { name: 'an unescaped capital', path: '/a.example/M/@v/list', status: 400 },
  { name: 'a broken escape', path: '/a.example/%zz/@v/list', status: 400 },
  {
    name: 'an unknown file',
    path: '/a.example/m/@v/v1.0.0.exe',
    status: 400,
    answered: { 'x-modgate-code': 'bad-request' },
  },
]

for (const { name, method = 'GET', path = zip, headers = {}, status, answered = {}, body } of rows) {
  test(`${name} is answered with ${status}`, async (t) => {
    const gate = await testGate(t, () => kept(content))
    const { statusCode, headers: got, body: stream } = await ask(gate.url + path, { method, headers })
    const text = await stream.text()
    assert.equal(statusCode, status)
    for (const [header, value] of Object.entries(answered)) assert.equal(got[header], value, header)
    if (typeof body === 'string') assert.equal(text, body)
    else if (body) assert.match(text, body)
  })
}

test('raw targets that no client library sends are answered, and lead nowhere', async (t) => {
  const asked: string[] = []
  const gate = await testGate(t, (request) => (asked.push(request.kind), kept('whole')))
  const targets: readonly [target: string, status: number][] = [
    [`http://proxy.example${zip}`, 200],
    ['http://proxy.example', 200],
    ['https://u:p@proxy.example/healthz', 200],
    ['/a.example/../secret/@v/list', 400],
    ['/../../etc/passwd', 404],
    ['*', 404],
    ['/a.example/m/@v/list\0', 400],
    ['ftp://proxy.example/', 404],
  ]
  for (const [target, status] of targets) {
    const text = await exchangeBytes(gate.port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    assert.match(text, new RegExp(`^HTTP/1.1 ${status} `), target)
  }
  assert.deepEqual(asked, ['zip'])
})

test('below a base path nothing else is answered', async (t) => {
  const gate = await testGate(t, () => kept(content), { basePath: '/go/proxy' })
  const status = async (path: string) => {
    const { statusCode, body } = await ask(gate.url + path)
    await body.dump()
    return statusCode
  }
  assert.equal(await status(`/go/proxy${zip}`), 200)
  assert.equal(await status('/go/proxy'), 200)
  assert.equal(await status('/go/proxy/'), 200)
  assert.equal(await status('/go/proxy/healthz'), 200)
  assert.equal(await status(zip), 404)
  assert.equal(await status('/healthz'), 404)
  assert.equal(await status(`/go/proxyx${zip}`), 404)
})

test('a long text is compressed for who takes it, under a tag of its own', async (t) => {
  const gate = await testGate(t, () => kept(long))
  const get = async (headers: Headers) => {
    const answer = await ask(`${gate.url}/a.example/m/@v/list`, { headers })
    return { ...answer, bytes: Buffer.from(await answer.body.arrayBuffer()) }
  }
  const plain = await get({})
  assert.deepEqual(
    [plain.headers['content-encoding'], plain.headers['vary'], plain.headers['etag']],
    [undefined, 'accept-encoding', '"tag"'],
  )
  const small = await get({ 'accept-encoding': 'gzip' })
  assert.equal(small.headers['content-encoding'], 'gzip')
  assert.equal(gunzipSync(small.bytes).toString(), long)
  assert.notEqual(small.headers['etag'], '"tag"')
  assert.equal(small.headers['vary'], 'accept-encoding')
  const again = await get({ 'accept-encoding': 'gzip', 'if-none-match': String(small.headers['etag']) })
  assert.equal(again.statusCode, 304)
  for (const refusing of ['gzip;q=0', 'gzip; Q=0.000', 'br', 'identity']) {
    assert.equal((await get({ 'accept-encoding': refusing })).headers['content-encoding'], undefined, refusing)
  }
})

test('a request keeps its id and its trace, and gets new ones where it has none or odd ones', async (t) => {
  const gate = await testGate(t, () => kept(content))
  const trace = 'a'.repeat(32)
  const given = await ask(gate.url + zip, {
    headers: { 'x-request-id': 'ci-7', traceparent: `00-${trace}-${'b'.repeat(16)}-01` },
  })
  assert.equal(given.headers['x-request-id'], 'ci-7')
  assert.match(String(given.headers['traceparent']), new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`))
  assert.doesNotMatch(String(given.headers['traceparent']), /b{16}/)
  const odd = await ask(gate.url + zip, {
    headers: { 'x-request-id': 'a b\u00e9'.repeat(100), traceparent: 'nonsense' },
  })
  assert.match(String(odd.headers['x-request-id']), /^[\w-]{8,64}$/)
  assert.match(String(odd.headers['traceparent']), /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/)
  for (const { body } of [given, odd]) await body.dump()
})

test('a refusal is short text with its code, or JSON for who asks for it, under the request id', async (t) => {
  const gate = await testGate(t, absent)
  const text = await ask(gate.url + zip)
  assert.equal(text.statusCode, 404)
  assert.equal(text.headers['content-type'], 'text/plain; charset=UTF-8')
  assert.equal(text.headers['cache-control'], 'max-age=10')
  assert.match(await text.body.text(), new RegExp(`request ${String(text.headers['x-request-id'])}\n$`))
  const json = await ask(gate.url + zip, { headers: { accept: 'application/json' } })
  const fields = (await json.body.json()) as Record<string, unknown>
  assert.equal(fields['code'], 'module-not-found')
  assert.equal(fields['requestId'], json.headers['x-request-id'])
})

test('an unexpected error tells the client nothing of itself', async (t) => {
  const gate = await testGate(t, () => {
    throw new TypeError('/etc/secret')
  })
  const { statusCode, body } = await ask(gate.url + zip)
  assert.equal(statusCode, 500)
  assert.doesNotMatch(await body.text(), /secret/)
})

test('an aborted fetch of ours is an answer: only a client that has gone gets none', async (t) => {
  const gate = await testGate(t, () => {
    throw new DOMException('aborted', 'AbortError')
  })
  const { statusCode, body } = await ask(gate.url + zip)
  await body.dump()
  assert.equal(statusCode, 500)
})

test('cached-only comes by path or by header', async (t) => {
  const seen: boolean[] = []
  const gate = await testGate(t, (_request, context) => (seen.push(context.cachedOnly), kept(content)))
  for (const [path, headers] of [
    [zip, {}],
    [`/cached-only${zip}`, {}],
    [zip, { 'disable-module-fetch': 'true' }],
  ] as const) {
    const { body } = await ask(gate.url + path, { headers })
    await body.dump()
  }
  assert.deepEqual(seen, [false, true, true])
})
