/** What an answer says about its age and about what the cache did. */

import type { Resource } from '../core/resource.ts'

/** `Cache-Control`, `Age` where the answer has one, and `Cache-Status` (RFC 9211). */
export function cacheHeaders({ freshness, cache, trust, settled }: Resource): Record<string, string> {
  const headers: Record<string, string> = {
    'cache-control': freshness ? `max-age=${Math.max(0, freshness.ttlSeconds)}` : 'max-age=31536000, immutable',
    'cache-status': cacheStatus({ cache, freshness }),
    'x-modgate-trust': trust,
  }
  // Nobody may keep what is still on its way to be verified.
  if (settled) headers['cache-control'] = 'no-store'
  if (freshness) headers['age'] = String(freshness.ageSeconds)
  return headers
}

function cacheStatus({ cache, freshness }: Pick<Resource, 'cache'> & { freshness: Resource['freshness'] }): string {
  const parts = ['modgate', cache.status === 'miss' ? 'fwd=miss' : 'hit']
  if (freshness && cache.status !== 'miss') parts.push(`ttl=${freshness.ttlSeconds}`)
  if (cache.collapsed) parts.push('collapsed')
  const detail = cache.status === 'stale' ? `stale: ${cache.detail ?? ''}` : cache.detail
  if (detail !== undefined) parts.push(`detail=${quoted(detail)}`)
  return parts.join('; ')
}

/** A structured field string (RFC 8941 section 3.3.3). */
function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
}
