/** The gate's address as a caller reaches it. */

import { formatListenAddress, type ServeConfig } from '../config/index.ts'
import type { Exchange } from './exchange.ts'

/**
 * The URL of the gate by the host that the caller named, base path included. A proxy in front says in `X-Forwarded-Proto` whether its
 * side is encrypted. A host that could not stand in a URL is not repeated.
 */
export function urlForCaller(
  exchange: Exchange,
  { listen, basePath }: Pick<ServeConfig, 'listen' | 'basePath'>,
): string {
  const forwarded = exchange.header('x-forwarded-proto')
  const scheme = forwarded === 'https' || forwarded === 'http' ? forwarded : exchange.secure ? 'https' : 'http'
  const host = /^[A-Za-z0-9.:[\]-]{1,255}$/.test(exchange.host) ? exchange.host : formatListenAddress(listen)
  return `${scheme}://${host}${basePath}`
}
