/** The parts of a gate, constructed and joined: for `serve`, and for the commands that work on a store as a gate would. */

import { availableParallelism } from 'node:os'
import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { ServeConfig } from '../config/index.ts'
import type { Checkpoints, Records, Source, Store } from '../core/ports.ts'
import { systemClock } from '../core/system.ts'
import { database } from '../gateway/database.ts'
import { eviction, type Eviction } from '../gateway/eviction.ts'
import { gateway, type Gateway } from '../gateway/gateway.ts'
import { hashPool, type HashPool } from '../gateway/hash-pool.ts'
import type { CoveringLog } from '../gateway/log/covering-log.ts'
import { originRefresh, type RefreshOrigin } from '../gateway/origin-refresh.ts'
import { countInWorker } from '../gateway/count-thread.ts'
import type { VerifyOptions } from '../layer/keeping.ts'
import type { TrustRules } from '../layer/trust.ts'
import { databaseRemote, type DatabaseRemote } from '../source/database-remote.ts'
import { peer, type Peer } from '../source/peer.ts'
import { proxyList } from '../source/proxy-list.ts'
import { routes } from '../source/routes.ts'
import type { MirrorEviction } from '../source/vcs/mirror-eviction.ts'
import { boundedStore } from '../store/bounded-store.ts'
import type { DataDirectory } from '../store/data-directory.ts'
import { diskCheckpoints } from '../store/disk-checkpoints.ts'
import { diskStore } from '../store/disk-store.ts'
import { diskEntries, type Entries } from '../store/entries.ts'
import { factsBook } from '../store/entry-facts.ts'
import type { MakeRoom } from '../store/full-disk.ts'
import { originBook } from '../store/origin-book.ts'
import { spool } from '../store/spool.ts'
import { mayBeDirect } from './direct-modules.ts'
import { loggedHashes } from './log-parts.ts'
import { originParts } from './origin-parts.ts'
import type { reports } from './reports.ts'
import type { WatchParts } from './watch-parts.ts'

type Reports = Partial<ReturnType<typeof reports>>

/** Milliseconds that one fetch, and one question to the checksum database, may take in all. */
const flightDeadlineMs = 15 * 60_000
const databaseDeadlineMs = 60_000
const flightLimit = 1024

/** What keeps and verifies, without anything that fetches modules. */
export interface StoreParts {
  readonly store: Store
  readonly checkpoints: Checkpoints
  readonly entries: Entries
  readonly peer: Peer
  readonly hasher: HashPool
  readonly database: (Records & Source) | undefined
  /** What layer/verify needs. */
  readonly verify: Omit<VerifyOptions, 'report'>
  /** Ends connections and threads. */
  close(): Promise<void>
}

export interface StoreOptions {
  readonly report?: Reports
  /** The gate's own log. */
  readonly log?: CoveringLog | undefined
  readonly makeRoom?: MakeRoom
  /** Where the checksum database is asked, instead of over the network. */
  readonly remote?: DatabaseRemote
}

/** Constructs what a store needs to be kept as the settings say. */
export function storeParts(config: ServeConfig, directory: DataDirectory, options: StoreOptions = {}): StoreParts {
  const { report = {}, makeRoom, log, remote } = options
  const store = diskStore(directory, makeRoom)
  const checkpoints = diskCheckpoints(directory, makeRoom)
  const facts = factsBook(checkpoints)
  const hasher = hashPool(Math.max(1, availableParallelism() - 1))
  const asking = peer({ limits: limitsOf(config), clock: systemClock })
  const sumdb = checksumDatabase(config, { checkpoints, asking, report, log, remote })
  return {
    store,
    checkpoints,
    // With checkpoints of its own: making room for those of the gate must not wait for itself.
    entries: diskEntries(directory, factsBook(diskCheckpoints(directory))),
    peer: asking,
    hasher,
    database: sumdb,
    verify: {
      store,
      facts,
      spool: spool(directory.spool, makeRoom),
      hasher,
      clock: systemClock,
      records: sumdb,
      private: config.privatePatterns,
      exempt: config.noVerify,
    },
    async close() {
      await Promise.all([asking.close(), hasher.close()])
    },
  }
}

/** The checksum database alone, for a command that asks it; what it learns is kept in `checkpoints`. */
export function databaseParts(config: ServeConfig, checkpoints: Checkpoints) {
  const asking = peer({ limits: limitsOf(config), clock: systemClock })
  return { database: checksumDatabase(config, { checkpoints, asking, report: {} }), close: () => asking.close() }
}

const limitsOf = (config: ServeConfig) => ({
  connectMs: config.connectTimeoutMs,
  firstByteMs: config.firstByteTimeoutMs,
  stallMs: config.stallTimeoutMs,
})

interface Asking {
  readonly checkpoints: Checkpoints
  readonly asking: Peer
  readonly report: Reports
  readonly log?: CoveringLog | undefined
  readonly remote?: DatabaseRemote | undefined
}

function checksumDatabase(
  config: ServeConfig,
  { checkpoints, asking, report, log, remote }: Asking,
): (Records & Source) | undefined {
  if (config.sumdb.kind === 'off') return undefined
  return database({
    name: config.sumdb.name,
    key: config.sumdb.key,
    remote:
      remote ??
      databaseRemote({
        database: config.sumdb,
        upstream: config.upstream,
        peer: asking,
        clock: systemClock,
        deadlineMs: databaseDeadlineMs,
      }),
    checkpoints,
    clock: systemClock,
    private: config.privatePatterns,
    offline: config.offline,
    ...(log ? { ownKey: log.verifierKey } : {}),
    ...(report.database ? { report: report.database } : {}),
  })
}

export interface GateParts extends Pick<StoreParts, 'peer' | 'hasher'> {
  readonly gateway: Gateway
  readonly eviction: Eviction | undefined
  /** What modules are believed for. */
  readonly rules: TrustRules
  readonly refreshOrigin: RefreshOrigin
  /** What the origin watch looks at. */
  readonly watched: WatchParts
  readonly mirrors: MirrorEviction
  close(): Promise<void>
}

/** Constructs a whole gate. */
export function gateParts(
  config: ServeConfig,
  directory: DataDirectory,
  { report = {}, log }: { readonly report?: Reports; readonly log?: CoveringLog | undefined } = {},
): GateParts {
  const late: { eviction?: Eviction; gateway?: Gateway } = {}
  const parts = storeParts(config, directory, {
    report,
    log,
    makeRoom: async () => (await late.eviction?.freeSome()) ?? false,
  })
  if (config.cacheBytes !== undefined) {
    late.eviction = eviction({
      entries: parts.entries,
      count: countInWorker(directory.modules),
      limit: config.cacheBytes,
      pins: config.cachePins,
      clock: systemClock,
      flushUsage: async () => late.gateway?.flushUsage(),
      ...(report.eviction ? { report: report.eviction } : {}),
    })
  }
  const isDirect = (path: string) => mayBeDirect(config, path)
  const book = originBook({ ...parts, clock: systemClock, isDirect })
  const origin = originParts(config, directory, {
    limits: limitsOf(config),
    report: report.repository,
    mirrorReport: report.mirrors,
    book,
  })
  const made = gateway({
    ...parts.verify,
    ...(log ? { log, logged: loggedHashes(log) } : {}),
    ...(report.log ? { reportLog: report.log } : {}),
    store: late.eviction ? boundedStore(parts.store, late.eviction) : parts.store,
    origin: originOf(config, { ...origin, peer: parts.peer, report }),
    database: parts.database,
    access: config.access,
    checkpoints: parts.checkpoints,
    clock: systemClock,
    offline: config.offline,
    answerTtlMs: config.answerTtlMs,
    absentTtlMs: config.absentTtlMs,
    flight: { deadlineMs: flightDeadlineMs, limit: flightLimit, ...(report.flight ? { report: report.flight } : {}) },
    memory: { limit: config.memoryBytes, ...(report.hotBytes ? { report: report.hotBytes } : {}) },
    prefetch: prefetchOf(config, report),
    ...(report.content ? { report: report.content } : {}),
  })
  late.gateway = made
  const { peer: asking, hasher } = parts
  const close = async () => {
    await log?.close()
    await origin.mirrors.close()
    await origin.close()
    await parts.close()
  }
  const { movedTo, direct } = origin
  const locate: WatchParts['locate'] = (path, context) => direct.locate(path, context)
  const refreshOrigin = originRefresh({ book, locate, gateway: made })
  const watched = { ...parts, locate, movedTo, facts: parts.verify.facts, isDirect, book }
  const { verify: rules } = parts
  const { eviction: evicting } = late
  const { mirrors } = origin
  return { peer: asking, hasher, gateway: made, eviction: evicting, mirrors, rules, refreshOrigin, watched, close }
}

interface Origins {
  readonly peer: Peer
  readonly knownPeer: Peer
  readonly direct: Source
  readonly report: Reports
}

function originOf(config: ServeConfig, { peer: asking, knownPeer, direct, report }: Origins): Source {
  const listOf = (list: ServeConfig['upstream'], as = asking) =>
    proxyList(list, { peer: as, direct, report: report.upstream })
  /** A route may be for public modules too, which are nobody's reason to log in. */
  const routed = (list: ServeConfig['upstream']): Source => {
    const [known, unknown] = [listOf(list, knownPeer), listOf(list)]
    return {
      get(request, context) {
        const isPrivate = request.kind !== 'sumdb' && matchPrefixPatterns(config.privatePatterns, request.path)
        return (isPrivate ? known : unknown).get(request, context)
      },
    }
  }
  return routes({
    routes: config.routes.map(({ patterns, list }) => ({ patterns, source: routed(list) })),
    private: config.privatePatterns,
    direct,
    otherwise: listOf(config.upstream),
    ...(report.leak ? { onRefused: report.leak } : {}),
  })
}

function prefetchOf(config: ServeConfig, report: Reports) {
  if (config.prefetch === 'off') return false
  return {
    depth: config.prefetch,
    clock: systemClock,
    bytesLimit: config.prefetchBytes,
    ...(report.prefetch ? { report: report.prefetch } : {}),
  }
}
