/** What an answer of each kind must look like before it is passed on: a login page with status 200 is none of them. */

import { canonicalVersion, checkPathMajor, splitPathVersion } from '@modgate/gomod/module'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { Failure } from '../core/failure.ts'
import { describeRequest } from '../source/describe.ts'

/** Larger than any real answer of the kind; bytes. */
export const formLimits = {
  list: 64 << 20,
  latest: 1 << 20,
  query: 1 << 20,
  info: 1 << 20,
  mod: 16 << 20,
  zip: 500 << 20,
} as const

/** Throws a Failure `upstream-invalid` for an info, latest or query that is not one for this request. */
export function checkInfo(
  request: Exclude<ModuleRequest, { readonly kind: 'sumdb' }>,
  bytes: Uint8Array,
  source: string,
): void {
  const text = Buffer.from(bytes).toString()
  const bad = (why: string, cause?: unknown) => invalid(request, source, why, text, cause)
  let info: unknown
  try {
    info = JSON.parse(text)
  } catch {
    throw bad('the answer is not JSON')
  }
  const version = typeof info === 'object' && info !== null ? (info as { Version?: unknown }).Version : undefined
  if (typeof version !== 'string' || version === '') throw bad('the answer names no Version')
  if ('version' in request && version !== request.version)
    throw bad(`the answer is for version ${version.slice(0, 100)}`)
  if (canonicalVersion(version) !== version) throw bad(`${version.slice(0, 100)} is no canonical version`)
  try {
    checkPathMajor(version, splitPathVersion(request.path)?.pathMajor ?? '')
  } catch (cause) {
    throw bad(`version ${version.slice(0, 100)} does not fit the module path`, cause)
  }
}

/** Throws a Failure `upstream-invalid` for a list that is a page of another kind. The go command skips odd lines, so they stay. */
export function checkList(request: ModuleRequest, bytes: Uint8Array, source: string): void {
  const start = Buffer.from(bytes.subarray(0, 512)).toString().trimStart()
  if (start.startsWith('<') || start.startsWith('{'))
    throw invalid(request, source, 'the answer is not a list of versions', start)
}

/** A Failure `upstream-invalid` that says what came instead. */
export function invalid(request: ModuleRequest, source: string, why: string, text: string, cause?: unknown): Failure {
  const page = /^\s*</.test(text) ? ' (an HTML page: a login or a captive portal?)' : ''
  return new Failure('upstream-invalid', { asked: describeRequest(request), who: source, why: `${why}${page}`, cause })
}
