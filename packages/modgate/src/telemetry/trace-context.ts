/** W3C trace context (https://www.w3.org/TR/trace-context/#traceparent-header). */

import type { TraceContext } from '../core/context.ts'

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** Longer ones are no header that any known version of the recommendation makes. */
const maxLength = 256

/** A `traceparent` header's context. Undefined for what the recommendation calls invalid: the caller starts a trace of its own. */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  if (header === undefined || header.length > maxLength) return undefined
  const [, version, traceId, spanId, flags, rest] = form.exec(header) ?? []
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** The inverse, in version 00. */
export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
}
