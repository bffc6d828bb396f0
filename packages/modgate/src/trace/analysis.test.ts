import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { analyse } from './analysis.ts'
import { criticalChain } from './critical-chain.ts'
import { covered, merged, quantile } from './spans.ts'
import { testRequest, testTrace } from './test-trace.ts'
import { endOf, subjectOf, type TracedRequest } from './trace.ts'

const span = fc.tuple(fc.nat(100), fc.nat(30)).map(([from, length]) => ({ from, to: from + length }))

test('what spans cover is the number of moments that any of them holds', () => {
  fc.assert(
    fc.property(fc.array(span), (spans) => {
      const moments = Array.from({ length: 140 }, (_, at) => spans.some(({ from, to }) => from <= at && at < to))
      assert.equal(covered(spans), moments.filter(Boolean).length)
      const apart = merged(spans)
      assert.ok(apart.every(({ from }, i) => i === 0 || apart[i - 1]!.to < from))
    }),
  )
})

test('time with a request open and without are the whole, and more than one at a time counts once', () => {
  const trace = testTrace([testRequest(0, 0), testRequest(1, 5), testRequest(2, 100)])
  const { networkMs, otherMs, requestMs, distanceMs, bytes } = analyse(trace)
  assert.deepEqual([networkMs, otherMs, requestMs, distanceMs, bytes], [20 + 15, 1000 - 35, 45, 10, 300])
})

test('the critical chain goes back from the last end, always to who ended last before', () => {
  const requests = [
    testRequest(0, 0),
    testRequest(1, 0, { phases: { queueMs: 0, firstByteMs: 40, bodyMs: 0 } }),
    testRequest(2, 15, { phases: { queueMs: 0, firstByteMs: 5, bodyMs: 0 } }),
    testRequest(3, 45),
    testRequest(4, 46, { phases: { queueMs: 0, firstByteMs: 1, bodyMs: 0 } }),
  ]
  const { requests: chain, requestMs, betweenMs } = criticalChain(testTrace(requests))
  assert.deepEqual(
    chain.map(({ id }) => id),
    [1, 3],
  )
  assert.deepEqual([requestMs, betweenMs], [55, 5])
})

const anyRequests = fc
  .array(fc.tuple(fc.nat(200), fc.nat(20), fc.nat(20)), { maxLength: 40 })
  .map((rows) =>
    rows
      .toSorted(([a], [b]) => a - b)
      .map(([start, firstByteMs, bodyMs], id) =>
        testRequest(id, start, { phases: { queueMs: 0, firstByteMs, bodyMs } }),
      ),
  )

test('a critical chain never overlaps itself, ends with the last end, and has each request once', () => {
  fc.assert(
    fc.property(anyRequests, (requests) => {
      const trace = testTrace(requests)
      const { requests: chain } = criticalChain(trace)
      const end = (request: TracedRequest) => endOf(request, trace.totalMs)
      assert.equal(chain.length > 0, requests.length > 0)
      assert.equal(new Set(chain).size, chain.length)
      for (const [i, request] of chain.entries()) if (i > 0) assert.ok(end(chain[i - 1]!) <= request.startMs)
      const last = chain.at(-1)
      if (last) assert.equal(end(last), Math.max(...requests.map(end)))
    }),
  )
})

test('the same asked again is a duplicate, at another place it is not', () => {
  const path = '/a.example/@v/list'
  const at = (id: number, place: number) => testRequest(id, id * 20, { path, place, kind: 'list' })
  const places = ['https://a.example', 'https://b.example'].map((url) => ({ url, fallback: 'any' as const }))
  const { duplicates } = analyse(testTrace([at(0, 0), at(1, 1), at(2, 0), at(3, 0)], { places }))
  assert.deepEqual(duplicates, [{ place: 0, path, times: 3, extraMs: 30, extraBytes: 200 }])
})

test('absence is no failure, every other refusal is, and five seconds without a byte are a stall', () => {
  const requests = [
    testRequest(0, 0, { status: 404 }),
    testRequest(1, 0, { status: 410 }),
    testRequest(2, 0, { status: 403 }),
    testRequest(3, 0, { outcome: 'failed', trouble: 'cut' }),
    testRequest(4, 0, { silence: { fromMs: 0, ms: 5001 } }),
    testRequest(5, 0, { silence: { fromMs: 0, ms: 5000 } }),
  ]
  const { failures, stalls, places } = analyse(testTrace(requests))
  assert.deepEqual(
    failures.map(({ id }) => id),
    [2, 3],
  )
  assert.deepEqual(
    stalls.map(({ id }) => id),
    [4],
  )
  assert.deepEqual([places[0]!.absent, places[0]!.failed], [2, 2])
})

test('each estimate is what its own numbers come to, and none is made of next to nothing', () => {
  const chainOf = (firstByteMs: number) =>
    [0, 1, 2, 3].map((id) =>
      testRequest(id, id * (firstByteMs + 5), {
        phases: { queueMs: 0, firstByteMs, bodyMs: 5 },
        ...(id > 0 ? { cause: `m${id - 1}.example/lib@v1.0.0` } : {}),
      }),
    )
  const { estimates, networkMs } = analyse(testTrace(chainOf(100)))
  assert.equal(networkMs, 420)
  assert.deepEqual(estimates, [{ what: 'warm-gate', savedMs: 400 - 4 * 2, requests: 4, waitedMs: 400, firstByteMs: 2 }])
  const wide = Array.from({ length: 40 }, (_, id) => testRequest(id, id * 15))
  const [, download] = analyse(testTrace(wide)).estimates
  assert.deepEqual(download, {
    ...{ what: 'download', savedMs: 600 - (3 * 10 + 200), networkMs: 600, rounds: 3, levels: 1 },
    ...{ requests: 40, width: 64, distanceMs: 10, bodyMs: 200 },
  })
  assert.deepEqual(analyse(testTrace(chainOf(1))).estimates, [])
})

test('what was refused, cut off or never answered is nothing that an estimate saves', () => {
  const phases = { queueMs: 0, firstByteMs: 900, bodyMs: 0 }
  const rows: readonly (readonly [string, Partial<TracedRequest>])[] = [
    ['refused', { status: 403 }],
    ['an error of the server', { status: 500 }],
    ['cut off', { outcome: 'failed', trouble: 'cut' }],
    ['never answered', { outcome: 'open' }],
    ['no business of a proxy', { kind: 'tunnel' }],
  ]
  for (const [claim, more] of rows) {
    assert.deepEqual(analyse(testTrace([testRequest(0, 0, { phases, ...more })])).estimates, [], claim)
  }
  const wide = Array.from({ length: 40 }, (_, id) => testRequest(id, id * 15))
  const sound = analyse(testTrace(wide)).estimates
  const refused = testRequest(40, 600, { phases: { queueMs: 0, firstByteMs: 300, bodyMs: 0 }, status: 403 })
  assert.deepEqual(analyse(testTrace([...wide, refused])).estimates, sound)
})

test('a path says what is asked for, as the go command escapes it', () => {
  const rows: readonly (readonly [path: string, subject: ReturnType<typeof subjectOf>])[] = [
    [
      '/github.com/%21burnt%21sushi/toml/@v/v1.0.0.zip',
      { kind: 'zip', module: 'github.com/BurntSushi/toml', version: 'v1.0.0' },
    ],
    ['/a.example/@latest', { kind: 'latest', module: 'a.example' }],
    ['/a.example/@v/list', { kind: 'list', module: 'a.example' }],
    ['/a.example/@v/main.info', { kind: 'query', module: 'a.example', version: 'main' }],
    ['/sumdb/s.example/lookup/a.example@v1.0.0', { kind: 'lookup', module: 'a.example', version: 'v1.0.0' }],
    ['/sumdb/s.example/tile/8/0/000', { kind: 'tile' }],
    ['/sumdb/s.example/supported', { kind: 'database' }],
    ['/favicon.ico', { kind: 'other' }],
  ]
  for (const [path, subject] of rows) assert.deepEqual(subjectOf(path), subject, path)
})

test('a quantile of nothing is nothing', () => {
  assert.deepEqual([quantile([], 0.5), quantile([3, 1, 2], 0.5), quantile([3, 1, 2], 1)], [0, 2, 3])
})
