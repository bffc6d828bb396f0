import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { Failure } from '../core/failure.ts'
import { witnessRemote } from './witness-remote.ts'

const limits = { connectMs: 5000, firstByteMs: 300, stallMs: 300 }

async function remote(t: TestContext, listener: RequestListener) {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const made = witnessRemote(`http://127.0.0.1:${(server.address() as AddressInfo).port}/w1`, limits)
  t.after(async () => {
    await made.close()
    server.close()
    server.closeAllConnections()
  })
  return { ask: (signal = AbortSignal.timeout(60_000)) => made.addCheckpoint('old 0\n\nx\n', signal), server }
}

test('a checkpoint is posted below the submission prefix, and the answer comes back as it is', async (t) => {
  const { ask } = await remote(t, (request, response) => {
    request.setEncoding('utf8').on('data', (body) => {
      response
        .writeHead(409, { 'content-type': 'Text/X.tlog.size; charset=x' })
        .end(`${request.method} ${request.url} ${body}`)
    })
  })
  assert.deepEqual(await ask(), { status: 409, type: 'text/x.tlog.size', text: 'POST /w1/add-checkpoint old 0\n\nx\n' })
})

test('a redirect is an answer, not a way', async (t) => {
  let asked = 0
  const { ask } = await remote(t, (_request, response) => {
    asked++
    response.writeHead(307, { location: '/elsewhere' }).end()
  })
  assert.equal((await ask()).status, 307)
  assert.equal(asked, 1)
})

const rows: readonly (readonly [name: string, code: string, listener: RequestListener])[] = [
  [
    'an answer without end',
    'upstream-too-large',
    (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(4096, 'x')));
      }
      response.on('drain', more)
      more()
    },
  ],
  ['no answer', 'upstream-timeout', () => undefined],
  ['half an answer', 'upstream-timeout', (_request, response) => void response.writeHead(200).write('— ')],
  ['a connection that breaks', 'upstream-unreachable', (request) => void request.socket.destroy()],
]

for (const [name, code, listener] of rows) {
  test(`${name} ends as a Failure in bounded time`, async (t) => {
    const { ask } = await remote(t, listener)
    await assert.rejects(
      ask(),
      (error) => error instanceof Failure && error.code === code && error.asked.startsWith('POST http'),
    )
  })
}

test('who asks may give up', async (t) => {
  const end = new AbortController()
  const { ask } = await remote(t, () => end.abort())
  await assert.rejects(ask(end.signal), { name: 'AbortError' })
})
