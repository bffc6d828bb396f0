/** Networks as operators write them: `10.1.0.0/16`, `fd00::/8`, and an address alone for itself. */

import { isIP } from 'node:net'

export interface Network {
  readonly address: string
  /** Bits. */
  readonly prefix: number
  readonly family: 'ipv4' | 'ipv6'
}

/** Undefined for what is no network. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  const most = version === 4 ? 32 : 128
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN
  if (version === 0 || rest.length > 0 || !(prefix <= most)) return undefined
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' }
}
