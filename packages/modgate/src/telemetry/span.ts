/** A span that is over, and who takes it. */

import type { TraceContext } from '../core/context.ts'

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>

/** A span that is over. Times are milliseconds since the epoch, with fractions. */
export interface EndedSpan {
  readonly name: string
  readonly kind: 'server' | 'client'
  readonly context: TraceContext
  readonly parentSpanId: string | undefined
  readonly startedAt: number
  readonly endedAt: number
  readonly attributes: SpanAttributes
  /** Why it failed, in a word. */
  readonly failed?: string | undefined
}

/** Where ended spans go. */
export interface SpanSink {
  take(span: EndedSpan): void
  /** Sends what is waiting, and stops. Never rejects. */
  shutdown(): Promise<void>
}
