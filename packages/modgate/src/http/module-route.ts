/** The GOPROXY protocol over HTTP: from a URL to a resource, and from a resource to an answer. */

import { parseRequest, RequestError, type ModuleRequest } from '@modgate/gomod/proxy'
import type { Body } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import type { Resource } from '../core/resource.ts'
import { cacheHeaders } from './cache-headers.ts'
import { gzipped } from './compression.ts'
import { matchesETag, parseRange } from './conditional.ts'
import type { Exchange } from './exchange.ts'

/** What became of an exchange, for the log. */
export interface Outcome {
  readonly status: number
  readonly bytesSent: number
  readonly request?: ModuleRequest
  readonly resource?: Resource
}

const cachedOnly = '/cached-only'

const parsedLimit = 20_000

/** `parseRequest` that remembers: it is pure, and what is hot is asked thousands of times. The oldest goes first. */
export function requestParser(): (path: string) => ModuleRequest {
  const parsed = new Map<string, ModuleRequest>()
  return (path) => {
    const known = parsed.get(path)
    if (known) return known
    const request = parseRequest(path)
    parsed.set(path, request)
    if (parsed.size > parsedLimit) parsed.delete(parsed.keys().next().value!)
    return request
  }
}

/**
 * The request in a URL path below the base path, and whether it may be fetched. Throws a Failure `bad-request` for what the GOPROXY
 * protocol does not know.
 */
export function moduleRequest(
  path: string,
  exchange: Exchange,
  parse: (path: string) => ModuleRequest,
): { request: ModuleRequest; cachedOnly: boolean } {
  const only = path.startsWith(`${cachedOnly}/`)
  try {
    return {
      request: parse(only ? path.slice(cachedOnly.length) : path),
      cachedOnly: only || exchange.header('disable-module-fetch') === 'true',
    }
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    throw new Failure('bad-request', { asked: path.slice(0, 200), who: 'modgate', why: error.message, cause: error })
  }
}

/** Answers one request of the protocol. Throws a Failure where there is no answer; what `send` throws comes through. */
export async function answerModule(
  source: Source,
  request: ModuleRequest,
  exchange: Exchange,
  context: Context,
  extra: Record<string, string>,
): Promise<Outcome> {
  return { ...(await answerResource(await source.get(request, context), exchange, extra)), request }
}

/** Sends a resource as the client may have it: whole or a part, compressed or not, or only its head. */
export async function answerResource(
  resource: Resource,
  exchange: Exchange,
  extra: Record<string, string>,
): Promise<Outcome> {
  const body = gzipped(resource, exchange.header('accept-encoding'))
  const sent = body
    ? await respond(exchange, encoded(resource), body, extra)
    : await respond(exchange, resource, resource.body, extra)
  return { ...sent, resource }
}

/** The resource of a compressed body: other bytes, so another strong tag. */
function encoded(resource: Resource): Resource {
  return resource.etag === undefined ? resource : { ...resource, etag: resource.etag.replace(/"$/, ';gzip"') }
}

/** Headers that depend on the resource alone; resources in memory are answered thousands of times. */
const known = new WeakMap<Resource, Record<string, string>>()

function resourceHeaders(resource: Resource): Record<string, string> {
  const made = known.get(resource) ?? {
    'content-type': resource.type,
    vary: 'accept-encoding',
    ...cacheHeaders(resource),
    ...(resource.etag === undefined ? {} : { etag: resource.etag }),
    ...(canRange(resource) ? { 'accept-ranges': 'bytes' } : {}),
  }
  known.set(resource, made)
  return made
}

/** Parts are given of what rests, not of what is still arriving. */
const canRange = (resource: Resource): boolean => resource.freshness === undefined && resource.settled === undefined

async function respond(
  exchange: Exchange,
  resource: Resource,
  body: Body,
  extra: Record<string, string>,
): Promise<Outcome> {
  const headers: Record<string, string> = { ...resourceHeaders(resource), ...extra }
  const { etag, settled } = resource
  if (body !== resource.body) headers['content-encoding'] = 'gzip'
  if (settled === undefined && matchesETag(exchange.header('if-none-match'), etag)) {
    return { status: 304, bytesSent: await exchange.send(304, headers) }
  }
  const { size } = body
  if (size !== undefined) headers['content-length'] = String(size)
  if (exchange.method === 'HEAD') return { status: 200, bytesSent: await exchange.send(200, headers) }
  const range =
    size !== undefined && body === resource.body && canRange(resource)
      ? parseRange(exchange.header('range'), size, { header: exchange.header('if-range'), etag })
      : undefined
  if (range === 'unsatisfiable') {
    headers['content-range'] = `bytes */${size}`
    headers['content-length'] = '0'
    return { status: 416, bytesSent: await exchange.send(416, headers) }
  }
  if (!range) return { status: 200, bytesSent: await exchange.send(200, headers, body) }
  headers['content-range'] = `bytes ${range.start}-${range.end - 1}/${size}`
  headers['content-length'] = String(range.end - range.start)
  return { status: 206, bytesSent: await exchange.send(206, headers, body, range) }
}
