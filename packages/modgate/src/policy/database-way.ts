/** How the go command gets to a checksum database: through the first proxy that says it relays it, else straight. */

import { parseProxyList } from '@modgate/gomod/goenv'
import type { FetchSettings } from './fetch-settings.ts'
import type { ChecksumRoute } from './route.ts'

/** A way that may be taken, in the order of trying. */
export type DatabaseWay =
  /** `url` is asked for `supported`: 200 settles it for the whole run; 404 and 410 lead on; anything else, only past a pipe. */
  | { readonly kind: 'proxy'; readonly proxy: string; readonly url: string; readonly fallback: 'not-found' | 'any' }
  | { readonly kind: 'direct'; readonly url: string }

/**
 * The ways to a database. The proxies are those of GOPROXY, GONOPROXY notwithstanding: it is about modules. A URL in GOSUMDB is the only
 * way then. Throws a SettingError where GOPROXY cannot be read.
 */
export function databaseWays(
  { GOPROXY }: FetchSettings,
  { name, url }: Extract<ChecksumRoute, { kind: 'asked' }>,
): readonly DatabaseWay[] {
  if (url !== undefined) return [{ kind: 'direct', url }]
  const relays = parseProxyList(GOPROXY).flatMap((hop): DatabaseWay[] => {
    if (hop.kind !== 'proxy') return []
    const proxy = hop.url.replace(/\/$/, '')
    return [{ kind: 'proxy', proxy, url: `${proxy}/sumdb/${name}`, fallback: hop.fallback }]
  })
  return [...relays, { kind: 'direct', url: `https://${name}` }]
}
