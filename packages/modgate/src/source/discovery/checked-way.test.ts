import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { h1Server } from '../test-peers.ts'
import { checkedWay, type CheckedWayOptions } from './checked-way.ts'

/** A server that nobody can resolve, and the way to it. */
async function world(t: TestContext, more: Partial<CheckedWayOptions> = {}) {
  const server = await h1Server(t, (asked, response) => response.end(`hello from ${asked.headers.host}`))
  const way = await checkedWay({ host: 'code.test', port: server.port, addresses: ['127.0.0.1'], ...more })
  t.after(() => way.close())
  return { server, way, place: `code.test:${server.port}` }
}

/** What a CONNECT to a place is answered, and the connection where it is one. */
async function tunnel(t: TestContext, port: number, place: string): Promise<{ status: string; socket: Socket }> {
  const socket = connect(port, '127.0.0.1')
  t.after(() => socket.destroy())
  socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n`)
  const [data] = (await once(socket, 'data')) as [Buffer]
  return { status: data.toString().split(' ')[1]!, socket }
}

async function asked(port: number, path: string): Promise<readonly [status: number | undefined, body: string]> {
  const asking = request({ host: '127.0.0.1', port, path, agent: false }).end()
  const [answer] = (await once(asking, 'response')) as [NodeJS.ReadableStream & { statusCode?: number }]
  return [answer.statusCode, await text(answer)]
}

test('a tunnel leads to the checked address of a name that nobody resolves', async (t) => {
  const { way, place } = await world(t)
  const { status, socket } = await tunnel(t, way.port, place)
  assert.equal(status, '200')
  socket.write(`GET / HTTP/1.1\r\nHost: inner.test\r\nConnection: close\r\n\r\n`)
  assert.match(await text(socket), /hello from inner.test/)
})

test('a request with its whole URL goes there too', async (t) => {
  const { way, place, server } = await world(t)
  assert.deepEqual(await asked(way.port, `http://${place}/a?b`), [200, `hello from 127.0.0.1:${way.port}`])
  assert.deepEqual(server.asked, ['GET /a?b'])
})

test('every other host, port and form is refused, whoever asks', async (t) => {
  const { way, place, server } = await world(t)
  for (const other of [`127.0.0.1:${server.port}`, 'code.test:1', 'code.test', `x@evil.test:${server.port}`, '*']) {
    assert.equal((await tunnel(t, way.port, other)).status, '403', other)
  }
  for (const path of [
    `http://127.0.0.1:${server.port}/`,
    `https://${place}/`,
    '/',
    `http://evil.test:${server.port}/`,
  ]) {
    assert.equal((await asked(way.port, path))[0], 403, path)
  }
  assert.deepEqual(server.asked, [])
})

test('behind an HTTP proxy the way leads through it, with its login', async (t) => {
  const proxy = await h1Server(t, (_, response) => response.end())
  const seen = await checkedWay({
    host: 'code.test',
    port: 443,
    addresses: [],
    through: new URL(`http://me:p%40ss@127.0.0.1:${proxy.port}`),
  })
  t.after(() => seen.close())
  // The proxy here takes no CONNECT, and says so by closing.
  assert.equal((await tunnel(t, seen.port, 'code.test:443')).status, '502')
})

test('what goes through a way ends with it', async (t) => {
  const { way, place } = await world(t)
  const { socket } = await tunnel(t, way.port, place)
  way.close()
  await Promise.race([once(socket, 'close'), once(socket, 'error')])
  assert.ok(socket.destroyed || socket.readableEnded)
})
