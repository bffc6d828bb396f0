/** What the gate in front has to be set to: it sends each private module to the gate that keeps it. */

import type { Declaration } from './declaration.ts'
import { patternsOfName, privatePatternList } from './generate-patterns.ts'

export interface GatePolicy {
  /** As `--private` has them; empty for none. */
  readonly private: string
  /** Modules without a public record: the private ones. */
  readonly noVerify: string
  /** As `--route` has them, the longest names first: the first match wins. */
  readonly routes: readonly { readonly patterns: string; readonly list: string }[]
}

/** The settings that follow from a declaration. Private modules that no gate keeps have no route: the gate in front refuses them, or has its own. */
export function gatePolicy(declaration: Declaration): GatePolicy {
  const list = privatePatternList(declaration)
  const kept = declaration.gates.flatMap(({ for: own, url }) => own.map((name) => ({ name, url })))
  const routes = kept
    .sort((a, b) => b.name.length - a.name.length || a.name.localeCompare(b.name))
    .map(({ name, url }) => ({ patterns: routePatterns(name, declaration), list: url }))
  return { private: list, noVerify: list, routes }
}

/** Exceptions inside a kept name are not routed to its gate. */
function routePatterns(name: string, declaration: Declaration): string {
  const inside = { ...declaration, private: [name] }
  return privatePatternList(inside) || patternsOfName(name).join(',')
}
