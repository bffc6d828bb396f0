/** Spans to a collector, by OTLP over HTTP. Imported only where the environment asks for it. */

import { SpanKind, SpanStatusCode, TraceFlags, type HrTime, type SpanContext } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources'
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace'
import { hrTime } from './metric-data.ts'
import type { EndedSpan, SpanSink } from './span.ts'

/** A sink that sends spans in batches to the collector's `/v1/traces`, and drops them when it does not keep up. */
export function otlpSpans(url: string, attributes: Readonly<Record<string, string>>): SpanSink {
  const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })
  const resource = resourceFromAttributes(attributes)
  return {
    take: (span) => processor.onEnd(readableSpan(span, resource)),
    shutdown: () => processor.shutdown().catch(() => undefined),
  }
}

function readableSpan(span: EndedSpan, resource: Resource): ReadableSpan {
  const startTime = hrTime(span.startedAt)
  const endTime = hrTime(span.endedAt)
  const context = spanContext(span.context.traceId, span.context.spanId)
  return {
    name: span.name,
    kind: span.kind === 'server' ? SpanKind.SERVER : SpanKind.CLIENT,
    spanContext: () => context,
    ...(span.parentSpanId === undefined
      ? {}
      : { parentSpanContext: spanContext(span.context.traceId, span.parentSpanId) }),
    startTime,
    endTime,
    duration: between(startTime, endTime),
    status: { code: span.failed === undefined ? SpanStatusCode.UNSET : SpanStatusCode.ERROR },
    attributes: span.failed === undefined ? { ...span.attributes } : { ...span.attributes, 'error.type': span.failed },
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: 'modgate' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

function spanContext(traceId: string, spanId: string): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED }
}

function between([s0, n0]: HrTime, [s1, n1]: HrTime): HrTime {
  return n1 >= n0 ? [s1 - s0, n1 - n0] : [s1 - s0 - 1, n1 - n0 + 1e9]
}
