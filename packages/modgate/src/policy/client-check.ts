/** Where generated or present settings send each module, who vouches for it, who learns its name, and whether that was declared. */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import { isDeclaredPrivate, keeperOf, type Declaration, type DeclaredGate } from './declaration.ts'
import type { FetchSettings } from './fetch-settings.ts'
import { gatePolicy } from './generate-gate.ts'
import { planRoute, type ChecksumRoute, type ContentRoute, type Hop } from './route.ts'

export interface ModuleCheck {
  readonly module: string
  readonly private: boolean
  /** The places that go asks for it, in order: a URL, `direct`, `off`. */
  readonly goes: readonly string[]
  /** The gate that the gate in front has it from, by its URL. */
  readonly behind?: string
  /** The name of the checksum database that vouches for it, or `go.sum only`. */
  readonly verified: string
  /** Who learns its name: URLs, names of databases, `its own host`. */
  readonly seen: readonly string[]
  /** Whether all of that is what the declaration says. */
  readonly agrees: boolean
  /** What is otherwise than declared. */
  readonly differences: readonly string[]
}

/** Simulates settings for one module. `front` is the gate that the machine is to ask. */
export function checkModule(
  declaration: Declaration,
  { settings, front }: { readonly settings: FetchSettings; readonly front: DeclaredGate | undefined },
  module: string,
): ModuleCheck {
  const isPrivate = isDeclaredPrivate(declaration, module)
  const { content, checksum } = planRoute(settings, module)
  const goes = placesOf(content)
  const verified = verifierOf(checksum)
  const reached = front !== undefined && goes[0] === front.url
  const behind = reached ? routedTo(declaration, module) : undefined
  const keeper = reached && isPrivate ? keeperOf(declaration, module)?.url : undefined
  const differences = [
    ...goesOtherwise({ declaration, front, isPrivate, goes }),
    ...verifiedOtherwise({ front, isPrivate, verified }),
    ...(behind === keeper ? [] : [`${front?.name ?? ''} has it from ${behind ?? 'no gate'}`]),
  ]
  const stops = goes[0] === 'off' || content.kind === 'refused'
  const isOwnLog = checksum.kind === 'asked' && checksum.key === front?.key
  const asked = checksum.kind === 'asked' && !isOwnLog ? [checksum.url ?? checksum.name] : []
  const places = goes.filter((one) => one !== 'off').map(seer)
  const seen = stops ? [] : [...new Set([...places, ...(behind ? [behind] : []), ...asked])]
  return {
    module,
    private: isPrivate,
    goes,
    ...(behind ? { behind } : {}),
    verified,
    seen,
    agrees: differences.length === 0,
    differences,
  }
}

function placesOf(content: ContentRoute): readonly string[] {
  if (content.kind === 'list') return content.hops.map(place)
  return content.kind === 'direct' ? ['direct'] : [`refused: ${content.message}`]
}

function verifierOf(checksum: ChecksumRoute): string {
  if (checksum.kind === 'asked') return checksum.name
  return checksum.kind === 'skipped' ? 'go.sum only' : `refused: ${checksum.message}`
}

function place(hop: Hop): string {
  return hop.kind === 'proxy' ? hop.url : hop.kind
}

function seer(place: string): string {
  return place === 'direct' ? 'its own host' : place
}

/** By the routes that are generated for the gate in front: the first match wins. */
function routedTo(declaration: Declaration, module: string): string | undefined {
  return gatePolicy(declaration).routes.find(({ patterns }) => matchPrefixPatterns(patterns, module))?.list
}

interface Going {
  readonly declaration: Declaration
  readonly front: DeclaredGate | undefined
  readonly isPrivate: boolean
  readonly goes: readonly string[]
}

function goesOtherwise({ declaration, front, isPrivate, goes }: Going): readonly string[] {
  if (front !== undefined) {
    return goes.length === 1 && goes[0] === front.url
      ? []
      : [`goes to ${goes.join(', then ')}, not to ${front.url} alone`]
  }
  if (isPrivate)
    return goes.length === 1 && goes[0] === 'direct' ? [] : [`private, but goes to ${goes.join(', then ')}`]
  const wanted = declaration.upstream
  const past = goes[0] === 'direct' && wanted !== 'direct'
  return past ? ['public, but goes past the proxy as if it were private'] : []
}

interface Verifying {
  readonly front: DeclaredGate | undefined
  readonly isPrivate: boolean
  readonly verified: string
}

function verifiedOtherwise({ front, isPrivate, verified }: Verifying): readonly string[] {
  const log = front?.key?.split('+')[0]
  if (log !== undefined) return verified === log ? [] : [`verified by ${verified}, not by ${log}`]
  if (isPrivate) return verified === 'go.sum only' ? [] : [`private, but ${verified} is asked about it`]
  return verified === 'go.sum only' ? ['public, but nobody is asked about it'] : []
}
