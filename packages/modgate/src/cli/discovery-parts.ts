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
import { peer, type Peer, type PeerLimits, type QuestionPeer } from '../source/peer.ts'

export interface DiscoverySettings {
  /** GOPRIVATE grammar. */
  readonly privatePatterns: string
  /** Networks that are open to what a page of a private module names, beside the public ones (`10.0.0.0/8`). */
  readonly allowNetworks: readonly string[]
  /** Patterns of paths that may be asked and fetched without TLS (GOINSECURE); empty for none. */
  readonly insecure: string
  readonly listen: ServeConfig['listen']
  readonly limits: PeerLimits
  /** Hosts that an HTTP proxy of the environment connects to in our place. */
  readonly proxied: (host: string) => boolean
}

export interface DiscoveryOptions {
  readonly clock: Clock
  readonly credentials: Credentials
  readonly answers?: FindRootOptions['answers']
  readonly resolve?: Resolver
}

export interface DiscoveryParts {
  readonly findRoot: FindRoot
  /** For what pages of private modules name, as whom the gate is known there. */
  readonly private: Ways
  /** The same as nobody. */
  readonly unknown: Ways
  /** For public modules: as nobody, and to public addresses only. */
  readonly public: Ways
  close(): Promise<void>
}

/** Ways to what pages name: they lead nowhere that their guard does not allow. */
export interface Ways {
  readonly hosts: RepositoryHosts
  readonly peer: Peer & QuestionPeer
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
  const isInsecure = (path: string) => matchPrefixPatterns(settings.insecure, path)
  const isGate: AddressGuard['isGate'] = ({ href }) => leadsToGate(href, settings.listen)
  const kindOf = (networks: readonly string[], authorize?: Credentials['authorize']) => {
    const guard: AddressGuard = { allows: publicAnd(networks), resolve, isGate }
    const nobody = peer({ limits, clock, guard })
    const asking = authorize ? peer({ limits, clock, guard, authorize }) : nobody
    // Whoever shows any certificate may be anybody, and is told no login.
    const insecurePeer = peer({ limits, clock, guard, unchecked: true })
    const hosts = repositoryHosts({ guard, isInsecure, proxied })
    const memory = rememberedPages(pages({ peer: asking, insecurePeer, isInsecure }), { ...pageMemory, clock })
    const checkHost: FindRootOptions['checkHost'] = (root) => hosts.refuse(root)
    const find = findRoot({ pages: memory, isInsecure, checkHost, ...(answers ? { answers } : {}) })
    const close = () => Promise.all([...new Set([asking, nobody, insecurePeer])].map((each) => each.close()))
    return { find, known: { hosts, peer: asking }, unknown: { hosts, peer: nobody }, close }
  }
  // Two memories, since a host may show a page to whom it knows, and another one to everybody.
  const ours = kindOf(settings.allowNetworks, credentials.authorize)
  const theirs = kindOf([])
  return {
    findRoot: (path, context) =>
      (matchPrefixPatterns(settings.privatePatterns, path) ? ours : theirs).find(path, context),
    private: ours.known,
    unknown: ours.unknown,
    public: theirs.unknown,
    async close() {
      await Promise.all([ours.close(), theirs.close()])
    },
  }
}
