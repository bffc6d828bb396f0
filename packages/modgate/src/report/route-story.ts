/**
 * The way of one module, told step by step as values: what decides, who is asked and what happens after each kind of answer, who
 * vouches, with whose credentials, and who learns what. `route-text.ts` makes words of it, `--json` prints it as it is.
 */

import { KNOWN_DATABASES } from '@modgate/gomod/goenv'
import type { GoVariable } from '../inspect/evidence/go-environment.ts'
import { databaseWays } from '../policy/database-way.ts'
import type { FetchSettings } from '../policy/fetch-settings.ts'
import { matchInWords } from '../policy/match-hit.ts'
import { matchingPattern, planRoute, type Route } from '../policy/route.ts'
import { allowedVcs, type AllowedVcs } from '../policy/vcs-rules.ts'
import { chainOf, withoutUser, type ChainStep } from './route-chain.ts'
import { credentialsFor, type CredentialEvidence, type NamedCredential } from './route-credentials.ts'
import { disclosuresOf, type Disclosure } from './route-disclosure.ts'

export interface RouteEvidence {
  readonly settings: FetchSettings
  readonly variables: ReadonlyMap<string, GoVariable>
  readonly credentials: CredentialEvidence
}

/** What the go.mod here says of the module. */
export interface ProjectWord {
  /** Of a `replace` line, as it is written: `../fork`, `example.com/fork v1.0.0`. */
  readonly replacedBy?: string
  /** A vendor directory holds it. */
  readonly vendored: boolean
}

export interface RouteStory {
  readonly module: string
  readonly version?: string
  readonly kind: Route['content']['kind']
  readonly decidedBy: Decision
  /** Places in the order of asking; empty where nobody is asked. */
  readonly chain: readonly ChainStep[]
  readonly checksum: ChecksumStory
  readonly authentication: readonly NamedCredential[]
  readonly disclosures: readonly Disclosure[]
  readonly project?: ProjectWord
  /** The pattern of GOINSECURE that matches, where the module can go direct. */
  readonly insecure?: string
  /** What GOVCS says of the systems that may fetch it, where it is set and the module can go direct. */
  readonly vcs?: AllowedVcs
  /** Why go stops before it asks anybody, in its words. */
  readonly refused?: string
  /** A command. */
  readonly next: string
}

/** A setting, its value, where that comes from, and which part of it counts. */
export interface Decision {
  readonly setting: string
  readonly value: string
  readonly place: string
  readonly pattern?: string
  readonly why?: string
}

export interface ChecksumStory {
  readonly kind: 'asked' | 'skipped' | 'refused'
  readonly decidedBy: Decision
  readonly database?: string
  /** The database is none that everybody has: one of a gate's own, say, which private modules are for. */
  readonly own?: boolean
  /** Who is asked for the way to it, in this order; the last one is its own host. Empty where no file arrives that could be checked. */
  readonly ways?: readonly string[]
  readonly message?: string
}

/** Tells it. `version` is without the `@`. */
export function routeStory(
  { module, version, project }: { readonly module: string; readonly version?: string; readonly project?: ProjectWord },
  evidence: RouteEvidence,
): RouteStory {
  const { settings } = evidence
  const route = planRoute(settings, module)
  const { content } = route
  const chain = chainOf(route)
  const insecure = chain.some(isDirect) ? matchingPattern(settings.GOINSECURE, module) : undefined
  const checksum = checksumStory(route, evidence)
  return {
    module,
    ...(version !== undefined && { version }),
    kind: content.kind,
    decidedBy:
      content.kind === 'direct'
        ? decision('GONOPROXY', evidence, { pattern: content.pattern, module })
        : decision('GOPROXY', evidence),
    chain,
    checksum,
    authentication: credentialsFor(module, route, evidence.credentials),
    disclosures: disclosuresOf(module, chain, checksum),
    ...(project && { project }),
    ...(insecure !== undefined && { insecure }),
    ...(chain.some(isDirect) && settings.GOVCS !== '' && { vcs: allowedVcs(settings, module) }),
    ...(content.kind === 'refused' && { refused: content.message }),
    next: nextCommand(module, version, content.kind),
  }
}

function isDirect({ kind }: ChainStep): boolean {
  return kind === 'direct'
}

function nextCommand(module: string, version: string | undefined, kind: Route['content']['kind']): string {
  return kind === 'refused' ? 'modgate doctor' : `go mod download -x ${module}@${version ?? 'latest'}`
}

/** The setting that has the value, which may be the one that another inherits from. */
function decision(name: string, { variables }: RouteEvidence, match?: { pattern: string; module: string }): Decision {
  const variable = variables.get(name)
  return {
    setting: variable?.inheritedFrom ?? name,
    value: withoutUser(variable?.value ?? ''),
    place: (variable?.inheritedFrom && variables.get(variable.inheritedFrom)?.place) ?? variable?.place ?? '',
    ...(match && { pattern: match.pattern, why: matchInWords(match.pattern, match.module) }),
  }
}

function checksumStory({ module, content, checksum }: Route, evidence: RouteEvidence): ChecksumStory {
  if (checksum.kind === 'skipped') {
    const { pattern } = checksum
    const decidedBy =
      pattern === undefined ? decision('GOSUMDB', evidence) : decision('GONOSUMDB', evidence, { pattern, module })
    return { kind: 'skipped', decidedBy }
  }
  const decidedBy = decision('GOSUMDB', evidence)
  if (checksum.kind === 'refused') return { kind: 'refused', decidedBy, message: checksum.message }
  const ways = reachesAnybody(content) ? databaseWays(evidence.settings, checksum) : []
  const own = !KNOWN_DATABASES.has(checksum.name)
  return {
    ...{ kind: 'asked', decidedBy, database: checksum.name, ways: ways.map(({ url }) => withoutUser(url)) },
    ...(own && { own }),
  }
}

/** A checksum is looked up only for a file that has arrived. */
function reachesAnybody(content: Route['content']): boolean {
  return content.kind === 'direct' || (content.kind === 'list' && content.hops[0]?.kind !== 'off')
}
