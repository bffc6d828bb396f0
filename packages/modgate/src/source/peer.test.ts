import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../core/failure.ts'
import { failsWith, h1Server, h2Server, never, rawServer, testPeer, textOf } from './test-peers.ts'

test('an answer comes with its status, headers and body, and is asked for without compression', async (t) => {
  const headers: Record<string, unknown>[] = []
  const server = await h1Server(t, (request, response) => {
    headers.push(request.headers)
    response.writeHead(404, { 'x-words': 'yes' }).end('hello')
  })
  const answer = await testPeer(t).get(new URL('/a?b=c', server.url), never)
  assert.equal(answer.status, 404)
  assert.equal(answer.headers['x-words'], 'yes')
  assert.equal(await textOf(answer.body), 'hello')
  assert.deepEqual(server.asked, ['GET /a?b=c'])
  assert.equal(headers[0]?.['accept-encoding'], 'identity')
})

test('a server that takes the request and says nothing is a timeout', async (t) => {
  const server = await h1Server(t, () => undefined)
  const asking = testPeer(t, { firstByteMs: 50 }).get(server.url, never)
  await assert.rejects(asking, failsWith('upstream-timeout', /did not answer in time/))
})

test('a server that takes the connection and never shakes hands is a timeout', async (t) => {
  const server = await rawServer(t, () => undefined)
  const asking = testPeer(t, { connectMs: 50 }).get(new URL(`https://127.0.0.1:${server.port}/`), never)
  await assert.rejects(asking, failsWith('upstream-timeout', /did not connect in time/))
})

test('a body that stops is a timeout', async (t) => {
  const server = await h1Server(t, (_request, response) => void response.writeHead(200).write('begun'))
  const { body } = await testPeer(t, { stallMs: 50 }).get(server.url, never)
  await assert.rejects(textOf(body), failsWith('upstream-timeout', /stopped sending/))
})

test('over HTTP/2 a silent stream and a silent body are timeouts', async (t) => {
  const server = await h2Server(t, (stream, path) => {
    if (path === '/body') stream.respond({ ':status': 200 })
    if (path === '/body') stream.write('begun')
  })
  const asking = testPeer(t, { firstByteMs: 50, stallMs: 50 })
  await assert.rejects(asking.get(new URL('/head', server.url), never), failsWith('upstream-timeout'))
  const { body } = await asking.get(new URL('/body', server.url), never)
  await assert.rejects(textOf(body), failsWith('upstream-timeout'))
})

test('a port where nobody listens is unreachable, after two retries', async (t) => {
  const sleeps: number[] = []
  const { url, close } = await rawServer(t, () => undefined)
  await close()
  await assert.rejects(testPeer(t, {}, sleeps).get(url, never), failsWith('upstream-unreachable'))
  assert.deepEqual(sleeps, [100, 200])
})

const breaks: readonly [what: string, head: string][] = [
  ['an announced length', 'content-length: 10\r\n'],
  ['chunks', 'transfer-encoding: chunked\r\n'],
]

for (const [what, head] of breaks) {
  test(`a connection that breaks in a body with ${what} is a truncated body`, async (t) => {
    const server = await rawServer(t, (socket) => {
      const begun = head.startsWith('t') ? '5\r\nhello\r\n' : 'hello'
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${head}\r\n${begun}`))
    })
    const { body } = await testPeer(t).get(server.url, never)
    await assert.rejects(textOf(body), failsWith('upstream-truncated'))
  })
}

for (const code of [0, 2, 8]) {
  test(`an HTTP/2 stream that is closed with code ${code} before its announced length is a truncated body`, async (t) => {
    const server = await h2Server(t, (stream) => {
      stream.respond({ ':status': 200, 'content-length': '10' })
      stream.write('hello', () => stream.close(code))
    })
    const { body } = await testPeer(t).get(server.url, never)
    await assert.rejects(textOf(body), failsWith('upstream-truncated'))
  })
}

test('an HTTP/2 stream of unknown length that is reset with an error is a truncated body', async (t) => {
  const server = await h2Server(t, (stream) => {
    stream.respond({ ':status': 200 })
    stream.write('hello', () => stream.destroy(new Error('cut')))
  })
  const { body } = await testPeer(t).get(server.url, never)
  await assert.rejects(textOf(body), failsWith('upstream-truncated'))
})

async function failing(t: TestContext, headers: Record<string, string>, status: number, times = Infinity) {
  let left = times
  return h1Server(t, (_request, response) => {
    if (left-- > 0) response.writeHead(status, headers).end('no')
    else response.end('yes')
  })
}

test('a passing 502 is asked again, with growing pauses, twice at most', async (t) => {
  const sleeps: number[] = []
  const asking = testPeer(t, {}, sleeps)
  const recovering = await failing(t, {}, 502, 2)
  const answer = await asking.get(recovering.url, never)
  assert.equal(await textOf(answer.body), 'yes')
  assert.deepEqual(sleeps, [100, 200])
  const broken = await failing(t, {}, 502)
  const last = await asking.get(broken.url, never)
  assert.equal(last.status, 502)
  assert.equal(broken.asked.length, 3)
})

const final: readonly [status: number, headers: Record<string, string>][] = [
  [404, {}],
  [429, {}],
  [503, {}],
  [501, {}],
  [500, { 'retry-after': '5' }],
  [502, { 'retry-after': '0' }],
]

for (const [status, headers] of final) {
  const after = 'retry-after' in headers ? ' with Retry-After' : ''
  test(`a ${status}${after} is asked once`, async (t) => {
    const server = await failing(t, headers, status)
    const answer = await testPeer(t).get(server.url, never)
    assert.equal(answer.status, status)
    answer.discard()
    assert.equal(server.asked.length, 1)
  })
}

test('a dead upstream uses up the budget of retries, and is then asked once each time', async (t) => {
  const server = await failing(t, {}, 500)
  const asking = testPeer(t)
  for (let i = 0; i < 20; i++) (await asking.get(server.url, never)).discard()
  assert.equal(server.asked.length, 20 + 10)
})

test('a connection that dies before an answer is tried again, and a broken body never', async (t) => {
  let connections = 0
  const server = await rawServer(t, (socket) => {
    const first = connections++ === 0
    socket.once('data', () => {
      if (first) socket.destroy()
      else socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf')
    })
  })
  const { body } = await testPeer(t).get(server.url, never)
  await assert.rejects(textOf(body), failsWith('upstream-truncated'))
  assert.equal(connections, 2)
})

test('who gives up is told so at once, before the head, between retries and in the body', async (t) => {
  const server = await h1Server(t, (request, response) => {
    if (request.url === '/body') response.writeHead(200).write('begun')
    if (request.url === '/fail') response.writeHead(500).end()
  })
  const reason = new Error('enough')
  for (const path of ['/head', '/fail', '/body']) {
    const controller = new AbortController()
    const answer = testPeer(t).get(new URL(path, server.url), controller.signal)
    const whole = answer.then(({ body }) => textOf(body))
    setTimeout(() => controller.abort(reason), path === '/fail' ? 0 : 30)
    if (path === '/fail')
      await answer.then(
        () => undefined,
        () => undefined,
      )
    else await assert.rejects(whole, reason)
    await whole.catch(() => undefined)
  }
})

test('who has no more time for the whole fetch hears of a timeout', async (t) => {
  const server = await h1Server(t, (request, response) => {
    if (request.url === '/body') response.writeHead(200).write('begun')
  })
  for (const path of ['/head', '/body']) {
    const asking = testPeer(t).get(new URL(path, server.url), AbortSignal.timeout(50))
    await assert.rejects(
      asking.then(({ body }) => textOf(body)),
      failsWith('upstream-timeout', /took longer than the whole fetch/),
    )
  }
})

const closed = (socket: Socket) => new Promise<void>((resolve) => void socket.once('close', () => resolve()))

test('an unread body gives its connection back: dropped, or forgotten', async (t) => {
  const server = await h1Server(t, (request, response) => {
    response
      .writeHead(200, { 'content-length': '1000000' })
      .write(Buffer.alloc(request.url === '/all' ? 1000000 : 400000))
  })
  const asking = testPeer(t, { stallMs: 100 })
  const dropped = await asking.get(new URL('/part', server.url), never)
  const [socket] = server.sockets
  dropped.discard()
  await closed(socket!)
  const forgotten = await asking.get(new URL('/all', server.url), never)
  const [other] = server.sockets
  await closed(other!)
  await assert.rejects(textOf(forgotten.body))
  assert.equal(server.sockets.size, 0)
})

test('a short body that is dropped costs no connection', async (t) => {
  const server = await h1Server(t, (_request, response) => response.writeHead(404).end('not found'))
  const asking = testPeer(t)
  const ports = new Set<number | undefined>()
  for (let i = 0; i < 5; i++) {
    ;(await asking.get(server.url, never)).discard()
    for (const socket of server.sockets) ports.add(socket.remotePort)
    await sleep(5)
  }
  assert.equal(ports.size, 1)
})

test('credentials go as Basic to their host, and stand in no error', async (t) => {
  const server = await h1Server(t, (request, response) => {
    if (request.url === '/cut') request.socket.destroy()
    else response.end()
  })
  const url = new URL(server.url)
  url.username = 'gate'
  url.password = 'p%40ss:word'
  const asking = testPeer(t)
  await textOf((await asking.get(url, never)).body)
  assert.equal(server.authorizations[0], `Basic ${Buffer.from('gate:p@ss:word').toString('base64')}`)
  url.pathname = '/cut'
  const failure = await asking.get(url, never).catch((error: unknown) => error)
  assert.ok(failure instanceof Failure)
  const all = `${failure.stack} ${JSON.stringify(failure)} ${String((failure.cause as Error).stack)}`
  assert.doesNotMatch(all, /p@ss|p%40ss|gate:/)
})
