/** Discovery, constructed and joined: what finds the repository of a module, and what checks where it leads. */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import { leadsToGate, type ServeConfig } from '../config/index.ts'
import type { Clock } from '../core/ports.ts'
import { publicAnd, systemResolver, type AddressGuard, type Resolver } from '../source/address-guard.ts'
import type { Credentials } from '../source/credentials/credentials.ts'
import { findRoot, type FindRootOptions } from '../source/discovery/find-root.ts'
import { pages } from '../source/discovery/page.ts'
import { rememberedPages } from '../source/discovery/remembered-pages.ts'
import { repositoryHosts, type RepositoryHosts } from '../source/discovery/repository-host.ts'
import type { FindRoot } from '../source/discovery/repository-root.ts'
import { peer, type Peer, type PeerLimits } from '../source/peer.ts'

export interface DiscoverySettings {
  /** Networks that are open to what a page names, beside the public ones (`10.0.0.0/8`). */
  readonly allowNetworks: readonly string[]
  /** Patterns of paths that may be asked and fetched without TLS (GOINSECURE); empty for none. */
  readonly insecure: string
  readonly listen: ServeConfig['listen']
  readonly limits: PeerLimits
  /** An HTTP proxy of the environment connects in our place. */
  readonly proxied: boolean
}

export interface DiscoveryOptions {
  readonly clock: Clock
  readonly credentials: Credentials
  readonly answers?: FindRootOptions['answers']
  readonly resolve?: Resolver
}

export interface DiscoveryParts {
  readonly findRoot: FindRoot
  readonly hosts: RepositoryHosts
  /** For what pages name: it goes nowhere that the guard does not. As whom the gate is known there, for private modules. */
  readonly peer: Peer
  /** The same for public modules, as nobody. */
  readonly stranger: Peer
  close(): Promise<void>
}

const pageMemory = {
  ttlMs: 60 * 60_000,
  absentTtlMs: 10_000,
  staleMs: 24 * 60 * 60_000,
  deadlineMs: 30_000,
  limit: 2000,
}

/** Throws a TypeError for a network that is none. */
export function discoveryParts(settings: DiscoverySettings, options: DiscoveryOptions): DiscoveryParts {
  const { clock, credentials, answers, resolve = systemResolver } = options
  const { limits, proxied } = settings
  const guard: AddressGuard = {
    allows: publicAnd(settings.allowNetworks),
    resolve,
    isGate: ({ href }) => leadsToGate(href, settings.listen),
  }
  const isInsecure = (path: string) => matchPrefixPatterns(settings.insecure, path)
  const connections = { limits, clock, guard, authorize: credentials.authorize }
  const [asking, insecurePeer] = [peer(connections), peer({ ...connections, unchecked: true })]
  const stranger = peer({ limits, clock, guard })
  const hosts = repositoryHosts({ guard, isInsecure, proxied })
  const memory = rememberedPages(pages({ peer: asking, insecurePeer, isInsecure }), { ...pageMemory, clock })
  const checkHost: FindRootOptions['checkHost'] = (root) => hosts.refuse(root)
  return {
    findRoot: findRoot({ pages: memory, isInsecure, checkHost, ...(answers ? { answers } : {}) }),
    hosts,
    ...{ peer: asking, stranger },
    async close() {
      await Promise.all([asking.close(), insecurePeer.close(), stranger.close()])
    },
  }
}
