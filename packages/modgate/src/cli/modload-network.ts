/**
 * What asks proxies, repositories and the checksum database, for commands that look at a module graph. Loaded when something has to be asked: where
 * all is at hand, a command is over before an HTTP client would have been loaded.
 */

import { pathsOf, type Machine } from '../config/machine.ts'
import { Failure } from '../core/failure.ts'
import { systemClock } from '../core/system.ts'
import { fetchSettingsOf, type GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { goPath, moduleCache } from '../inspect/evidence/module-cache-place.ts'
import { trustedAuthorities } from '../inspect/evidence/network-trust.ts'
import { readCredentials, type Credentials } from '../inspect/evidence/network-credentials.ts'
import type { SumRecords } from '../modload/checked-go-mods.ts'
import { modDatabase, type DatabaseKeeper } from '../modload/mod-database.ts'
import { remoteFiles, type RemoteFiles } from '../modload/remote-files.ts'
import { planRoute, type Hop } from '../policy/route.ts'
import { databaseRemote } from '../source/database-remote.ts'
import { peer, type Peer } from '../source/peer.ts'
import { proxyList } from '../source/proxy-list.ts'
import { trustingPeer } from '../source/trusting-peer.ts'
import type { UserOriginOptions, UserOrigins } from './user-origins.ts'

export interface ModloadNetwork {
  readonly files: RemoteFiles
  readonly records: SumRecords
  /** Ends connections. */
  close(): Promise<void>
}

export interface NetworkOptions {
  readonly machine: Machine
  readonly go: GoEnvironment
  /** Told of each file that came, with its bytes. */
  readonly onFile: (bytes: number) => void
  /** Told when a module begins to be read from its repository, and when that has ended. */
  readonly onRepository?: (more: 1 | -1) => void
  /** Keeps what the database proves; absent: nothing is written. */
  readonly database?: DatabaseKeeper
  /** Ends everything. */
  readonly signal?: AbortSignal
  /** Questions under way at once, default 64. */
  readonly width?: number
  /** Runs work again where trouble was passing. */
  readonly steadily?: <T>(work: () => Promise<T>) => Promise<T>
}

/** Milliseconds. */
const limits = { connectMs: 10_000, firstByteMs: 60_000, stallMs: 30_000 }
const databaseDeadlineMs = 60_000
const deadlineMs = 15 * 60_000
const defaultWidth = 64

/** Constructs it from the user's settings. Throws a Failure `configuration` where they cannot be read. */
export async function modloadNetwork(options: NetworkOptions): Promise<ModloadNetwork> {
  const { machine, go, onFile, width = defaultWidth, signal = AbortSignal.timeout(deadlineMs), steadily } = options
  const settings = fetchSettingsOf(go)
  const credentials = await readCredentials(machine, settings.GOAUTH)
  const hops = hopsOf(settings).map((hop) => authorized(hop, credentials))
  const asking = trustingPeer({
    make: (authorities) => peer({ limits, clock: systemClock, ...(authorities ? { authorities } : {}) }),
    authorities: () => trustedAuthorities(machine),
  })
  const direct = lazyOrigins({ machine, settings, credentials, limits }, options.onRepository)
  const source = proxyList(hops, { peer: asking, direct, isLastResort: true, resumes: true })
  const files = remoteFiles({
    route: (path) => planRoute(settings, path).content,
    ...{ source, direct, proxies: proxyList(proxiesOf(hops), { peer: asking }) },
    ...{ width, signal, onFile },
    ...(steadily === undefined ? {} : { steadily }),
  })
  return {
    ...{ files, records: records({ ...options, hops, asking }) },
    close: async () => {
      await Promise.all([asking.close(), direct.close()])
    },
  }
}

/** Loads what reads repositories when the first one has to be read. */
function lazyOrigins(options: UserOriginOptions, onRepository: NetworkOptions['onRepository']): UserOrigins {
  let origins: Promise<UserOrigins> | undefined
  const load = async () => (await import('./user-origins.ts')).userOrigins(options)
  return {
    async get(request, context) {
      onRepository?.(1)
      try {
        return await (await (origins ??= load())).get(request, context)
      } finally {
        onRepository?.(-1)
      }
    },
    close: async () => (await origins?.catch(() => undefined))?.close(),
  }
}

interface Asking extends NetworkOptions {
  readonly hops: readonly Hop[]
  readonly asking: Peer
}

function records({ machine, go, hops, asking, database, steadily = (work) => work() }: Asking): SumRecords {
  const { join } = pathsOf(machine)
  const settings = fetchSettingsOf(go)
  return modDatabase({
    route: (path) => planRoute(settings, path).checksum,
    remoteOf: ({ name, key, url }) => {
      const remote = databaseRemote({
        database: { kind: 'database', name, key, ...(url === undefined ? {} : { url }) },
        ...{ upstream: hops, peer: asking, clock: systemClock, deadlineMs: databaseDeadlineMs },
      })
      return { read: (path) => steadily(() => remote.read(path)) }
    },
    cache: join(moduleCache(machine, go), 'cache', 'download', 'sumdb'),
    pins: join(goPath(machine, go), 'pkg', 'sumdb'),
    ...(database === undefined ? {} : { keep: database }),
  })
}

/** The list of proxies, as any module sees it that GONOPROXY does not name. */
function hopsOf(settings: Parameters<typeof planRoute>[0]): readonly Hop[] {
  const { content } = planRoute({ ...settings, GONOPROXY: '' }, 'example.com/any')
  if (content.kind === 'refused')
    throw new Failure('configuration', { asked: 'GOPROXY', who: 'the settings of go', why: content.message })
  return content.kind === 'list' ? content.hops : []
}

/** Those before `direct` and `off`. */
function proxiesOf(hops: readonly Hop[]): readonly Hop[] {
  const end = hops.findIndex(({ kind }) => kind !== 'proxy')
  return end < 0 ? hops : hops.slice(0, end)
}

/** The hop with what the go command would send along: netrc's login for its host. */
function authorized(hop: Hop, credentials: Credentials): Hop {
  if (hop.kind !== 'proxy' || !URL.canParse(hop.url)) return hop
  const url = new URL(hop.url)
  const header = credentials(url)
  if (header === undefined || url.username !== '' || url.password !== '') return hop
  const pair = Buffer.from(header.replace(/^Basic /, ''), 'base64').toString()
  const colon = pair.indexOf(':')
  url.username = encodeURIComponent(pair.slice(0, colon))
  url.password = encodeURIComponent(pair.slice(colon + 1))
  return { ...hop, url: url.href }
}
