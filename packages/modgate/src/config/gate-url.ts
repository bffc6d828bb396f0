/** The URL of a gate, from its settings. */

import { formatListenAddress } from './listen-address.ts'
import type { ListenAddress, ServeConfig } from './serve-config.ts'

const everywhere = new Set(['0.0.0.0', '::'])

/**
 * Where a client on the same machine reaches a gate, base path included, without a slash at the end. `bound` is where it really
 * listens, if the port of the settings is 0.
 */
export function gateUrl(config: Pick<ServeConfig, 'listen' | 'tls' | 'basePath'>, bound?: ListenAddress): string {
  const { host, port } = bound ?? config.listen
  const reachable = everywhere.has(host) ? (host === '::' ? '::1' : '127.0.0.1') : host
  return `${config.tls ? 'https' : 'http'}://${formatListenAddress({ host: reachable, port })}${config.basePath}`
}
