import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { test } from 'node:test'
import { otelSettings } from './otel-settings.ts'
import { telemetry } from './telemetry.ts'

interface Span {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  attributes: { key: string; value: Record<string, unknown> }[]
}

interface Export {
  resourceSpans?: { resource: { attributes: unknown[] }; scopeSpans: { spans: Span[] }[] }[]
  resourceMetrics?: { scopeMetrics: { metrics: { name: string }[] }[] }[]
}

async function collector(status = 200) {
  const exports = new Map<string, Export[]>()
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      exports.set(request.url!, [...(exports.get(request.url!) ?? []), body as Export])
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    exports,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]: () => void server.close(),
  }
}

const parentId = 'b'.repeat(16)
const quiet = {
  log: { format: 'json', level: 'silent', destination: { write: () => undefined } },
  moduleLimit: 10,
  version: '1.0.0',
} as const
const clock = { now: () => 0, sleep: () => Promise.resolve() }

async function oneRequest(environment: Record<string, string>) {
  const gate = await telemetry({ ...quiet, environment, clock })
  const traceparent = `00-${'a'.repeat(32)}-${parentId}-01`
  const observation = gate.observer.begin({
    method: 'GET',
    url: '/a.example/m/@v/v1.0.0.mod',
    remoteAddress: 'c',
    protocol: '1.1',
    traceparent,
  })
  await gate.tracer.span('GET', observation.trace, { 'server.address': 'up.example' }, () => Promise.resolve())
  observation.end({ status: 200, bytesSent: 5, endpoint: 'mod', module: 'a.example/m', version: 'v1.0.0' })
  await gate.shutdown()
  return { gate, observation }
}

test('spans and metrics arrive at a collector when the standard variable names one', async () => {
  using server = await collector()
  const { observation } = await oneRequest({
    OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
    OTEL_RESOURCE_ATTRIBUTES: 'team=a%20b',
    OTEL_SERVICE_NAME: 'gate',
  })
  const [traces] = server.exports.get('/v1/traces')!
  const spans = traces!.resourceSpans![0]!.scopeSpans[0]!.spans
  const request = spans.find(({ name }) => name === 'GET /{module}/@v/{version}.mod')!
  const upstream = spans.find(({ name }) => name === 'GET')!
  assert.deepEqual(
    [request.traceId, request.spanId, request.parentSpanId],
    ['a'.repeat(32), observation.trace.spanId, parentId],
  )
  assert.deepEqual([upstream.traceId, upstream.parentSpanId], [request.traceId, request.spanId])
  assert.ok(
    request.attributes.some(({ key, value }) => key === 'modgate.module' && value['stringValue'] === 'a.example/m'),
  )
  assert.deepEqual(traces!.resourceSpans![0]!.resource.attributes, [
    { key: 'service.name', value: { stringValue: 'gate' } },
    { key: 'team', value: { stringValue: 'a b' } },
  ])
  const metrics = server.exports
    .get('/v1/metrics')!
    .flatMap(({ resourceMetrics }) => resourceMetrics!.flatMap((resource) => resource.scopeMetrics))
  const names = metrics.flatMap((scope) => scope.metrics.map(({ name }) => name))
  assert.ok(
    names.includes('modgate_requests_total') && names.includes('modgate_request_duration_seconds'),
    names.join(),
  )
})

test('a collector that refuses breaks nothing, and the log says so', async () => {
  using server = await collector(400)
  const lines: string[] = []
  const log = {
    format: 'json',
    level: 'warn',
    destination: { write: (line: string) => void lines.push(line) },
  } as const
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: server.url, OTEL_TRACES_EXPORTER: 'none' }
  const gate = await telemetry({ ...quiet, log, environment, clock })
  await gate.shutdown()
  assert.match(lines.join(''), /"level":"warn".*telemetry was not exported/)
})

test('nothing is exported unless it is asked for', async () => {
  using server = await collector()
  for (const environment of [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: server.url, OTEL_SDK_DISABLED: 'true' }]) {
    assert.equal((await oneRequest(environment)).gate.tracer.exporting, false)
  }
  assert.equal(server.exports.size, 0)
})

const both = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c.example/base/' }
const rows: [
  environment: Record<string, string>,
  traces: string | undefined,
  metrics: string | undefined,
  warnings: number,
][] = [
  [{}, undefined, undefined, 0],
  [both, 'https://c.example/base/v1/traces', 'https://c.example/base/v1/metrics', 0],
  [{ ...both, OTEL_METRICS_EXPORTER: 'none' }, 'https://c.example/base/v1/traces', undefined, 0],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318/v1/traces', undefined, 0],
  [{ OTEL_TRACES_EXPORTER: 'zipkin' }, undefined, undefined, 1],
  [{ ...both, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, undefined, undefined, 2],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://t.example/x' }, 'https://t.example/x', undefined, 0],
  [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'not a URL' }, undefined, undefined, 1],
  [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, undefined, undefined, 1],
]

for (const [environment, traces, metrics, warnings] of rows) {
  test(`${JSON.stringify(environment)} exports to ${traces} and ${metrics}`, () => {
    const settings = otelSettings(environment)
    assert.deepEqual([settings.tracesURL, settings.metricsURL, settings.warnings.length], [traces, metrics, warnings])
  })
}

test('a sampler takes its share of the traces that start here', async () => {
  const { exportingTracer } = await import('./tracer.ts')
  const { identifiers } = await import('./identifiers.ts')
  const sink = { take: () => undefined, shutdown: () => Promise.resolve() }
  const share = (ratio: number) => {
    const sampling = exportingTracer(identifiers(), { parentBased: true, ratio }, sink)
    return Array.from({ length: 4000 }, () => sampling.begin(undefined)).filter(({ sampled }) => sampled).length / 4000
  }
  assert.deepEqual([share(0), share(1)], [0, 1])
  assert.ok(Math.abs(share(0.25) - 0.25) < 0.1)
})
