/** Which networks an address belongs to (RFC 6890): a redirect must not lead from one into a more private one. */

import { BlockList, isIP } from 'node:net'

export type Network = 'public' | 'private' | 'loopback' | 'link-local'

const table: readonly (readonly [Network, 'ipv4' | 'ipv6', string, number])[] = [
  ['loopback', 'ipv4', '127.0.0.0', 8],
  ['loopback', 'ipv6', '::1', 128],
  // 169.254.169.254 is the metadata service of most clouds.
  ['link-local', 'ipv4', '169.254.0.0', 16],
  ['link-local', 'ipv6', 'fe80::', 10],
  ['link-local', 'ipv4', '0.0.0.0', 8],
  ['link-local', 'ipv6', '::', 128],
  ['link-local', 'ipv4', '224.0.0.0', 3],
  ['link-local', 'ipv6', 'ff00::', 8],
  ['private', 'ipv4', '10.0.0.0', 8],
  ['private', 'ipv4', '100.64.0.0', 10],
  ['private', 'ipv4', '172.16.0.0', 12],
  ['private', 'ipv4', '192.168.0.0', 16],
  ['private', 'ipv4', '192.0.0.0', 24],
  ['private', 'ipv4', '198.18.0.0', 15],
  ['private', 'ipv6', 'fc00::', 7],
]

const lists = new Map<Network, BlockList>()
for (const [network, family, address, prefix] of table) {
  const list = lists.get(network) ?? new BlockList()
  list.addSubnet(address, prefix, family)
  lists.set(network, list)
}

/** The network of an IP address. IPv4 addresses inside IPv6 (`::ffff:10.0.0.1`, NAT64) count as what they stand for. */
export function networkOf(address: string): Network {
  const plain = address.replace(/%.*$/, '')
  const embedded = /^(?:::ffff:|64:ff9b::)(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1]
  if (embedded) return networkOf(embedded)
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4'
  for (const [network, list] of lists) if (list.check(plain, family)) return network
  return 'public'
}

/** Whether somebody at `from` may send us to `to`: to the public, or to the like of itself, never to link-local addresses. */
export function mayRedirect(from: Network, to: Network): boolean {
  return to === 'public' || (to === from && to !== 'link-local')
}
