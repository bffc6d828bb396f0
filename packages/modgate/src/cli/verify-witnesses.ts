/** Whom `modgate verify` asks: the log that the user's Go is set to, or a gate that is named, and others beside it. */

import { KNOWN_DATABASES, parseProxyList, parseSumdb, SettingError, type ChecksumDatabase, type ProxyEntry } from '@modgate/gomod/goenv' // prettier-ignore
import { redact, type Machine } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { systemClock } from '../core/system.ts'
import { fetchSettingsOf, readGoEnvironment, type GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { readPinnedHead } from '../inspect/evidence/tree-head.ts'
import { sumWitness, type Witness } from '../inspect/sums/sum-witness.ts'
import { databaseRemote } from '../source/database-remote.ts'
import { peer, type Peer } from '../source/peer.ts'

export interface WitnessFlags {
  /** As GOSUMDB has it. */
  readonly sumdb?: string
  /** As GOPROXY has it. */
  readonly proxy?: string
  readonly gate?: string
  readonly key?: string
  /** `SPEC` or `SPEC=URL` each. */
  readonly also?: readonly string[]
  /** As GOPRIVATE has it. */
  readonly private?: string
}

type Database = ChecksumDatabase & { readonly kind: 'database' }

interface Wanted {
  readonly database: Database
  readonly proxies: readonly ProxyEntry[]
  readonly unasked: { readonly patterns: string; readonly why: string }
}

/** Milliseconds. A gate may have to fetch a private version before it can answer. */
const limits = { connectMs: 10_000, firstByteMs: 120_000, stallMs: 30_000 }
const deadlineMs = 180_000

/** Throws a Failure `usage` for flags and settings that name nobody who can be asked. */
export async function verifyWitnesses(machine: Machine, flags: WitnessFlags) {
  const go = await readGoEnvironment(machine)
  const wanted = [primary(flags, go), ...(flags.also ?? []).map((spec) => another(spec, flags, go))]
  const asking = peer({ limits, clock: systemClock })
  const witnesses = await Promise.all(wanted.map((each) => witnessOf(each, { machine, go, asking })))
  return { witnesses, close: () => asking.close() }
}

interface Outside {
  readonly machine: Machine
  readonly go: GoEnvironment
  readonly asking: Peer
}

async function witnessOf({ database, proxies, unasked }: Wanted, { machine, go, asking }: Outside): Promise<Witness> {
  const { size, text } = await readPinnedHead(machine, go, database)
  return sumWitness({
    name: database.url === undefined ? database.name : `${database.name} at ${redact(database.url)}`,
    key: database.key,
    remote: databaseRemote({ database, upstream: proxies, peer: asking, clock: systemClock, deadlineMs }),
    unasked,
    ...(size !== undefined && text !== undefined ? { pinned: text } : {}),
  })
}

function primary({ gate, key, sumdb, proxy, ...flags }: WitnessFlags, go: GoEnvironment): Wanted {
  if (gate !== undefined || key !== undefined) {
    if (gate === undefined || key === undefined) {
      throw wrong(gate === undefined ? '--key' : '--gate', 'a gate is named by its URL and its verifier key', '--gate URL --key VERIFIER') // prettier-ignore
    }
    return { database: at(gate, databaseOf('--key', key)), proxies: [], unasked: unaskedOf(key, flags, go) }
  }
  const settings = fetchSettingsOf(go)
  const database = databaseOf(
    sumdb === undefined ? 'GOSUMDB' : '--sumdb',
    sumdb ?? (settings.GOSUMDB || 'sum.golang.org'),
  )
  const patterns = joined(settings.GONOSUMDB, isPublic(database.key) ? flags.private : undefined)
  const why = 'GONOSUMDB, GOPRIVATE or --private keeps it from this database'
  return { database, proxies: proxiesOf(proxy, go), unasked: { patterns, why } }
}

/** One with a URL of its own is a gate that the user knows; what travels through the proxies may end at a stranger. */
function another(spec: string, { gate, proxy, ...flags }: WitnessFlags, go: GoEnvironment): Wanted {
  const equals = spec.indexOf('=')
  const database = databaseOf('--also', equals < 0 ? spec : spec.slice(0, equals))
  // A gate passes a public database on, and knows which names that one must not hear.
  if (equals < 0 && gate !== undefined)
    return { database: at(gate, database), proxies: [], unasked: strangerTo(flags, go) }
  if (equals < 0) return { database, proxies: proxiesOf(proxy, go), unasked: strangerTo(flags, go) }
  return { database: at(spec.slice(equals + 1), database), proxies: [], unasked: unaskedOf(database.key, flags, go) }
}

/** What a database with a place of its own must not hear of: nothing is kept from a gate, whatever relays a public one. */
const unaskedOf = (key: string, flags: WitnessFlags, go: GoEnvironment): Wanted['unasked'] =>
  isPublic(key) ? strangerTo(flags, go) : { patterns: '', why: '' }

const strangerTo = (flags: WitnessFlags, go: GoEnvironment): Wanted['unasked'] => ({
  patterns: joined(fetchSettingsOf(go).GONOSUMDB, flags.private),
  why: 'it is private, and this database is no gate of yours',
})

const isPublic = (key: string): boolean => KNOWN_DATABASES.has(key) || [...KNOWN_DATABASES.values()].includes(key)

const joined = (...lists: readonly (string | undefined)[]): string => lists.filter(Boolean).join(',')

/** The database as a proxy relays it. */
function at(proxy: string, database: Database): Database {
  const [entry] = parsed('--gate', () => parseProxyList(proxy))
  if (entry?.kind !== 'proxy' || !/^https?:/i.test(entry.url)) {
    throw wrong(redact(proxy), 'is no URL of a gate', 'give the URL that GOPROXY is set to')
  }
  return { ...database, url: `${entry.url.replace(/\/+$/, '')}/sumdb/${database.name}` }
}

function databaseOf(flag: string, spec: string): Database {
  const database = parsed(flag, () => parseSumdb(spec))
  if (database.kind === 'database') return database
  throw wrong(
    `${flag}=off`,
    'there is no database to verify with',
    'name one with --sumdb, or a gate with --gate and --key',
  )
}

const proxiesOf = (proxy: string | undefined, go: GoEnvironment): readonly ProxyEntry[] =>
  parsed(proxy === undefined ? 'GOPROXY' : '--proxy', () =>
    parseProxyList(proxy ?? (fetchSettingsOf(go).GOPROXY || 'direct')),
  )

function parsed<T>(flag: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof SettingError)) throw error
    throw wrong(flag, error.message, 'see modgate verify --help')
  }
}

const wrong = (asked: string, why: string, next: string) => new Failure('usage', { asked, who: 'modgate', why, next })
