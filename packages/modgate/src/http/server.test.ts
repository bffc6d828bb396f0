import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, get as httpGet, type IncomingMessage } from 'node:http'
import { connect as connectH2, constants, type ClientHttp2Session } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Body } from '../core/body.ts'
import { testCertificate, type TestCertificate } from '../core/test-certificate.ts'
import { absent, kept, testGate, type Answer } from './test-gate.ts'

const zip = '/a.example/m/@v/v1.0.0.zip'

let certificate: TestCertificate | undefined

async function overTLS(t: TestContext, answer: Answer) {
  certificate ??= testCertificate()
  const gate = await testGate(t, answer, { tls: certificate })
  const session = connectH2(gate.url, { ca: certificate.cert })
  t.after(() => session.destroy())
  await once(session, 'connect')
  return { ...gate, session }
}

/** How an HTTP/2 request ends: what came, and whether it was an error. */
function over(session: ClientHttp2Session, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; body: string; code: number; failed: boolean }>((resolve) => {
    const stream = session.request({ ':path': path, ...headers })
    let [status, body, failed] = [0, '', false]
    stream.on('response', (head) => (status = Number(head[':status'])))
    stream.on('data', (chunk: Buffer) => (body += chunk.toString()))
    stream.on('error', () => (failed = true))
    stream.on('close', () => resolve({ status, body, code: stream.rstCode, failed }))
  })
}

/** How an HTTP/1.1 request ends. */
function overH1(port: number, path: string, agent?: Agent) {
  return new Promise<{ status: number; body: string; failed: boolean }>((resolve) => {
    const asked = httpGet({ port, host: '127.0.0.1', path, agent: agent ?? false }, (response: IncomingMessage) => {
      let body = ''
      const done = (failed: boolean) => resolve({ status: response.statusCode!, body, failed })
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => done(!response.complete))
      response.on('error', () => done(true))
    })
    asked.on('error', () => resolve({ status: 0, body: '', failed: true }))
  })
}

const broken = (begin: readonly string[], size?: number): Body => ({
  size,
  async *read() {
    for (const part of begin) yield Buffer.from(part)
    // The client has read what came, and nothing is on its way any more: the moment at which a mild end looks like a clean one.
    await sleep(20)
    throw new Error('the upstream has gone')
  },
})

const bodies: readonly [name: string, body: () => Body][] = [
  ['breaks before its first byte, length unknown', () => broken([])],
  ['breaks half-way, length unknown', () => broken(['half'])],
  ['breaks half-way, length known', () => broken(['half'], 8)],
  [
    'is shorter than its size',
    () => ({
      ...broken([], 8),
      async *read() {
        yield Buffer.from('half')
      },
    }),
  ],
  [
    'is longer than its size',
    () => ({
      ...broken([], 8),
      async *read() {
        yield Buffer.from('half'.repeat(3))
      },
    }),
  ],
]

for (const [name, body] of bodies) {
  test(`a body that ${name} never ends cleanly: HTTP/1.1 is cut, HTTP/2 is reset with INTERNAL_ERROR`, async (t) => {
    const plain = await testGate(t, () => kept(body(), { settled: Promise.resolve(undefined) }))
    const h1 = await overH1(plain.port, zip)
    assert.equal(h1.failed, true)
    const { session, lines } = await overTLS(t, () => kept(body(), { settled: Promise.resolve(undefined) }))
    const h2 = await over(session, zip)
    assert.deepEqual([h2.failed, h2.code], [true, constants.NGHTTP2_INTERNAL_ERROR])
    assert.equal(session.destroyed, false)
    assert.ok(h2.body.length <= 8)
    assert.equal(lines.at(-1)?.['code'], 'internal-error')
  })
}

test('over HTTP/2 an answer is whole, a HEAD has no body, a refusal has one', async (t) => {
  const { session } = await overTLS(t, (request, context) =>
    request.kind === 'zip' ? kept('whole') : absent(request, context),
  )
  assert.deepEqual(await over(session, zip), { status: 200, body: 'whole', code: 0, failed: false })
  assert.equal((await over(session, zip, { ':method': 'HEAD' })).body, '')
  assert.equal((await over(session, '/a.example/m/@v/list')).status, 404)
  assert.equal((await over(session, zip, { range: 'bytes=1-2' })).body, 'ho')
})

test('a body with an HTTP/2 request is read away, and its stream ends', async (t) => {
  const { session } = await overTLS(t, () => kept('whole'))
  const stream = session.request({ ':path': zip, ':method': 'POST' })
  let status = 0
  stream.on('response', (head) => (status = Number(head[':status'])))
  stream.resume()
  stream.end(Buffer.alloc(1 << 20))
  await once(stream, 'close')
  assert.equal(status, 405)
})

test('TLS clients that speak HTTP/1.1 only are served', async (t) => {
  const { url } = await overTLS(t, () => kept('whole'))
  const { get } = await import('node:https')
  const response = await new Promise<IncomingMessage>((resolve) => {
    get(url + zip, { ca: certificate!.cert, agent: false }, resolve)
  })
  assert.equal(response.httpVersion, '1.1')
  assert.equal((await response.toArray()).join(''), 'whole')
})

test('a client that leaves early ends its signal and its log line, and nothing else', async (t) => {
  const left = Promise.withResolvers<undefined>()
  const started = Promise.withResolvers<undefined>()
  const { port, lines } = await testGate(t, (request, { signal }) => {
    if (request.kind !== 'zip') return kept('still here')
    signal.addEventListener('abort', () => left.resolve(undefined))
    return kept({
      size: undefined,
      async *read() {
        for (let i = 0; i < 1000; i++) {
          yield Buffer.alloc(1000)
          started.resolve(undefined)
          await sleep(5)
        }
      },
    })
  })
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${zip} HTTP/1.1\r\nHost: x\r\n\r\n`)
  await started.promise
  socket.resetAndDestroy()
  await left.promise
  const other = await overH1(port, '/a.example/m/@v/list')
  assert.equal(other.body, 'still here')
  while (lines.length < 2) await sleep(5)
  assert.ok(lines.some((line) => line['status'] === 499 && line['aborted'] === true))
})

test('a client that leaves before there is an answer is no failure', async (t) => {
  const asked = Promise.withResolvers<undefined>()
  const gone = Promise.withResolvers<undefined>()
  const { port, lines } = await testGate(t, async (_request, { signal }) => {
    signal.addEventListener('abort', () => gone.resolve(undefined))
    asked.resolve(undefined)
    await gone.promise
    throw signal.reason
  })
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${zip} HTTP/1.1\r\nHost: x\r\n\r\n`)
  await asked.promise
  socket.resetAndDestroy()
  while (lines.length < 1) await sleep(5)
  assert.equal(lines[0]?.['status'], 499)
})

test('the signal of a request is one, however often it is looked at, on connections that live long', async (t) => {
  const warnings: Error[] = []
  const listen = (warning: Error) => warnings.push(warning)
  process.on('warning', listen)
  t.after(() => process.off('warning', listen))
  const answer: Answer = (_request, context) => {
    const first = context.signal
    for (let i = 0; i < 30; i++) assert.equal(context.signal, first)
    return kept({
      size: 5,
      async *read() {
        for (const part of ['w', 'h', 'ole']) yield Buffer.from(part)
      },
    })
  }
  const { port } = await testGate(t, answer)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  for (let i = 0; i < 50; i++) assert.equal((await overH1(port, zip, agent)).body, 'whole')
  const { session } = await overTLS(t, answer)
  for (let i = 0; i < 50; i++) assert.equal((await over(session, zip)).body, 'whole')
  assert.deepEqual(warnings, [])
})

test('after refusals a connection goes on', async (t) => {
  const { port } = await testGate(t, absent)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const ports = new Set<number | undefined>()
  agent.on('free', (socket: Socket) => ports.add(socket.localPort))
  for (const path of [zip, '/nothing', '/a.example/M/@v/list', zip]) {
    assert.ok([400, 404].includes((await overH1(port, path, agent)).status))
    await sleep(1)
  }
  assert.equal(ports.size, 1)
})

test('a thousand idle connections hinder nobody', async (t) => {
  const { port } = await testGate(t, () => kept('whole'))
  const sockets = Array.from({ length: 1000 }, () => connect(port, '127.0.0.1'))
  t.after(() => sockets.forEach((socket) => socket.destroy()))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  assert.equal((await overH1(port, zip)).body, 'whole')
})

test('closing lets what is under way finish, and waits for no idle connection', async (t) => {
  const go = Promise.withResolvers<undefined>()
  const asked = Promise.withResolvers<undefined>()
  const { port, server } = await testGate(t, async () => {
    asked.resolve(undefined)
    await go.promise
    return kept('whole')
  })
  const idle = connect(port, '127.0.0.1')
  await once(idle, 'connect')
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  const answer = overH1(port, zip, agent)
  await asked.promise
  const closed = server.close(60_000)
  go.resolve(undefined)
  assert.equal((await answer).body, 'whole')
  await closed
  assert.equal((await overH1(port, zip)).failed, true)
})

test('closing an HTTP/2 server finishes streams and ends idle sessions', async (t) => {
  const go = Promise.withResolvers<undefined>()
  const asked = Promise.withResolvers<undefined>()
  const { session, server } = await overTLS(t, async () => {
    asked.resolve(undefined)
    await go.promise
    return kept('whole')
  })
  const answer = over(session, zip)
  await asked.promise
  const closed = server.close(60_000)
  go.resolve(undefined)
  assert.equal((await answer).body, 'whole')
  await closed
})

test('closing breaks off what takes too long', async (t) => {
  const asked = Promise.withResolvers<undefined>()
  const { port, server } = await testGate(t, () => {
    asked.resolve(undefined)
    return new Promise(() => undefined)
  })
  const answer = overH1(port, zip)
  await asked.promise
  await server.close(30)
  assert.equal((await answer).failed, true)
})

test('a port in use is a failure that names it', async (t) => {
  const { port } = await testGate(t, () => kept('whole'))
  const { listen } = await import('./server.ts')
  const second = listen({ host: '127.0.0.1', port, handler: async () => undefined })
  await assert.rejects(second, { code: 'configuration', asked: `--listen 127.0.0.1:${port}` })
})
