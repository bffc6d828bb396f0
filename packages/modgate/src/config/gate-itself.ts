/** Lists that would make the gate ask itself: the developer's own shell has the gate as GOPROXY. */

import type { ProxyEntry } from '@modgate/gomod/goenv'
import { isIP } from 'node:net'
import type { ListenAddress } from './serve-config.ts'

/** The list without the entries that lead to this listen address, and those that were dropped. */
export function withoutGate(
  list: readonly ProxyEntry[],
  listen: ListenAddress,
): { readonly kept: readonly ProxyEntry[]; readonly dropped: readonly ProxyEntry[] } {
  const dropped = list.filter((entry) => entry.kind === 'proxy' && leadsToGate(entry.url, listen))
  return { kept: list.filter((entry) => !dropped.includes(entry)), dropped }
}

/** Whether a URL leads to a gate that listens there. */
export function leadsToGate(text: string, listen: ListenAddress): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const usual = { 'http:': 80, 'https:': 443 }[url.protocol]
  if (usual === undefined || listen.port === 0) return false
  const port = url.port === '' ? usual : Number(url.port)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return port === listen.port && sameHost(host, listen.host.toLowerCase())
}

function sameHost(asked: string, listening: string): boolean {
  if (asked === listening) return true
  return isLocal(asked) && isLocal(listening)
}

/** Loopback and "every address": whoever listens on one of them on a port answers for the others too, or nobody else does. */
function isLocal(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  if (isIP(host) === 4) return host.startsWith('127.') || host === '0.0.0.0'
  return host === '::1' || host === '::' || host === '0:0:0:0:0:0:0:1'
}
