/** A parsed GOPROXY list as a chain of sources. */

import type { ProxyEntry } from '@modgate/gomod/goenv'
import type { Source } from '../core/ports.ts'
import { chain, noDirect, off, type ChainLink } from './chain.ts'
import { folder } from './folder.ts'
import type { Peer } from './peer.ts'
import { upstream, type UpstreamOptions } from './upstream.ts'

export interface ProxyListParts extends UpstreamOptions {
  readonly peer: Peer
  /** What the entry `direct` stands for; absent: nothing, and it is refused. */
  readonly direct?: Source
  /**
   * Whether `direct` counts behind proxies, too, as it does for the go command. Behind a gate the absence stands that a proxy has told: the
   * client's own list decides whether to look at the origin.
   */
  readonly isLastResort?: boolean
}

/** The source that a list stands for. Entries behind `direct` or `off` never count, and the parser has none. */
export function proxyList(
  list: readonly ProxyEntry[],
  { peer, direct = noDirect, isLastResort = false, ...options }: ProxyListParts,
): Source {
  const links: ChainLink[] = []
  for (const entry of list) {
    if (entry.kind === 'off') links.push({ source: off, fallback: 'not-found' })
    else if (entry.kind === 'direct') {
      if (links.length === 0 || isLastResort) links.push({ source: direct, fallback: 'not-found', isOrigin: true })
    } else links.push({ source: proxy(new URL(entry.url), peer, options), fallback: entry.fallback })
  }
  return chain(links)
}

function proxy(url: URL, peer: Peer, options: UpstreamOptions): Source {
  return url.protocol === 'file:' ? folder(url) : upstream(url, peer, options)
}
