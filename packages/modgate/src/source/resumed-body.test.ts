import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test, type TestContext } from 'node:test'
import type { Context } from '../core/context.ts'
import { failsWith, h1Server, never, testPeer, textOf } from './test-peers.ts'
import { upstream } from './upstream.ts'

const text = Array.from({ length: 5000 }, (_, line) => `line ${line}\n`).join('')
const context: Context = {
  id: 'test',
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal: never,
  cachedOnly: false,
}

interface Serving {
  readonly etag?: string
  /** Bytes of each answer, after which the connection is cut; what lies behind the last of them is not. */
  readonly cuts: readonly number[]
  readonly rest?: (request: IncomingMessage, response: ServerResponse, from: number) => void
}

/** Answers a range as RFC 9110 has it. */
function partial(_request: IncomingMessage, response: ServerResponse, from: number): void {
  const size = text.length
  response.writeHead(206, { 'content-range': `bytes ${from}-${size - 1}/${size}`, 'content-length': size - from })
}

/** What of a zip comes from a server that cuts its connections, and what it was asked for besides. */
async function zipFrom(t: TestContext, { etag, cuts, rest = partial }: Serving) {
  const headers: (string | undefined)[] = []
  const server = await h1Server(t, (request, response) => {
    const { range, 'if-range': condition } = request.headers
    headers.push([range, condition].filter(Boolean).join(' '))
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    if (range === undefined) response.writeHead(200, { 'content-length': text.length, ...(etag ? { etag } : {}) })
    else rest(request, response, from)
    const cut = cuts[headers.length - 1]
    if (cut === undefined) response.end(text.slice(from))
    else response.write(text.slice(from, from + cut), () => setTimeout(() => response.destroy(), 20))
  })
  const request = { kind: 'zip', path: 'a.example/b', version: 'v1.0.0' } as const
  const { body } = await upstream(server.url, testPeer(t), { resumes: true }).get(request, context)
  return { content: textOf(body.read()), headers }
}

test('a body that breaks goes on where it stopped, as often as each part brings something', async (t) => {
  const { content, headers } = await zipFrom(t, { etag: '"a"', cuts: [1000, 2000, 1] })
  assert.equal(await content, text)
  assert.deepEqual(headers, ['', 'bytes=1000- "a"', 'bytes=3000- "a"', 'bytes=3001- "a"'])
})

const refused: readonly (readonly [what: string, serving: Serving])[] = [
  ['a part that brings nothing', { etag: '"a"', cuts: [1000, 0] }],
  [
    'the whole, since it is another one now',
    { etag: '"a"', cuts: [1000], rest: (_, response) => response.writeHead(200) },
  ],
  ['a refusal', { cuts: [1000], rest: (_, response) => response.writeHead(416) }],
  [
    'a part of something that has another size',
    {
      cuts: [1000],
      rest: (_, response, from) => response.writeHead(206, { 'content-range': `bytes ${from}-9999/10000` }),
    },
  ],
  [
    'another part',
    {
      cuts: [1000],
      rest: (_, response) => response.writeHead(206, { 'content-range': `bytes 0-${text.length - 1}/${text.length}` }),
    },
  ],
]
for (const [what, serving] of refused) {
  test(`what broke a body is told where the server answers with ${what}`, async (t) => {
    const { content, headers } = await zipFrom(t, serving)
    await assert.rejects(content, failsWith('upstream-truncated'))
    assert.equal(headers.length, 2)
  })
}

test('a weak validator is not asked for, and a body without one goes on by its size', async (t) => {
  const { content, headers } = await zipFrom(t, { etag: 'W/"a"', cuts: [1000] })
  assert.equal(await content, text)
  assert.deepEqual(headers, ['', 'bytes=1000-'])
})
