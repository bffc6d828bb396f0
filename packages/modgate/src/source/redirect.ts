/** Where a peer may send us: never to plain http, another scheme, or deeper inside than it stands itself. */

import { lookup } from 'node:dns'
import { isIP } from 'node:net'
import { mayRedirect, networkOf, type Network } from './addresses.ts'
import { ForbiddenAddress, redirectRefused } from './peer-failure.ts'

/**
 * The URL that a redirect from `from` means, without credentials: those that a peer writes into it are not ours.
 * Throws a Failure `redirect-refused` for what is no URL and for a scheme that is not as safe. `asked` is the URL to blame.
 */
export function redirectTarget(asked: URL, from: URL, location: string): URL {
  const to = URL.parse(location, from)
  if (!to) throw redirectRefused(asked, 'redirected to something that is no URL')
  to.username = ''
  to.password = ''
  if (to.protocol !== 'https:' && (to.protocol !== 'http:' || from.protocol === 'https:')) {
    throw redirectRefused(asked, `redirected from ${from.protocol}// to ${to.protocol}//`)
  }
  return to
}

/**
 * Throws a Failure `redirect-refused` where `to` names an address that a peer in the network `home` may not lead to. Names are checked
 * when they are resolved, by `guardedLookup`. The host that was asked is the operator's own choice; any other one is the peer's.
 */
export function checkAddress(asked: URL, to: URL, home: Network): void {
  const literal = bare(to.hostname)
  if (to.host === asked.host || isIP(literal) === 0 || mayRedirect(home, networkOf(literal))) return
  throw redirectRefused(asked, `redirected to ${to.host}, an address of the ${networkOf(literal)} network`)
}

/** Resolves first and connects to the addresses that were checked, so that a name cannot change its mind in between. */
export function guardedLookup(from: Network): typeof lookup {
  const guard = (host: string, options: object, done: (error: Error | null, ...rest: unknown[]) => void) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) {
        done(error)
        return
      }
      const allowed = addresses.filter(({ address }) => mayRedirect(from, networkOf(address)))
      const [first] = allowed
      if (!first) done(new ForbiddenAddress(host))
      else if ((options as { all?: boolean }).all) done(null, allowed)
      else done(null, first.address, first.family)
    })
  }
  return guard as unknown as typeof lookup
}

/** The network of a host; of one that this machine cannot resolve, the public one, which may lead to the fewest others. */
export async function networkOfHost(hostname: string): Promise<Network> {
  const literal = bare(hostname)
  if (isIP(literal) !== 0) return networkOf(literal)
  return new Promise((resolve) => {
    lookup(literal, (error, address) => resolve(error ? 'public' : networkOf(address)))
  })
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')
