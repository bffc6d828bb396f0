/** One request, seen from outside: its identifiers, its log line, its counts, its span. */

import type { TraceContext } from '../core/context.ts'
import type { Clock } from '../core/ports.ts'
import type { Logger } from './logger.ts'
import type { Meters } from './meters.ts'
import type { RequestEnd, RequestMarks, RequestStart } from './observed-request.ts'
import { RecentRequests } from './recent-requests.ts'
import { requestLevel, requestLine } from './request-line.ts'
import { requestSpan } from './request-span.ts'
import { parseTraceparent } from './trace-context.ts'
import type { Tracer } from './tracer.ts'

export interface Observation {
  /** The request's id, to be returned as `X-Request-Id`. */
  readonly id: string
  /** The server's span, to be returned as `traceparent`. */
  readonly trace: TraceContext
  /** Writes the line, counts, times, ends the span. The first call counts, later ones do nothing. */
  end(end: RequestEnd): void
}

export interface Observer {
  begin(start: RequestStart): Observation
}

export interface ObserverParts {
  readonly logger: Logger
  readonly meters: Meters
  readonly tracer: Tracer
  readonly clock: Clock
}

/** The observer that the HTTP server calls for each request. */
export function observer(parts: ObserverParts): Observer {
  const recent = new RecentRequests(parts.clock)
  return { begin: (start) => new Request(parts, recent, start) }
}

class Request implements Observation {
  readonly id: string
  readonly trace: TraceContext
  readonly #parts: ObserverParts
  readonly #recent: RecentRequests
  readonly #start: RequestStart
  readonly #startedAt = performance.now()
  readonly #parent: TraceContext | undefined
  readonly #modulePath: string | undefined
  #ended = false

  constructor(parts: ObserverParts, recent: RecentRequests, start: RequestStart) {
    const { meters, tracer } = parts
    this.#parts = parts
    this.#recent = recent
    this.#start = start
    this.#parent = parseTraceparent(start.traceparent)
    this.id = tracer.identifiers.requestId(start.requestId)
    this.trace = tracer.begin(this.#parent)
    this.#modulePath = modulePath(start.url)
    if (this.#modulePath !== undefined) recent.asked(start.remoteAddress, this.#modulePath)
    meters.requestStarted()
  }

  end(end: RequestEnd): void {
    if (this.#ended) return
    this.#ended = true
    const { meters, logger, tracer } = this.#parts
    const milliseconds = performance.now() - this.#startedAt
    const request = { id: this.id, trace: this.trace, start: this.#start, end, marks: this.#marks(end), milliseconds }
    meters.requestEnded({ ...measured(end), seconds: milliseconds / 1000 })
    if (request.marks?.probe === true) meters.probe()
    if (request.marks?.repeat === true) meters.repeat()
    logger.raw(requestLevel(end), requestLine(request), 'request')
    if (tracer.exporting && this.trace.sampled) tracer.end(requestSpan(request, this.#parent?.spanId))
  }

  /** Undefined for almost all requests: only a refused one can be a probe or a repeat. */
  #marks(end: RequestEnd): RequestMarks | undefined {
    if (end.status < 400 || end.status >= 500) return undefined
    const { remoteAddress, url } = this.#start
    const repeat = this.#recent.refusedAgain(remoteAddress, url)
    return { probe: end.probe ?? this.#isProbe(end), repeat: end.repeat ?? repeat }
  }

  #isProbe({ status, module, endpoint }: RequestEnd): boolean {
    if ((status !== 404 && status !== 410) || this.#modulePath === undefined || endpoint === 'sumdb') return false
    return module?.includes('/') === false || this.#recent.isParent(this.#start.remoteAddress, this.#modulePath)
  }
}

function measured({ endpoint, status, cache, module, version }: RequestEnd) {
  return { endpoint, status, cache, module, version }
}

/** The part of a target before `/@v/` or `/@latest`: it stands for the module, whatever stands before it. */
function modulePath(url: string): string | undefined {
  const end = url.indexOf('/@')
  return end <= 0 ? undefined : url.slice(0, end)
}
