/** Spans, written down only where the standard variables ask for them; else the identifiers alone. */

import type { TraceContext } from '../core/context.ts'
import { identifiers, type Identifiers } from './identifiers.ts'
import type { SpanAttributes, EndedSpan, SpanSink } from './span.ts'
import { otelSettings, type Environment, type OtelSettings, type Sampler } from './otel-settings.ts'

export interface Tracer {
  /** False: spans cost nothing and go nowhere. */
  readonly exporting: boolean
  readonly identifiers: Identifiers
  /** The context of the server's span: below the client's, where it sent one. */
  begin(parent: TraceContext | undefined): TraceContext
  /** Writes down a span whose context the caller made. */
  end(span: EndedSpan): void
  /** Runs `fn` in a client span below `context`; `fn` gets the span's own context, to pass it on to the peer. */
  span<T>(
    name: string,
    context: TraceContext,
    attributes: SpanAttributes,
    fn: (context: TraceContext) => Promise<T>,
  ): Promise<T>
  /** Sends what is waiting. Never rejects. */
  shutdown(): Promise<void>
}

/** A tracer as the environment wants it. The exporter is loaded only then. */
export async function tracer(
  environment: Environment,
  settings: OtelSettings = otelSettings(environment),
): Promise<Tracer> {
  const ids = identifiers()
  if (settings.tracesURL === undefined) return silentTracer(ids)
  const { otlpSpans } = await import('./otlp-spans.ts')
  return exportingTracer(ids, settings.sampler, otlpSpans(settings.tracesURL, settings.resource))
}

function silentTracer(ids: Identifiers): Tracer {
  return {
    exporting: false,
    identifiers: ids,
    begin: (parent) => (parent ? ids.child(parent) : ids.newTrace()),
    end: () => undefined,
    span: (_name, context, _attributes, fn) => fn(context),
    shutdown: () => Promise.resolve(),
  }
}

/** A tracer that hands sampled spans to a sink. */
export function exportingTracer(ids: Identifiers, sampler: Sampler, sink: SpanSink): Tracer {
  const sampled = sampling(sampler)
  const span: Tracer['span'] = async (name, parent, attributes, fn) => {
    if (!parent.sampled) return fn(parent)
    const context = ids.child(parent)
    const started = {
      name,
      kind: 'client',
      context,
      parentSpanId: parent.spanId,
      startedAt: now(),
      attributes,
    } as const
    try {
      const result = await fn(context)
      sink.take({ ...started, endedAt: now() })
      return result
    } catch (error) {
      sink.take({ ...started, endedAt: now(), failed: errorType(error) })
      throw error
    }
  }
  return {
    exporting: true,
    identifiers: ids,
    begin: (parent) => {
      if (parent && sampler.parentBased) return ids.child(parent)
      const context = parent ? ids.child(parent) : ids.newTrace()
      return { ...context, sampled: sampled(context.traceId) }
    },
    end: (ended) => {
      if (ended.context.sampled) sink.take(ended)
    },
    span,
    shutdown: () => sink.shutdown(),
  }
}

/** The trace id's last 56 bits are random (W3C trace context level 2), so every service decides the same for a trace. */
function sampling({ ratio }: Sampler): (traceId: string) => boolean {
  return (traceId) => Number.parseInt(traceId.slice(-14), 16) < ratio * 2 ** 56
}

/** `error.type` of the semantic conventions: a code where there is one. */
function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

function now(): number {
  return performance.timeOrigin + performance.now()
}
