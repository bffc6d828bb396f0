/** Which networks an address belongs to (RFC 6890): a redirect must not lead from one into a more private one. */

import { BlockList, isIP } from 'node:net'

export type Network = 'public' | 'private' | 'loopback' | 'link-local'

const table: readonly (readonly [Network, 'ipv4' | 'ipv6', string, number])[] = [
  ['loopback', 'ipv4', '127.0.0.0', 8],
  ['loopback', 'ipv6', '::1', 128],
  // 169.254.169.254 is the metadata service of most clouds.
  ['link-local', 'ipv4', '169.254.0.0', 16],
  // And this is Azure's, in the midst of public addresses.
  ['link-local', 'ipv4', '168.63.129.16', 32],
  ['link-local', 'ipv6', 'fe80::', 10],
  ['link-local', 'ipv4', '0.0.0.0', 8],
  ['link-local', 'ipv6', '::', 128],
  ['link-local', 'ipv4', '224.0.0.0', 3],
  ['link-local', 'ipv6', 'ff00::', 8],
  ['link-local', 'ipv6', '100::', 64],
  ['private', 'ipv4', '10.0.0.0', 8],
  ['private', 'ipv4', '100.64.0.0', 10],
  ['private', 'ipv4', '172.16.0.0', 12],
  ['private', 'ipv4', '192.168.0.0', 16],
  ['private', 'ipv4', '192.0.0.0', 24],
  ['private', 'ipv4', '198.18.0.0', 15],
  ['private', 'ipv6', 'fc00::', 7],
  ['private', 'ipv6', 'fec0::', 10],
  // A site's own NAT64 (RFC 8215), and Teredo, whose addresses hide the one that is meant.
  ['private', 'ipv6', '64:ff9b:1::', 48],
  ['private', 'ipv6', '2001::', 32],
]

const lists = new Map<Network, BlockList>()
for (const [network, family, address, prefix] of table) {
  const list = lists.get(network) ?? new BlockList()
  list.addSubnet(address, prefix, family)
  lists.set(network, list)
}

/**
 * The network of an IP address. An IPv6 address that stands for an IPv4 one (`::ffff:10.0.0.1`, NAT64, 6to4) counts as that one, in
 * whatever way it is written. What is no address counts as link-local, where nobody may lead us.
 */
export function networkOf(address: string): Network {
  const plain = address.replace(/%.*$/, '')
  const family = isIP(plain)
  if (family === 0) return 'link-local'
  const embedded = family === 6 ? embeddedIPv4(groupsOf(plain)) : undefined
  if (embedded) return networkOf(embedded)
  for (const [network, list] of lists) if (list.check(plain, family === 6 ? 'ipv6' : 'ipv4')) return network
  return 'public'
}

/** Whether somebody at `from` may send us to `to`: to the public, or to the like of itself, never to link-local addresses. */
export function mayRedirect(from: Network, to: Network): boolean {
  return to === 'public' || (to === from && to !== 'link-local')
}

/** The eight groups of an IPv6 address. A URL writes every spelling in one: hexadecimal, with the longest run of zeros left out. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const numbers = (text: string) => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)))
  const [first, last] = [numbers(head), numbers(tail ?? '')]
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
}

/** What stands before an IPv4 address: mapped, translated, NAT64 (RFC 6052), and the long deprecated "compatible" ones. */
const embeddings = ['0,0,0,0,0,65535', '0,0,0,0,65535,0', '100,65435,0,0,0,0', '0,0,0,0,0,0']

function embeddedIPv4(groups: readonly number[]): string | undefined {
  const dotted = (high = 0, low = 0) => [high >> 8, high & 255, low >> 8, low & 255].join('.')
  if (groups[0] === 0x2002) return dotted(groups[1], groups[2])
  const isSpecial = groups.every((group, i) => group === 0 || (i === 7 && group === 1))
  return !isSpecial && embeddings.includes(groups.slice(0, 6).join()) ? dotted(groups[6], groups[7]) : undefined
}
