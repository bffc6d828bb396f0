/** The log line of a request. */

import type { Failure } from '../core/failure.ts'
import { failureFields } from './error-fields.ts'
import type { Level } from './logger.ts'
import type { ObservedRequest, RequestEnd } from './observed-request.ts'
import { redact, scrub, type Fields } from './redact.ts'

/** A defect is an error; what the gate or an upstream refused is a warning; what is not there, or asked wrongly, is everyday life. */
export function requestLevel({ failure, status }: RequestEnd): Level {
  if (!failure) return status >= 500 ? 'error' : 'info'
  switch (failure.kind) {
    case 'internal':
      return 'error'
    case 'not-found':
    case 'gone':
    case 'bad-request':
      return 'info'
    default:
      return 'warn'
  }
}

/** The line's fields; absent ones are undefined, which the line leaves out. */
export function requestLine(request: ObservedRequest): Fields {
  const { start, end, marks, milliseconds } = request
  const line = {
    id: request.id,
    trace: request.trace.traceId,
    method: start.method,
    path: path(start.url),
    status: end.status,
    bytes: end.bytesSent,
    ms: Math.round(milliseconds * 1000) / 1000,
    endpoint: end.endpoint,
    module: end.module,
    version: end.version,
    cache: end.cache && (end.cache.collapsed === true ? 'collapsed' : end.cache.status),
    client: start.remoteAddress,
    agent: start.userAgent,
  }
  const marked = marks || end.aborted === true ? { ...line, ...marksOf(request) } : line
  return end.failure ? { ...marked, ...refusal(end.failure) } : marked
}

function marksOf({ marks, end }: ObservedRequest): Fields {
  return {
    probe: marks?.probe === true ? true : undefined,
    repeat: marks?.repeat === true ? true : undefined,
    aborted: end.aborted === true ? true : undefined,
  }
}

function refusal(failure: Failure): Fields {
  const { code, who, why, said, causes, stack } = redact(failureFields(failure))
  return { code, who, why, said, causes, stack }
}

/** Without the query, which the protocol does not use and which may hold a secret. Only a proxy's absolute target has user information. */
function path(url: string): string {
  const query = url.indexOf('?')
  const bare = query === -1 ? url : url.slice(0, query)
  return bare.startsWith('/') ? bare : scrub(bare)
}
