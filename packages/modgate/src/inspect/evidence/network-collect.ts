/** Asks every place that the settings name for one module, as the go command would, with a clock beside it. */

import { parseProxyList, SettingError } from '@modgate/gomod/goenv'
import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { Machine } from '../../config/index.ts'
import type { Runner } from '../../core/ports.ts'
import type { FetchSettings } from '../../policy/fetch-settings.ts'
import { planRoute, type Hop, type Route } from '../../policy/route.ts'
import { fetchSettingsOf, type GoEnvironment } from './go-environment.ts'
import { readCredentials } from './network-credentials.ts'
import type { NetworkEvidence, Place } from './network-evidence.ts'
import { databaseWay, stepAfter } from './network-next.ts'
import { trustedAuthorities } from './network-trust.ts'
import type { Wire } from './probe-contact.ts'
import { databaseAnswers, type KnownDatabase } from './probe-database.ts'
import { directPlace } from './probe-direct.ts'
import * as proxy from './probe-place.ts'
import { isWhole, targetOf, type Target } from './probe-target.ts'
import type { Asker } from './probe-request.ts'
import { tlsTrust, type TlsTrust } from './probe-tls.ts'
import type { Project } from './project.ts'
import { readPinnedHead } from './tree-head.ts'

export interface NetworkOptions {
  readonly machine: Machine
  readonly runner: Runner
  /** The module whose go.mod names what is asked for by default. */
  readonly project?: Project
  /** `path` or `path@version`. */
  readonly module?: string
  readonly limits?: ProbeLimits
  /** Milliseconds since the epoch; the machine's clock unless given. */
  readonly now?: () => number
}

/** Milliseconds. */
export interface ProbeLimits {
  /** For one phase: name, connection, TLS, first byte. */
  readonly phaseMs: number
  /** For all questions to one place. */
  readonly placeMs: number
}

export const defaultProbeLimits: ProbeLimits = { phaseMs: 8_000, placeMs: 20_000 }

/** What all steps of one collection share. */
interface Collection {
  readonly machine: Machine
  readonly runner: Runner
  readonly limits: ProbeLimits
  readonly settings: FetchSettings
  readonly route: Route
  /** Somebody who asks, from now on for as long as one place may take. */
  readonly asker: (insecure?: boolean) => Asker
}

/**
 * Collects it. Throws a Failure `configuration` for a module that is none, and never for what a place answers. A place that the go command does not come to is not told the
 * module's name.
 */
export async function collectNetwork(go: GoEnvironment, options: NetworkOptions): Promise<NetworkEvidence> {
  const { machine, now = Date.now } = options
  const asked = targetOf(options)
  const collection = await prepare(go, options, asked.path)
  const { route } = collection
  const standing = await Promise.all(hopsOf(collection.settings).map((hop) => standingPlace(hop, collection)))
  const { places, target } = await asChain(standing, asked, collection)
  const isAsked = route.checksum.kind === 'asked' && URL.canParse(route.checksum.url ?? 'https://its-own.host')
  const database = route.checksum.kind === 'asked' && isAsked ? await pinnedFor(machine, go, route.checksum) : undefined
  const all = database ? await withDatabase(places, { collection, database, target }) : places
  return {
    module: { path: target.path, ...(target.version === undefined ? {} : { version: target.version }) },
    ...withoutCredentials(route),
    places: all,
    at: now(),
    omitted: omissions(collection, all, target),
  }
}

function withoutCredentials({ content, checksum }: Route): Pick<NetworkEvidence, 'content' | 'checksum'> {
  const plain = (hop: Hop): Hop =>
    hop.kind === 'proxy' && URL.canParse(hop.url) ? { ...hop, url: proxy.nameOf(hop.url) } : hop
  return {
    content: content.kind === 'list' ? { ...content, hops: content.hops.map(plain) } : content,
    checksum:
      checksum.kind === 'asked' && checksum.url !== undefined && URL.canParse(checksum.url)
        ? { ...checksum, url: proxy.nameOf(checksum.url) }
        : checksum,
  }
}

async function prepare(go: GoEnvironment, options: NetworkOptions, module: string): Promise<Collection> {
  const { machine, runner, limits = defaultProbeLimits, now = Date.now } = options
  const settings = fetchSettingsOf(go)
  let trust: Promise<TlsTrust> | undefined
  const wire: Wire = {
    trust: () => (trust ??= trustedAuthorities(machine).then(tlsTrust)),
    environment: machine.environment,
    phaseMs: limits.phaseMs,
    now,
  }
  const credentials = await readCredentials(machine, settings.GOAUTH)
  const asker = (insecure = false): Asker => ({
    wire,
    credentials,
    insecure,
    signal: AbortSignal.timeout(limits.placeMs),
  })
  return { machine, runner, limits, settings, route: planRoute(settings, module), asker }
}

/**
 * All entries of GOPROXY: a checksum database is looked for there also where GONOPROXY keeps the module itself away. They end before
 * one that is a URL to go and none to the rest of the world.
 */
function hopsOf({ GOPROXY }: FetchSettings): readonly Hop[] {
  try {
    const hops = parseProxyList(GOPROXY)
    const odd = hops.findIndex((hop) => hop.kind === 'proxy' && !URL.canParse(hop.url))
    return odd < 0 ? hops : hops.slice(0, odd)
  } catch (error) {
    if (error instanceof SettingError) return []
    throw error
  }
}

interface Standing {
  readonly hop: Hop
  readonly place?: Place
}

/** What can be asked of a proxy without naming a module. */
async function standingPlace(hop: Hop, { machine, route, asker }: Collection): Promise<Standing> {
  if (hop.kind !== 'proxy') return { hop }
  const { checksum } = route
  const name = checksum.kind === 'asked' && checksum.url === undefined ? checksum.name : undefined
  const url = new URL(hop.url)
  const isFolder = url.protocol === 'file:'
  const blank = proxy.blankPlace(isFolder ? 'folder' : 'proxy', url, hop.fallback)
  if (isFolder) {
    const answers = name === undefined ? [] : [await proxy.folderSupported(machine, url, name)]
    return { hop, place: { ...blank, answers } }
  }
  const contact = await proxy.contactOf(url, asker().wire, asker())
  const isAsked = name !== undefined && contact.trouble === undefined
  return { hop, place: { ...blank, contact, answers: isAsked ? [await proxy.supportedAt(url, name, asker())] : [] } }
}

interface Chain {
  readonly places: readonly Place[]
  readonly target: Target
}

/** Asks for the module along the list, only as far as the go command would go. */
async function asChain(standing: readonly Standing[], asked: Target, collection: Collection): Promise<Chain> {
  const places: Place[] = []
  let target = asked
  let isReached = collection.route.content.kind === 'list'
  if (collection.route.content.kind === 'direct') places.push(await direct(target, collection))
  for (const { hop, place } of standing) {
    if (hop.kind === 'direct' && isReached) places.push(await direct(target, collection))
    if (hop.kind !== 'proxy' || place === undefined) break
    const done = isReached ? await reachedPlace(hop.url, { place, target, collection }) : place
    places.push(done)
    target = withVersion(target, done)
    isReached &&= (['info', 'mod', 'zip'] as const).some((thing) => stepAfter(done, thing) === 'next')
  }
  return { places, target }
}

interface Reached {
  readonly place: Place
  readonly target: Target
  readonly collection: Collection
}

async function reachedPlace(written: string, { place, target, collection }: Reached): Promise<Place> {
  const url = new URL(written)
  if (place.contact?.trouble) return { ...place, reached: true }
  const answers =
    place.kind === 'folder'
      ? await proxy.folderAnswers(collection.machine, url, target)
      : await proxy.moduleAt(url, target, collection.asker())
  return { ...place, reached: true, answers: [...answers, ...place.answers] }
}

/** The version that a place has told, where none was asked for: its files were fetched under it. */
function withVersion(target: Target, { answers }: Place): Target {
  if (target.version !== undefined) return target
  const [, version] =
    /"Version"\s*:\s*"([^"]{1,200})"/.exec(answers.find(({ thing }) => thing === 'info')?.text ?? '') ?? []
  return version === undefined || !isWhole({ path: target.path, version }) ? target : { ...target, version }
}

function direct({ path }: Target, { machine, runner, limits, settings, asker }: Collection): Promise<Place> {
  return directPlace(path, {
    asker: asker(matchPrefixPatterns(settings.GOINSECURE, path)),
    runner,
    environment: machine.environment,
    milliseconds: limits.placeMs,
  })
}

async function pinnedFor(
  machine: Machine,
  go: GoEnvironment,
  database: { readonly name: string; readonly key: string; readonly url?: string },
): Promise<KnownDatabase & { readonly url?: string }> {
  return { ...database, pinned: await readPinnedHead(machine, go, database) }
}

interface DatabaseQuestion {
  readonly collection: Collection
  readonly database: KnownDatabase & { readonly url?: string }
  readonly target: Target
}

/** Asks the database where the go command would: at the proxy that relays it, else at its own host; nowhere if `supported` ends it. */
async function withDatabase(places: readonly Place[], question: DatabaseQuestion): Promise<readonly Place[]> {
  const { collection, database, target } = question
  const way = database.url === undefined ? databaseWay(places) : ({ kind: 'direct' } as const)
  if (way.kind === 'refused') return places
  if (way.kind === 'relayed') {
    const hop = hopsOf(collection.settings).find(
      (one) => one.kind === 'proxy' && proxy.nameOf(one.url) === way.place.name,
    )
    if (hop?.kind !== 'proxy' || way.place.kind === 'folder') return places
    const base = proxy.below(new URL(hop.url), `/sumdb/${database.name}`)
    const answers = await databaseAnswers(base, database, { asker: collection.asker(), target })
    return places.map((place) => (place === way.place ? { ...place, answers: [...place.answers, ...answers] } : place))
  }
  return [...places, await databasePlace(question)]
}

async function databasePlace({ collection, database, target }: DatabaseQuestion): Promise<Place> {
  const url = new URL(database.url ?? `https://${database.name}`)
  const blank = { ...proxy.blankPlace('database', url, 'never'), reached: true }
  const asker = collection.asker()
  const contact = await proxy.contactOf(url, asker.wire, asker)
  if (contact.trouble) return { ...blank, contact }
  return { ...blank, contact, answers: await databaseAnswers(url, database, { asker, target }) }
}

function omissions({ settings, route }: Collection, places: readonly Place[], { path, version }: Target): string[] {
  const unreached = places.filter(({ reached }) => !reached).map(({ name }) => name)
  const commands = settings.GOAUTH.split(';').some((method) => !['', 'off', 'netrc'].includes(method.trim()))
  return [
    ...(unreached.length > 0
      ? [`${unreached.join(', ')}: not asked for ${path}, since go does not come to it for this module`]
      : []),
    ...(version === undefined ? [`no version of ${path} was found, so that no file of it was asked for`] : []),
    ...(route.checksum.kind === 'skipped' ? [`no checksum database was asked: ${route.checksum.because}`] : []),
    ...(commands ? ['commands of GOAUTH were not run: places that need their credentials may refuse'] : []),
  ]
}
