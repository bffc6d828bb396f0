/** A trace as an HTTP Archive (HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/), which browsers and other tools open. */

import type { Phases, Trace, TracedRequest } from '../trace/trace.ts'
import { requestInWords } from './trace-words.ts'

/** The archive, as data. What was not recorded has the empty value that the specification gives it; own fields begin with `_`. */
export function traceHar(trace: Trace): object {
  const { began, command, modgate, totalMs, requests } = trace
  const page = {
    startedDateTime: new Date(began).toISOString(),
    id: 'command',
    title: command.join(' '),
    pageTimings: { onContentLoad: -1, onLoad: totalMs },
  }
  return {
    log: {
      version: '1.2',
      creator: { name: 'modgate', version: modgate },
      pages: [page],
      entries: requests.map((request) => entryOf(request, trace)),
      comment: 'header and cookie values are never recorded',
    },
  }
}

function entryOf(request: TracedRequest, { began, places }: Trace): object {
  const { startMs, phases, path, place, connection, cause, trouble } = request
  const timings = timingsOf(phases)
  return {
    pageref: 'command',
    startedDateTime: new Date(began + startMs).toISOString(),
    time: timeOf(timings),
    request: {
      ...message,
      method: request.kind === 'tunnel' ? 'CONNECT' : 'GET',
      url: places[place]!.url + path,
      queryString: [],
      bodySize: 0,
    },
    response: responseOf(request),
    cache: {},
    timings,
    ...(connection === undefined ? {} : { connection: String(connection) }),
    comment: requestInWords(request, places),
    ...(cause === undefined ? {} : { _requiredBy: cause }),
    ...(trouble === undefined ? {} : { _error: trouble }),
  }
}

/** What requests and answers have in common. */
const message = { httpVersion: 'HTTP/1.1', cookies: [], headers: [], headersSize: -1 } as const

function responseOf({ status = 0, bytes, type = '', redirects = [] }: TracedRequest): object {
  return {
    ...message,
    status,
    statusText: '',
    content: { size: bytes, mimeType: type },
    redirectURL: redirects.at(-1) ?? '',
    bodySize: bytes,
  }
}

interface Timings {
  readonly blocked: number
  readonly dns: number
  /** TLS included. */
  readonly connect: number
  readonly ssl: number
  readonly send: number
  readonly wait: number
  readonly receive: number
}

/** -1 stands for what did not happen. */
function timingsOf({ queueMs, dnsMs = -1, connectMs, tlsMs, firstByteMs = 0, bodyMs = 0 }: Phases): Timings {
  return {
    ...{ blocked: queueMs, dns: dnsMs },
    connect: connectMs === undefined ? -1 : connectMs + (tlsMs ?? 0),
    ssl: tlsMs ?? -1,
    ...{ send: 0, wait: firstByteMs, receive: bodyMs },
  }
}

/** The sum of the others, TLS once. */
function timeOf({ blocked, dns, connect, send, wait, receive }: Timings): number {
  return [blocked, dns, connect, send, wait, receive].reduce((sum, ms) => sum + Math.max(0, ms), 0)
}
