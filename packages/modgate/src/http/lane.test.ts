import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { bytesBody, type Body } from '../core/body.ts'
import type { Exchange, Handler } from './exchange.ts'
import { listen } from './server.ts'

/** A server whose handler says in its answer which way the request came: the lane's exchange has no `Date` of node's own. */
async function serve(t: TestContext, handler: Handler) {
  const server = await listen({ host: '127.0.0.1', port: 0, handler })
  t.after(() => server.close(0))
  return server
}

const echo: Handler = async (exchange) => {
  const body = bytesBody(Buffer.from(`${exchange.method} ${exchange.target} ${exchange.constructor.name}\n`))
  await exchange.send(200, { 'content-length': String(body.size) }, exchange.method === 'HEAD' ? undefined : body)
}

async function client(t: TestContext, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** Reads until the text holds so many bodies' last lines, or the connection ends. */
async function readUntil(socket: Socket, enough: (text: string) => boolean): Promise<string> {
  let text = ''
  if (enough(text)) return text
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += (chunk as Buffer).toString('latin1')
    if (enough(text)) return text
  }
  return text
}

const request = (line: string, ...headers: string[]) => [line, 'Host: x', ...headers, '', ''].join('\r\n')

test('simple requests on one connection are answered in order, also several in one piece', async (t) => {
  const { port } = await serve(t, echo)
  const socket = await client(t, port)
  socket.write(
    request('GET /1 HTTP/1.1') + request('GET /2 HTTP/1.1') + request('HEAD /3 HTTP/1.1') + request('GET /4 HTTP/1.1'),
  )
  const text = await readUntil(socket, (all) => all.includes('/4'))
  assert.deepEqual(text.match(/(GET|HEAD) \/\d \w+/g), [
    'GET /1 LaneExchange',
    'GET /2 LaneExchange',
    'GET /4 LaneExchange',
  ])
  assert.equal(text.match(/HTTP\/1\.1 200 OK/g)?.length, 4)
})

test('a connection leaves the lane with the first request that is not simple, and loses no byte', async (t) => {
  const { port } = await serve(t, echo)
  const socket = await client(t, port)
  socket.write(request('GET /1 HTTP/1.1'))
  await readUntil(socket, (all) => all.includes('/1'))
  const head = request('GET /2 HTTP/1.1', 'X-A: b', 'X-A: c')
  socket.write(head.slice(0, 10))
  await new Promise((resolve) => setImmediate(resolve))
  socket.write(head.slice(10) + request('GET /3 HTTP/1.1'))
  const text = await readUntil(socket, (all) => all.includes('/3'))
  assert.deepEqual(text.match(/GET \/\d \w+/g), ['GET /2 Object', 'GET /3 Object'])
})

test('what is not simple never sees the lane: a body, another method', async (t) => {
  const { port } = await serve(t, echo)
  for (const [line, ...headers] of [
    ['POST /p HTTP/1.1', 'Content-Length: 0'],
    ['GET /c HTTP/1.1', 'Connection: close'],
  ] as const) {
    const socket = await client(t, port)
    socket.write(request(line, ...headers))
    assert.match(await readUntil(socket, (all) => all.includes('Object')), /Object/)
  }
})

const unknownSize = (chunks: readonly string[], failure?: Error): Body => ({
  size: undefined,
  async *read() {
    for (const chunk of chunks) yield Buffer.from(chunk)
    if (failure) throw failure
  },
})

test('a body of unknown length goes out in chunks, with an end', async (t) => {
  const { port } = await serve(t, async (exchange: Exchange) => {
    await exchange.send(200, {}, unknownSize(['hello ', 'world']))
  })
  const socket = await client(t, port)
  socket.write(request('GET / HTTP/1.1'))
  const text = await readUntil(socket, (all) => all.endsWith('0\r\n\r\n'))
  assert.match(text, /transfer-encoding: chunked/)
  assert.ok(text.endsWith('6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n'))
})

test('a body that breaks ends the connection without the end of the body', async (t) => {
  const { port } = await serve(t, async (exchange) => {
    await exchange.send(200, {}, unknownSize(['half'], new Error('broken'))).catch(() => 0)
  })
  const socket = await client(t, port)
  socket.write(request('GET / HTTP/1.1'))
  const text = await readUntil(socket, () => false).catch(() => '')
  assert.ok(!text.endsWith('0\r\n\r\n'))
})

test('a client that says goodbye in the middle of an answer has left; one that does so before it is answered', async (t) => {
  const left = Promise.withResolvers<unknown>()
  const ended = Promise.withResolvers<unknown>()
  const never: Body = {
    size: 10,
    async *read() {
      yield Buffer.from('half')
      await new Promise(() => undefined)
    },
  }
  const { port } = await serve(t, async (exchange) => {
    if (exchange.target === '/polite') return echo(exchange)
    exchange.signal.addEventListener('abort', () => left.resolve('left'))
    await exchange.send(200, { 'content-length': '10' }, never).catch((error: unknown) => ended.resolve(error))
  })
  const leaving = await client(t, port)
  leaving.write(request('GET / HTTP/1.1'))
  await readUntil(leaving, (all) => all.includes('half'))
  leaving.end()
  assert.equal(await left.promise, 'left')
  assert.match(String(await ended.promise), /the client closed the connection/)
  const polite = await client(t, port)
  polite.end(request('GET /polite HTTP/1.1'))
  assert.match(await readUntil(polite, (all) => all.includes('LaneExchange')), /GET \/polite/)
})

test('a header with a line break is never sent', async (t) => {
  let refused: unknown
  const { port } = await serve(t, async (exchange) => {
    await exchange
      .send(200, { 'x-a': 'b\r\nx-evil: 1', 'content-length': '0' })
      .catch((error: unknown) => (refused = error))
  })
  const socket = await client(t, port)
  socket.write(request('GET / HTTP/1.1'))
  assert.equal(await readUntil(socket, () => false).catch(() => ''), '')
  assert.match(String(refused), /control character/)
})

test('a big body reaches a slow reader whole', async (t) => {
  const big = Buffer.alloc(3 << 20, 'x')
  const body: Body = {
    size: big.byteLength,
    async *read() {
      for (let i = 0; i < big.byteLength; i += 65536) yield big.subarray(i, i + 65536)
    },
  }
  const { port } = await serve(t, async (exchange) => {
    await exchange.send(200, { 'content-length': String(body.size) }, body)
  })
  const socket = await client(t, port)
  socket.write(request('GET / HTTP/1.1') + request('GET /again HTTP/1.1'))
  let bytes = 0
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).byteLength
    await new Promise((resolve) => setImmediate(resolve))
    if (bytes > 2 * big.byteLength) break
  }
  assert.ok(bytes > 2 * big.byteLength)
})

test('close ends idle connections at once, and a busy one with its answer', async (t) => {
  const gate = Promise.withResolvers<undefined>()
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    handler: async (exchange) => {
      if (exchange.target === '/slow') await gate.promise
      await echo(exchange)
    },
  })
  const idle = await client(t, server.port)
  const busy = await client(t, server.port)
  idle.write(request('GET /quick HTTP/1.1'))
  await readUntil(idle, (all) => all.includes('/quick'))
  busy.write(request('GET /slow HTTP/1.1'))
  await new Promise((resolve) => setTimeout(resolve, 20))
  const closed = server.close(10_000)
  assert.equal(await readUntil(idle, () => false), '')
  gate.resolve(undefined)
  assert.match(await readUntil(busy, () => false), /GET \/slow/)
  await closed
})
