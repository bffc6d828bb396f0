/** Where a peer may send us: never to plain http, another scheme, or deeper inside than it stands itself. */

import { lookup } from 'node:dns'
import { isIP } from 'node:net'
import { withoutBrackets } from './address-guard.ts'
import { mayRedirect, networkOf, type Network } from './addresses.ts'
import { redirectRefused } from './peer-failure.ts'

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
 * when they are resolved, by the guard of the connection. The host that was asked is the operator's own choice; any other one is the peer's.
 */
export function checkAddress(asked: URL, to: URL, home: Network): void {
  const literal = withoutBrackets(to.hostname)
  if (to.host === asked.host || isIP(literal) === 0 || mayRedirect(home, networkOf(literal))) return
  throw redirectRefused(asked, `redirected to ${to.host}, an address of the ${networkOf(literal)} network`)
}

/** The network of a host; of one that this machine cannot resolve, the public one, which may lead to the fewest others. */
export async function networkOfHost(hostname: string): Promise<Network> {
  const literal = withoutBrackets(hostname)
  if (isIP(literal) !== 0) return networkOf(literal)
  return new Promise((resolve) => {
    lookup(literal, (error, address) => resolve(error ? 'public' : networkOf(address)))
  })
}
