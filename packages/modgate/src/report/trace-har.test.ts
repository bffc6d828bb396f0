import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { testRequest, testTrace } from '../trace/test-trace.ts'
import { traceHar } from './trace-har.ts'

/** HAR 1.2, what is required of it; own fields begin with an underscore. */
const ms = z.number().min(-1)
const pair = z.object({ name: z.string(), value: z.string() })
const message = {
  httpVersion: z.string(),
  cookies: z.array(pair),
  headers: z.array(pair),
  headersSize: z.int(),
  bodySize: z.int(),
}
const entry = z.looseObject({
  pageref: z.string(),
  startedDateTime: z.iso.datetime(),
  time: z.number().min(0),
  request: z.strictObject({ ...message, method: z.string(), url: z.url(), queryString: z.array(pair) }),
  response: z.strictObject({
    ...message,
    status: z.int(),
    statusText: z.string(),
    content: z.strictObject({ size: z.int(), mimeType: z.string() }),
    redirectURL: z.string(),
  }),
  cache: z.strictObject({}),
  timings: z.strictObject({
    blocked: ms,
    dns: ms,
    connect: ms,
    ssl: ms,
    send: z.number().min(0),
    wait: z.number().min(0),
    receive: z.number().min(0),
  }),
})
const har = z.strictObject({
  log: z.strictObject({
    version: z.literal('1.2'),
    creator: z.strictObject({ name: z.string(), version: z.string() }),
    pages: z.array(
      z.strictObject({
        startedDateTime: z.iso.datetime(),
        id: z.string(),
        title: z.string(),
        pageTimings: z.strictObject({ onContentLoad: ms, onLoad: ms }),
      }),
    ),
    entries: z.array(entry),
    comment: z.string(),
  }),
})

const requests = [
  testRequest(0, 0, {
    reused: false,
    phases: { queueMs: 1, dnsMs: 2, connectMs: 3, tlsMs: 4, firstByteMs: 5, bodyMs: 6 },
  }),
  testRequest(1, 20, { outcome: 'failed', trouble: 'cut', phases: { queueMs: 1 }, cause: 'go.mod' }),
]

test('every entry is one of HAR 1.2, and names its page', () => {
  const { log } = har.parse(traceHar(testTrace(requests)))
  assert.equal(log.entries.length, 2)
  for (const { pageref, ...rest } of log.entries) {
    assert.equal(pageref, log.pages[0]!.id)
    assert.ok(Object.keys(rest).every((key) => key in entry.shape || /^(_.*|connection|comment)$/.test(key)))
  }
})

test('times add up as the specification wants them: TLS is part of connecting', () => {
  const [first, second] = har.parse(traceHar(testTrace(requests))).log.entries
  assert.deepEqual(first!.timings, { blocked: 1, dns: 2, connect: 7, ssl: 4, send: 0, wait: 5, receive: 6 })
  assert.equal(first!.time, 21)
  assert.deepEqual(
    [second!.timings.connect, second!.timings.ssl, second!.time, second!.response.status],
    [-1, -1, 1, 200],
  )
  assert.equal(first!.startedDateTime, '2026-01-02T03:04:05.000Z')
})
