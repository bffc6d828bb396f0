/** The server's span of a request, in the words of OpenTelemetry's HTTP conventions. */

import type { Endpoint } from './meters.ts'
import type { ObservedRequest } from './observed-request.ts'
import type { EndedSpan } from './span.ts'

/** The route stands for all paths of its kind: a span's name must not hold a module (https://opentelemetry.io/docs/specs/semconv/http/http-spans/). */
const routes: Record<Endpoint, string | undefined> = {
  list: '/{module}/@v/list',
  latest: '/{module}/@latest',
  query: '/{module}/@v/{query}.info',
  info: '/{module}/@v/{version}.info',
  mod: '/{module}/@v/{version}.mod',
  zip: '/{module}/@v/{version}.zip',
  sumdb: '/sumdb/{name}/{file}',
  page: undefined,
  other: undefined,
}

/** The span of a request that has just ended. */
export function requestSpan(request: ObservedRequest, parentSpanId: string | undefined): EndedSpan {
  const { start, end, trace, milliseconds } = request
  const route = routes[end.endpoint]
  const endedAt = performance.timeOrigin + performance.now()
  return {
    name: route === undefined ? start.method : `${start.method} ${route}`,
    kind: 'server',
    context: trace,
    parentSpanId,
    startedAt: endedAt - milliseconds,
    endedAt,
    attributes: attributes(request, route),
    failed: end.status >= 500 ? (end.failure?.code ?? String(end.status)) : undefined,
  }
}

function attributes({ id, start, end }: ObservedRequest, route: string | undefined): EndedSpan['attributes'] {
  return {
    'http.request.method': start.method,
    'http.response.status_code': end.status,
    'http.response.body.size': end.bytesSent,
    'http.route': route,
    'network.protocol.version': start.protocol,
    'client.address': start.remoteAddress,
    'user_agent.original': start.userAgent,
    'modgate.request.id': id,
    'modgate.module': end.module,
    'modgate.version': end.version,
    'modgate.cache': end.cache?.status,
    'modgate.failure': end.failure?.code,
  }
}
