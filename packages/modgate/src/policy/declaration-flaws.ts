/** Where a declaration contradicts itself, or asks for what nobody should have. */

import { parseProxyList, parseSumdb } from '@modgate/gomod/goenv'
import { frontGates, names, type Declaration, type DeclaredGate } from './declaration.ts'
import { deadPattern } from './pattern-repair.ts'
import { overreach } from './pattern-reach.ts'
import { isPublicForge } from './public-forges.ts'

export interface DeclarationFlaw {
  /** Where in the declaration: `['private', 0]`. */
  readonly path: readonly (string | number)[]
  /** What is wrong there, as the rest of a sentence. */
  readonly why: string
}

/** All of them, in the order of the declaration. */
export function declarationFlaws(declaration: Declaration): readonly DeclarationFlaw[] {
  const { private: own, public: exceptions, gates } = declaration
  const flaw = (path: DeclarationFlaw['path'], why: string | undefined) => (why === undefined ? [] : [{ path, why }])
  return [
    ...own.flatMap((name, index) => flaw(['private', index], nameFlaw(name) ?? tooWide(name))),
    ...exceptions.flatMap((name, index) => flaw(['public', index], nameFlaw(name) ?? pointless(name, declaration))),
    ...gates.flatMap((gate, index) => flaw(['gates', index, 'url'], urlFlaw(gate.url))),
    ...gates.flatMap((gate, index) =>
      flaw(['gates', index, 'key'], gate.key === undefined ? undefined : keyFlaw(gate.key)),
    ),
    ...gates.flatMap((gate, index) => flaw(['gates', index], gateFlaw(gate, gates.slice(0, index)))),
    ...gates.flatMap((gate, index) =>
      gate.for.flatMap((name, at) => flaw(['gates', index, 'for', at], keptFlaw(name, gate, declaration))),
    ),
    ...flaw(['gates'], noFront(declaration)),
    ...flaw(['upstream'], upstreamFlaw(declaration)),
  ]
}

function nameFlaw(name: string): string | undefined {
  if (/[*?[\\]/.test(name)) {
    const plain = name.replace(/^\*+\./, '').replace(/\/\*+$/, '')
    return `${name} is a pattern; a declaration has names: ${plain} has all that is below it`
  }
  const dead = name.includes('.') ? deadPattern(name) : undefined
  if (dead)
    return `${JSON.stringify(name)} ${dead.flaws[0] ?? ''}${dead.meant.length > 0 ? `; did you mean ${dead.meant[0]}?` : ''}`
  return /^[a-z0-9-]+(\.[a-z0-9-]+)*(\/[\w.~-]+)*$/.test(name)
    ? undefined
    : `${JSON.stringify(name)} is no host or path of modules`
}

function tooWide(name: string): string | undefined {
  if (isPublicForge(name)) return `${name} is shared by strangers: name the organisation, as in ${name}/your-org`
  const wide = overreach(name.includes('/') ? name : `*.${name}`)
  return wide && `${name} would make ${wide.stranger} private, which belongs to strangers`
}

function pointless(name: string, { private: own }: Declaration): string | undefined {
  if (own.includes(name)) return `${name} is private and public at once`
  if (!own.some((other) => names(other, name)))
    return `${name} is inside nothing private: what is not private is public anyway`
  return undefined
}

/** A URL goes to every machine, and into files that are shown around. */
function urlFlaw(url: string): string | undefined {
  try {
    const [first, ...more] = parseProxyList(url)
    if (first?.kind !== 'proxy' || more.length > 0) return 'is not the URL of one gate'
    if (new URL(first.url).username !== '')
      return 'has a user name or a password in it: leave those to GOAUTH or a netrc file'
    return undefined
  } catch (error) {
    return `would be refused by Go: ${(error as Error).message}`
  }
}

function keyFlaw(key: string): string | undefined {
  try {
    if (parseSumdb(key).kind === 'off') return 'is off, which is no key'
    return key.includes('+') && !/\s/.test(key) ? undefined : 'is no verifier key (name+hash+key)'
  } catch (error) {
    return `is no verifier key (name+hash+key): ${(error as Error).message}`
  }
}

function gateFlaw(gate: DeclaredGate, before: readonly DeclaredGate[]): string | undefined {
  if (before.some(({ name }) => name === gate.name)) return `is the second gate with the name ${gate.name}`
  const twin = before.find(({ url }) => url === gate.url)
  return twin && `has the URL of ${twin.name}: a gate stands in front, or is for some names, not both`
}

function keptFlaw(
  name: string,
  gate: DeclaredGate,
  { private: own, public: exceptions, gates }: Declaration,
): string | undefined {
  const wrong = nameFlaw(name)
  if (wrong !== undefined) return wrong
  if (exceptions.some((exception) => names(exception, name)))
    return `${name} is public: no gate of its own can be its only place`
  if (!own.some((other) => names(other, name)))
    return `${name} is not private: say so under private, or strangers are asked about it`
  const other = gates.find((each) => each !== gate && each.for.includes(name))
  return other && `${name} is for ${gate.name} and for ${other.name}: one gate keeps it`
}

function noFront(declaration: Declaration): string | undefined {
  const { gates } = declaration
  if (gates.length === 0 || frontGates(declaration).length > 0) return undefined
  if (gates.length === 1)
    return 'the only gate is for some names: go asks one gate for everything, so leave its for out'
  return 'every gate is for some names, and one GOPROXY list cannot send a module to one and not to another: add a gate without for, which stands in front and routes'
}

function upstreamFlaw(declaration: Declaration): string | undefined {
  const { upstream } = declaration
  if (upstream === undefined) return undefined
  try {
    parseProxyList(upstream)
    return /:\/\/[^/,|]*@/.test(upstream) ? 'has a user name or a password in it' : undefined
  } catch (error) {
    return `would be refused by Go: ${(error as Error).message}`
  }
}
