/** Connections, with and without a look at where names lead. */

import { createSecureContext, getCACertificates, type ConnectionOptions as TlsOptions } from 'node:tls'
import { EnvHttpProxyAgent, type Dispatcher } from 'undici'
import { guardedLookup, systemResolver, type AddressGuard } from './address-guard.ts'
import { mayRedirect, networkOf, type Network } from './addresses.ts'

export interface PeerLimits {
  /** Milliseconds until a connection stands, TLS included. */
  readonly connectMs: number
  /** Milliseconds from the request to the answer's head. */
  readonly firstByteMs: number
  /** Milliseconds without a byte of the body. */
  readonly stallMs: number
}

export interface ConnectionOptions {
  readonly limits: PeerLimits
  /** Stands before every connection, the first one as well: for URLs that strangers name. Without it the URL that is asked is trusted. */
  readonly guard?: AddressGuard
  /** Take any certificate, as the go command does for hosts in GOINSECURE. */
  readonly unchecked?: boolean
  /** Trusted besides those that Node knows, as PEM. */
  readonly authorities?: readonly string[]
}

export interface Dispatchers {
  /** For the host that was asked. */
  readonly first: Dispatcher
  /** For a host that one in this network redirects to. */
  readonly redirectedFrom: (network: Network) => Dispatcher
  readonly destroy: () => Promise<void>
}

/**
 * Pools of connections. HTTPS_PROXY, HTTP_PROXY and NO_PROXY mean for the gate what they mean for the go command. What such a proxy
 * connects to is its own affair; the guard stands before all that is connected to from here.
 */
export function dispatchers({ limits, guard, unchecked = false, authorities = [] }: ConnectionOptions): Dispatchers {
  const tls = unchecked ? { rejectUnauthorized: false } : trusting(authorities)
  const options = {
    allowH2: true,
    connectTimeout: limits.connectMs,
    headersTimeout: limits.firstByteMs,
    bodyTimeout: limits.stallMs,
    keepAliveTimeout: 30_000,
    requestTls: tls,
  }
  const guarded = (by: AddressGuard) =>
    new EnvHttpProxyAgent({ ...options, connect: { ...tls, lookup: guardedLookup(by) } })
  const first: Dispatcher = guard ? guarded(guard) : new EnvHttpProxyAgent({ ...options, connect: tls })
  const redirected = new Map<Network, Dispatcher>()
  return {
    first,
    redirectedFrom: (network) => {
      if (guard) return first
      const allows = (address: string) => mayRedirect(network, networkOf(address))
      const made = redirected.get(network) ?? guarded({ allows, resolve: systemResolver })
      redirected.set(network, made)
      return made
    },
    destroy: async () => {
      await Promise.all([first, ...redirected.values()].map((each) => each.destroy()))
    },
  }
}

/** Read once, and not for each connection. */
function trusting(authorities: readonly string[]): Pick<TlsOptions, 'secureContext'> {
  if (authorities.length === 0) return {}
  return { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ...authorities] }) }
}
