/**
 * One thing that a module proxy can be asked for. Paths and versions are plain, never escaped. `query` is an `.info`
 * request for anything but a canonical version of that path: a branch, a commit, `v1`, or `v2.0.0` of a path without
 * `/v2`, which a proxy may answer with another version.
 */
export type ModuleRequest =
  | { readonly kind: 'list' | 'latest'; readonly path: string }
  | { readonly kind: 'query'; readonly path: string; readonly query: string }
  | { readonly kind: 'info' | 'mod' | 'zip'; readonly path: string; readonly version: string }
  | { readonly kind: 'sumdb'; readonly name: string; readonly resource: DatabaseResource }

/** What a checksum database serves. A tile's path is kept as it came: `tile/8/0/x001/234.p/5`. */
export type DatabaseResource =
  | { readonly kind: 'supported' | 'latest' }
  | { readonly kind: 'lookup'; readonly path: string; readonly version: string }
  | { readonly kind: 'tile'; readonly path: string }

/** What is wrong with a request: its length or encoding, its form as a whole, or one of its parts. */
export type RequestErrorKind = 'too-long' | 'encoding' | 'form' | 'path' | 'version' | 'database' | 'tile'

/** A request that the GOPROXY protocol does not know, or not in that spelling. No go command sends it. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly kind: RequestErrorKind

  constructor(kind: RequestErrorKind, reason: string, options?: ErrorOptions) {
    super(`invalid request: ${reason}`, options)
    this.kind = kind
  }
}
