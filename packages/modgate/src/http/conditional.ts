/** Conditional requests and ranges (RFC 9110 sections 13 and 14). */

import type { ByteRange } from '../core/body.ts'

/** Whether an `If-None-Match` value names this entity tag, by weak comparison; `*` names any. */
export function matchesETag(ifNoneMatch: string | undefined, etag: string | undefined): boolean {
  if (ifNoneMatch === undefined || etag === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
}

/**
 * The one range that a `Range` value asks for, `unsatisfiable` where it lies outside, or undefined where the whole is to be sent: no
 * range, several, another unit, or an `If-Range` that names another content.
 */
export function parseRange(
  range: string | undefined,
  size: number,
  ifRange?: { readonly header: string | undefined; readonly etag: string | undefined },
): ByteRange | 'unsatisfiable' | undefined {
  if (range === undefined) return undefined
  if (ifRange?.header !== undefined && ifRange.header !== ifRange.etag) return undefined
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(range.trim())
  // No range of an empty content can be named in an answer.
  if (!match || size === 0) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  if (first === '') return Number(last) === 0 ? 'unsatisfiable' : { start: Math.max(0, size - Number(last)), end: size }
  if (last !== '' && Number(last) < Number(first)) return undefined
  if (Number(first) >= size) return 'unsatisfiable'
  return { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) }
}
