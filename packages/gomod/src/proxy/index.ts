/**
 * The GOPROXY protocol's requests: URL path to request and back, and the key under which an answer is kept.
 *
 * There is one key for each request and one request for each key, in Go's own file layout; a URL path is that key with
 * percent-encoding. Whatever is no key, decoded, is refused here: behind this room nobody meets an escape, a path
 * that climbs, or two names for one thing, which is what poisoned caches and slipped past policies are made of.
 * See "GOPROXY protocol" and "Checksum database" in the Go Modules Reference.
 */
import { keyOf, parseKey } from './key.ts'
import { RequestError, type ModuleRequest } from './request.ts'
import { decodePath, encodePath, MAX_WIRE_LENGTH } from './wire.ts'

export { keyOf, parseKey } from './key.ts'
export { RequestError, type DatabaseResource, type ModuleRequest, type RequestErrorKind } from './request.ts'

/**
 * Reads the path of a URL, below the base of the proxy, without a query string, percent-encoded as it came. It begins
 * with a slash.
 * @throws {RequestError} for everything that is not in the protocol or not in its spelling.
 */
export function parseRequest(pathname: string): ModuleRequest {
  const plain = decodePath(pathname)
  if (!plain.startsWith('/')) throw new RequestError('form', 'path without a leading slash')
  return parseKey(plain.slice(1))
}

/**
 * The path that the go command sends for the request, with a leading slash: in URLs of modules the exclamation mark
 * is percent-encoded, in those of a checksum database it is not.
 * @throws {RequestError} for a request that {@link parseRequest} never gives.
 */
export function formatRequest(request: ModuleRequest): string {
  const key = keyOf(request)
  const wire = `/${request.kind === 'sumdb' ? key : encodePath(key)}`
  if (wire.length > MAX_WIRE_LENGTH) throw new RequestError('too-long', `longer than ${MAX_WIRE_LENGTH} bytes`)
  return wire
}
