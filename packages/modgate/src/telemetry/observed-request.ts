/** What is known of a request: at its head, at its end, and of both together. */

import type { TraceContext } from '../core/context.ts'
import type { Failure } from '../core/failure.ts'
import type { CacheOutcome } from '../core/resource.ts'
import type { Endpoint } from './meters.ts'

/** What is known of a request when its head has come. Header values as the client sent them. */
export interface RequestStart {
  readonly method: string
  /** The request target, with the base path and the query. */
  readonly url: string
  readonly requestId?: string | undefined
  readonly traceparent?: string | undefined
  readonly userAgent?: string | undefined
  readonly remoteAddress: string
  /** `1.1`, `2`. */
  readonly protocol: string
}

/** What is known when its answer is out, or given up. */
export interface RequestEnd {
  readonly status: number
  /** Bytes of the body that were sent. */
  readonly bytesSent: number
  readonly endpoint: Endpoint
  readonly module?: string | undefined
  readonly version?: string | undefined
  readonly cache?: CacheOutcome | undefined
  readonly failure?: Failure | undefined
  /** The client went before it had everything. */
  readonly aborted?: boolean | undefined
  /** Says that it is a probe, or a repeat, where the caller knows better than the observer. */
  readonly probe?: boolean | undefined
  readonly repeat?: boolean | undefined
}

export interface RequestMarks {
  readonly probe: boolean
  readonly repeat: boolean
}

/** A request that is over, as its line and its span tell it. */
export interface ObservedRequest {
  readonly id: string
  readonly trace: TraceContext
  readonly start: RequestStart
  readonly end: RequestEnd
  readonly marks: RequestMarks | undefined
  readonly milliseconds: number
}
