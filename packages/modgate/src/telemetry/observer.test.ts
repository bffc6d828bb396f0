import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asFailure, Failure } from '../core/failure.ts'
import { logger } from './logger.ts'
import { meters } from './meters.ts'
import type { RequestEnd, RequestStart } from './observed-request.ts'
import { observer } from './observer.ts'
import { tracer } from './tracer.ts'

type Line = Record<string, unknown>

async function observed() {
  const lines: Line[] = []
  const write = (text: string) => void lines.push(JSON.parse(text) as Line)
  const clock = { time: 0, now: () => clock.time, sleep: () => Promise.resolve() }
  const m = meters({ moduleLimit: 10 })
  const log = logger({ format: 'json', level: 'debug', destination: { write } })
  const watch = observer({ logger: log, meters: m, tracer: await tracer({}), clock })
  const request = (start: Partial<RequestStart>, end: Partial<RequestEnd>): Line => {
    const observation = watch.begin({
      method: 'GET',
      url: '/a.example/m/@v/list',
      remoteAddress: '192.0.2.1',
      protocol: '1.1',
      ...start,
    })
    observation.end({ status: 200, bytesSent: 5, endpoint: 'list', ...end })
    return lines.at(-1)!
  }
  const count = (name: string) => m.collect().find(({ instrument }) => instrument.name === name)!.numbers[0]?.value
  return { watch, request, lines, clock, count }
}

const refused = (code: 'module-not-found' | 'upstream-denied' | 'upstream-timeout') =>
  new Failure(code, { asked: 'a.example/m', who: 'https://u:p@up.example', why: 'so' })

test('a request is one line that says what was asked and what the cache did', async () => {
  const { request, lines } = await observed()
  const line = request(
    {
      url: '/a.example/m/@v/v1.0.0.zip?token=x',
      requestId: 'ci-1',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      userAgent: 'go',
    },
    {
      endpoint: 'zip',
      module: 'a.example/m',
      version: 'v1.0.0',
      bytesSent: 77,
      cache: { status: 'miss', collapsed: true },
    },
  )
  const { time, ms, ...rest } = line
  assert.ok(Number(ms) >= 0 && String(time).endsWith('Z'))
  assert.deepEqual(rest, {
    level: 'info',
    id: 'ci-1',
    trace: 'a'.repeat(32),
    method: 'GET',
    path: '/a.example/m/@v/v1.0.0.zip',
    status: 200,
    bytes: 77,
    endpoint: 'zip',
    module: 'a.example/m',
    version: 'v1.0.0',
    cache: 'collapsed',
    client: '192.0.2.1',
    agent: 'go',
    msg: 'request',
  })
  assert.equal(lines.length, 1)
})

const levels: [end: Partial<RequestEnd>, level: string][] = [
  [{ status: 404, failure: refused('module-not-found') }, 'info'],
  [{ status: 403, failure: refused('upstream-denied') }, 'warn'],
  [{ status: 504, failure: refused('upstream-timeout') }, 'warn'],
  [{ status: 500, failure: asFailure(new Error('boom'), 'x') }, 'error'],
  [{ status: 500 }, 'error'],
  [{ status: 200, aborted: true }, 'info'],
]

for (const [end, level] of levels) {
  test(`a ${end.status} ${end.failure?.code ?? (end.aborted ? 'aborted' : 'without failure')} is logged at ${level}`, async () => {
    const { request } = await observed()
    const line = request({}, end)
    assert.equal(line['level'], level)
    assert.equal(line['code'], end.failure?.code)
    assert.equal(line['aborted'], end.aborted)
    assert.ok(!JSON.stringify(line).includes('u:p@'))
  })
}

test('an absent parent path is marked as a probe, before or after its child is answered', async () => {
  const { request, count } = await observed()
  const absent = { status: 404, module: 'a.example/m', failure: refused('module-not-found') }
  assert.equal(request({ url: '/a.example/m/@v/list' }, absent)['probe'], undefined)
  request({ url: '/a.example/m/sub/@v/list' }, { module: 'a.example/m/sub' })
  assert.equal(request({ url: '/a.example/m/@latest' }, absent)['probe'], true)
  assert.equal(request({ url: '/b.example/@v/list' }, { ...absent, module: 'b.example' })['probe'], true)
  assert.equal(request({ url: '/a.example/m/@v/list' }, { status: 503, module: 'a.example/m' })['probe'], undefined)
  assert.equal(count('modgate_probes_total'), 2)
})

test('the double of a refused request is marked as a repeat', async () => {
  const { request, clock, count } = await observed()
  const ask = (time: number) => {
    clock.time = time
    return request({}, { status: 403, failure: refused('upstream-denied') })['repeat']
  }
  assert.deepEqual([ask(0), ask(100), ask(5000)], [undefined, true, undefined])
  assert.equal(count('modgate_repeats_total'), 1)
})

test('ending twice counts once', async () => {
  const { watch, lines, count } = await observed()
  const observation = watch.begin({ method: 'GET', url: '/', remoteAddress: 'c', protocol: '2' })
  assert.equal(count('modgate_inflight'), 1)
  for (const status of [200, 500]) observation.end({ status, bytesSent: 0, endpoint: 'page' })
  assert.equal(lines.length, 1)
  assert.equal(count('modgate_inflight'), 0)
})

test('a target in a proxy form is logged without its user information', async () => {
  const { request } = await observed()
  assert.equal(
    request({ url: 'http://u:p@h.example/x' }, { endpoint: 'other', status: 400 })['path'],
    'http://[redacted]@h.example/x',
  )
})
