/** Identifiers of requests, traces and spans, without a call into the random generator for each. */

import { randomFillSync } from 'node:crypto'
import type { TraceContext } from '../core/context.ts'

export interface Identifiers {
  /** The client's request id where it is sane (1 to 64 letters, digits, `.`, `_`, `:`, `-`), else a new one. */
  requestId(header: string | undefined): string
  /** The first span of a trace that nobody asked for. Not sampled unless said so. */
  newTrace(sampled?: boolean): TraceContext
  /** A span below another one, in its trace. */
  child(parent: TraceContext): TraceContext
}

const sane = /^[A-Za-z0-9._:-]{1,64}$/

/** Random bytes are drawn this many at a time. */
const poolBytes = 8192

/** A source of identifiers. `fill` is the random generator. */
export function identifiers(fill: (bytes: Buffer) => void = (bytes) => void randomFillSync(bytes)): Identifiers {
  const hex = hexPool(fill)
  const prefix = hex(4)
  let requests = 0
  const spanId = (): string => nonZero(() => hex(8))
  return {
    requestId: (header) =>
      header !== undefined && sane.test(header) ? header : `${prefix}-${(++requests).toString(36)}`,
    newTrace: (sampled = false) => ({ traceId: nonZero(() => hex(16)), spanId: spanId(), sampled }),
    child: ({ traceId, sampled }) => ({ traceId, spanId: spanId(), sampled }),
  }
}

function hexPool(fill: (bytes: Buffer) => void): (bytes: number) => string {
  const pool = Buffer.alloc(poolBytes)
  let used = poolBytes
  return (bytes) => {
    if (used + bytes > poolBytes) {
      fill(pool)
      used = 0
    }
    const text = pool.toString('hex', used, used + bytes)
    used += bytes
    return text
  }
}

/** The recommendation forbids identifiers of zeros alone. */
function nonZero(make: () => string): string {
  for (;;) {
    const text = make()
    if (/[^0]/.test(text)) return text
  }
}
