/** Whether an answer says that it came from a cache. */

import type { PeerAnswer } from '../source/peer.ts'

export type CacheMark = 'hit' | 'miss'

/**
 * By Cache-Status (RFC 9211), whose last member is the cache next to the client; else by X-Cache, as it is widely written; else by an Age
 * above 0 (RFC 9111 section 5.1). Undefined where the answer does not say.
 */
export function cacheMark(headers: PeerAnswer['headers']): CacheMark | undefined {
  const status = valueOf(headers, 'cache-status')
  if (status !== undefined) return /;\s*hit\s*(?:;|=\?1|$)/.test(lastMember(status)) ? 'hit' : 'miss'
  const mark = valueOf(headers, 'x-cache')
  if (mark !== undefined && /\b(hit|miss)\b/i.test(mark)) return /\bhit\b/i.test(mark) ? 'hit' : 'miss'
  const age = valueOf(headers, 'age')
  return age !== undefined && /^[1-9]\d*$/.test(age) ? 'hit' : undefined
}

function valueOf(headers: PeerAnswer['headers'], name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' || value === undefined ? value : value.join(', ')
}

/** Commas inside of quoted strings end no member. */
function lastMember(list: string): string {
  return (
    list
      .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
      .split(',')
      .at(-1) ?? ''
  ).trim()
}
