import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { recording } from './recording.ts'
import { startRecorder } from './recorder.ts'

/** A recorder before a place that answers like this. */
async function recorder(t: TestContext, answer: RequestListener) {
  const place = createServer(answer)
  place.listen(0, '127.0.0.1')
  await once(place, 'listening')
  const notes = recording(() => performance.now())
  const started = await startRecorder({
    places: [{ url: new URL(`http://127.0.0.1:${(place.address() as AddressInfo).port}/go`), fallback: 'not-found' }],
    recording: notes,
    auth: { headersFor: async () => ({}), refused: async () => undefined },
    wire: {
      ...{ environment: {}, phaseMs: 10_000, now: Date.now },
      trust: () => Promise.reject(new Error('nothing here has TLS')),
    },
  })
  t.after(() => {
    started.close()
    place.close()
    place.closeAllConnections()
  })
  return { get: (path: string, init?: RequestInit) => fetch(started.base + path, init), base: started.base, notes }
}

test('only its own paths are passed on, and nothing but GET and HEAD', async (t) => {
  const asked: string[] = []
  const { get, base, notes } = await recorder(t, (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.end('ok')
  })
  assert.equal(await (await get('/0/a.example/@v/list')).text(), 'ok')
  assert.equal((await get('/0/a.example/@v/list', { method: 'HEAD' })).status, 200)
  const refused = [get('/1/a.example/@v/list'), get('/0'), fetch(`${new URL(base).origin}/0/a.example/@v/list`)]
  for (const answer of await Promise.all(refused)) assert.equal(answer.status, 404)
  assert.equal((await get('/0/a.example/@v/list', { method: 'POST' })).status, 405)
  assert.deepEqual(asked, ['GET /go/a.example/@v/list', 'HEAD /go/a.example/@v/list'])
  assert.equal(notes.requests().length, 2)
})

test('a kept connection that the other side has closed is no failure: the request is sent again', async (t) => {
  let served = 0
  const { get, notes } = await recorder(t, (request, response) => {
    served++
    // The second request finds the connection cut, as when a proxy closes what was idle for long.
    if (served === 2) request.socket.resetAndDestroy()
    else response.end(String(served))
  })
  assert.equal(await (await get('/0/a.example/@v/list')).text(), '1')
  assert.equal(await (await get('/0/b.example/@v/list')).text(), '3')
  const [, second] = notes.requests()
  assert.deepEqual([second!.outcome, second!.reused], ['answered', false])
})

test('a new connection that is cut is a failure, with a reason that go shows', async (t) => {
  const { get, notes } = await recorder(t, ({ socket }) => void socket.resetAndDestroy())
  const answer = await get('/0/a.example/@v/list')
  assert.equal(answer.status, 502)
  assert.match(await answer.text(), /^modgate trace: http:\/\/127\.0\.0\.1:\d+\/go: ECONNRESET\n$/)
  assert.equal(notes.requests()[0]!.outcome, 'failed')
})

test('redirects end after ten, and lead to nothing but http', async (t) => {
  const { get, notes } = await recorder(t, ({ url = '' }, response) => {
    const location = url.includes('/b.example/') ? 'file:///etc/passwd' : url
    response.writeHead(302, { location }).end()
  })
  assert.match(await (await get('/0/a.example/@v/list')).text(), /stopped after 10 redirects/)
  assert.match(await (await get('/0/b.example/@v/list')).text(), /no URL of http/)
  assert.deepEqual(
    notes.requests().map(({ redirects = [] }) => redirects.length),
    [10, 0],
  )
})

test('whoever gives up ends the request at the other side as well', { timeout: 60_000 }, async (t) => {
  const arrived = Promise.withResolvers<undefined>()
  const left = Promise.withResolvers<undefined>()
  const { get, notes } = await recorder(t, (request) => {
    request.socket.once('close', () => left.resolve(undefined))
    arrived.resolve(undefined)
  })
  const over = new AbortController()
  const asked = get('/0/a.example/@v/list', { signal: over.signal }).catch(() => 'given up')
  await arrived.promise
  assert.equal(notes.open().length, 1)
  over.abort()
  assert.equal(await asked, 'given up')
  await left.promise
  while (notes.open().length > 0) await nextTurn()
  assert.equal(notes.requests()[0]!.outcome, 'given-up')
})

test('requests, headers and statuses are passed on as they are', async (t) => {
  const { get } = await recorder(t, ({ headers, url }, response) => {
    response
      .writeHead(410, { 'content-type': 'text/plain', 'x-seen': `${headers['accept-encoding']} ${url}` })
      .end('gone')
  })
  const answer = await get('/0/github.com/%21burnt/x/@v/v1.0.0.mod', { headers: { 'accept-encoding': 'gzip' } })
  assert.deepEqual([answer.status, await answer.text()], [410, 'gone'])
  assert.equal(answer.headers.get('x-seen'), 'gzip /go/github.com/%21burnt/x/@v/v1.0.0.mod')
})
