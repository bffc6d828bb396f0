/**
 * Which addresses may be connected to where a stranger names the host: the public ones, and what the operator lists. A name is resolved
 * once, its addresses are checked, and these are what is connected to, so that a name cannot change its mind in between (DNS rebinding).
 */

import { lookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import { parseNetwork } from '../core/network.ts'
import { networkOf } from './addresses.ts'
import { ForbiddenAddress } from './peer-failure.ts'

/** The addresses of a name, or the name itself where it is an address. Rejects with the system's error where there are none. */
export type Resolver = (host: string) => Promise<readonly LookupAddress[]>

/** Whether an IP address may be connected to. */
export type AddressRule = (address: string) => boolean

/** What a guard needs: the rule, and who knows the addresses of a name. */
export interface AddressGuard {
  readonly allows: AddressRule
  readonly resolve: Resolver
  /** Whether a URL leads to this gate: who follows it would wait for himself. */
  readonly isGate?: (url: URL) => boolean
}

/** The machine's own resolver, with its hosts file. */
export const systemResolver: Resolver = (host) =>
  new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)))
  })

/** Public addresses, and those in the `networks` (`10.1.0.0/16`, `fd00::/8`, `127.0.0.1`). Throws a TypeError for what is no network. */
export function publicAnd(networks: readonly string[]): AddressRule {
  const listed = new BlockList()
  for (const network of networks) {
    const parsed = parseNetwork(network)
    if (!parsed) throw new TypeError(`${network} is no network`)
    listed.addSubnet(parsed.address, parsed.prefix, parsed.family)
  }
  return (address) => {
    const plain = address.replace(/%.*$/, '')
    return networkOf(address) === 'public' || listed.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
  }
}

/** The addresses of a host (a name, an address, or `[::1]`) that may be connected to. Rejects with ForbiddenAddress where it has no such one. */
export async function allowedAddresses(
  host: string,
  { allows, resolve }: AddressGuard,
): Promise<readonly [LookupAddress, ...LookupAddress[]]> {
  const bare = withoutBrackets(host)
  const family = isIP(bare)
  const all = family === 0 ? await resolve(bare) : [{ address: bare, family }]
  const [first, ...rest] = all.filter(({ address }) => allows(address))
  if (!first) throw new ForbiddenAddress(host)
  return [first, ...rest]
}

/** Why a URL is refused before any name is resolved: it is that of the gate, or has an address in it; undefined where it is not. */
export function refusalOf(url: URL, { allows, isGate }: AddressGuard): string | undefined {
  const literal = withoutBrackets(url.hostname)
  if (isGate?.(url)) return `${url.host} is this gate itself`
  return isIP(literal) !== 0 && !allows(literal) ? `${url.host} is an address of a closed network` : undefined
}

/** The `lookup` of a connection that the guard stands before. Addresses in URLs are never looked up: check those as well. */
export function guardedLookup(guard: AddressGuard): typeof lookup {
  const guarded = (host: string, options: object, done: (error: Error | null, ...rest: unknown[]) => void) => {
    allowedAddresses(host, guard).then(
      (addresses) => {
        if ((options as { all?: boolean }).all) done(null, addresses)
        else done(null, addresses[0].address, addresses[0].family)
      },
      (error: unknown) => done(error as Error),
    )
  }
  return guarded as unknown as typeof lookup
}

/** A host as it stands in a URL, without the brackets of an IPv6 address. */
export function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}
