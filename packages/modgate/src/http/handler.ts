/** From an exchange to an answer: which route, what to log, and what to say when something fails. */

import type { Context } from '../core/context.ts'
import { asFailure, Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import type { Endpoint, Observation, Observer } from '../telemetry/index.ts'
import { assertKnown, assertSeesAll, callerOf, type Access } from './access.ts'
import { refresh } from './admin-routes.ts'
import type { Exchange, Handler } from './exchange.ts'
import { failureResponse } from './failure-response.ts'
import { indexPath } from './index-route.ts'
import { isLogPath, logResource, namesEverything, type LogFace } from './log-face.ts'
import { answerModule, answerResource, moduleRequest, requestParser, type Outcome } from './module-route.ts'
import { ClientGone } from './pump.ts'
import { pushHookPath, type PushHook } from './push-hook.ts'
import { serviceRoute, type ServiceAnswer, type ServiceFacts } from './service-routes.ts'

export interface HandlerOptions {
  readonly source: Source & { forget(path: string): void }
  readonly observer: Observer
  readonly facts: ServiceFacts
  /** The gate's own log, for monitors and witnesses; undefined where it has none. */
  readonly log?: LogFace | undefined
  /** Empty, or `/x/y`: what all paths begin with. */
  readonly basePath: string
  /** What takes push hooks; undefined where there is no such path. */
  readonly pushHook?: PushHook | undefined
  /** Who may see what; undefined: everybody may see everything. */
  readonly access?: Access | undefined
  /** Pages by their whole paths below the base path, for the host that the client named: `/`, `/-/onboard`. */
  readonly pages: ReadonlyMap<string, (exchange: Exchange) => Promise<ServiceAnswer>>
}

interface Routing extends HandlerOptions {
  readonly parse: ReturnType<typeof requestParser>
}

export function handler(handlerOptions: HandlerOptions): Handler {
  const options: Routing = { ...handlerOptions, parse: requestParser() }
  return async (exchange) => {
    const observation = observe(options.observer, exchange)
    // What is known of the request so far, for a log line that says more than "failed".
    const seen: Seen = { request: undefined }
    try {
      const outcome = await route(options, exchange, observation, seen)
      end(observation, outcome)
    } catch (error) {
      await refuse(options, { exchange, observation, seen }, error)
    }
  }
}

interface Seen {
  request: Outcome['request']
}

function observe(observer: Observer, exchange: Exchange): Observation {
  return observer.begin({
    method: exchange.method,
    url: exchange.target,
    requestId: exchange.header('x-request-id'),
    traceparent: exchange.header('traceparent'),
    userAgent: exchange.header('user-agent'),
    remoteAddress: exchange.remoteAddress,
    protocol: exchange.protocol,
  })
}

async function route(options: Routing, exchange: Exchange, observation: Observation, seen: Seen): Promise<Outcome> {
  const path = pathOf(exchange.target, options.basePath)
  const extra = { ...identifiers(observation), ...cachingOf(options) }
  if (path === pushHookPath) return service(exchange, await hooked(options, exchange, observation), extra)
  if (exchange.method === 'POST' && path.startsWith('/-/')) {
    const caller = await callerOf(options.access, exchange)
    return service(
      exchange,
      await refresh(path, exchange, options.source, context(exchange, observation, { cachedOnly: false, caller })),
      extra,
    )
  }
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') {
    throw new Failure('method-not-allowed', {
      asked: `${exchange.method} ${path.slice(0, 200)}`,
      who: 'modgate',
      why: 'only GET and HEAD are answered here',
    })
  }
  const page = options.pages.get(path)
  if (page) return service(exchange, await page(exchange), extra)
  // Module paths have a dot or an at sign before any of these could matter; service paths have neither.
  const isModule = path.includes('@')
  if (path === indexPath || namesEverything(path)) await assertSeesAll(options.access, exchange)
  else if (isLogPath(path)) await assertKnown(options.access, exchange)
  const answer = isModule ? undefined : await serviceRoute(path, queryOf(exchange.target), options.facts)
  if (answer) return service(exchange, answer, extra)
  if (!isModule && isLogPath(path)) return answerResource(await logResource(path, options.log), exchange, extra)
  if (!protocolPath.test(path)) throw noSuchPage(path)
  const { request, cachedOnly } = moduleRequest(path, exchange, options.parse)
  seen.request = request
  const caller = await callerOf(options.access, exchange)
  return answerModule(options.source, request, exchange, context(exchange, observation, { cachedOnly, caller }), extra)
}

/** A hook needs no token: its signature is its proof. */
async function hooked({ pushHook }: Routing, exchange: Exchange, observation: Observation): Promise<ServiceAnswer> {
  if (!pushHook) throw noSuchPage(pushHookPath)
  if (exchange.method === 'POST')
    return pushHook(exchange, context(exchange, observation, { cachedOnly: false, caller: undefined }))
  const asked = `${exchange.method} ${pushHookPath}`
  throw new Failure('hook-wants-post', { asked, who: 'modgate', why: 'only POST is answered here' })
}

/** What only paths of the GOPROXY protocol have; a proxy on the way may have written the at sign as it likes. */
const protocolPath = /\/(?:@|%40|sumdb\/)/

/** The path of a target, below the base path, without its query. Throws a Failure `no-such-page` for one outside of it. */
function pathOf(target: string, basePath: string): string {
  const origin = originForm(target)
  const query = origin.indexOf('?')
  const path = query < 0 ? origin : origin.slice(0, query)
  if (basePath === '') return path
  if (path === basePath) return '/'
  if (path.startsWith(`${basePath}/`)) return path.slice(basePath.length)
  throw noSuchPage(path)
}

/** What stands behind the first question mark of a target. */
function queryOf(target: string): string {
  const query = target.indexOf('?')
  return query < 0 ? '' : target.slice(query + 1)
}

/** A target as a path: a server has to understand the form that is meant for proxies, too (RFC 9112 section 3.2.2). */
function originForm(target: string): string {
  const authority = /^https?:\/\/[^/?]*/i.exec(target)?.[0]
  if (authority === undefined) return target
  const rest = target.slice(authority.length)
  return rest.startsWith('/') ? rest : `/${rest}`
}

function noSuchPage(path: string): Failure {
  return new Failure('no-such-page', {
    asked: path.slice(0, 200),
    who: 'modgate',
    why: 'no module request and no page of this gate',
  })
}

/** The signal is made only for those who look at it: a warm answer does not. */
function context(
  exchange: Exchange,
  { id, trace }: Observation,
  asks: Pick<Context, 'cachedOnly' | 'caller'>,
): Context {
  return {
    id,
    trace,
    ...asks,
    client: exchange.remoteAddress,
    get signal() {
      return exchange.signal
    },
  }
}

/** Where answers depend on who asks, no cache between us may keep one for somebody else. */
function cachingOf({ access }: HandlerOptions): Record<string, string> {
  return access ? { 'cache-control': 'no-store', vary: 'accept-encoding, authorization' } : {}
}

function identifiers({ id, trace }: Observation): Record<string, string> {
  return { 'x-request-id': id, traceparent: `00-${trace.traceId}-${trace.spanId}-${trace.sampled ? '01' : '00'}` }
}

async function service(exchange: Exchange, answer: ServiceAnswer, extra: Record<string, string>): Promise<Outcome> {
  const { status, type, body } = answer
  const headers = { 'content-type': type, 'content-length': String(body.size), 'cache-control': 'no-store', ...extra }
  const bytesSent = await exchange.send(status, headers, exchange.method === 'HEAD' ? undefined : body)
  return { status, bytesSent }
}

function end(observation: Observation, { status, bytesSent, request, resource }: Outcome, failure?: Failure): void {
  observation.end({ status, bytesSent, ...described(request), cache: resource?.cache, failure })
}

function described(request: Outcome['request']): { endpoint: Endpoint; module?: string; version?: string } {
  if (!request) return { endpoint: 'other' }
  if (request.kind === 'sumdb') {
    const { resource } = request
    return resource.kind === 'lookup'
      ? { endpoint: 'sumdb', module: resource.path, version: resource.version }
      : { endpoint: 'sumdb' }
  }
  const version = 'version' in request ? request.version : 'query' in request ? request.query : undefined
  return { endpoint: request.kind, module: request.path, ...(version === undefined ? {} : { version }) }
}

interface Asking {
  readonly exchange: Exchange
  readonly observation: Observation
  readonly seen: Seen
}

async function refuse(options: HandlerOptions, { exchange, observation, seen }: Asking, error: unknown): Promise<void> {
  if (error instanceof ClientGone || (exchange.signal.aborted && (error as Error).name === 'AbortError')) {
    observation.end({ status: 499, bytesSent: 0, ...described(seen.request), aborted: true })
    return
  }
  const failure = asFailure(error, exchange.target.slice(0, 200))
  const response = failureResponse(failure, observation.id, exchange.header('accept'))
  const headers = {
    ...response.headers,
    'content-length': String(response.body.size),
    ...identifiers(observation),
    ...cachingOf(options),
  }
  // A body that broke while it was sent has cut its connection already; only the log still hears of it.
  const bytesSent = await exchange
    .send(response.status, headers, exchange.method === 'HEAD' ? undefined : response.body)
    .catch(() => 0)
  end(observation, { status: response.status, bytesSent, ...(seen.request ? { request: seen.request } : {}) }, failure)
}
