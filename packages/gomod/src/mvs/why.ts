import type { ModuleVersion } from '../module/index.ts'
import type { Graph } from './graph.ts'
import { compareVersions, none } from './version-order.ts'

/** Why a path is at the version that it is at. */
export interface SelectionReason {
  readonly path: string
  readonly version: string
  /** A shortest chain of requirements from a main module to the chosen version, both included. */
  readonly chain: readonly ModuleVersion[]
  /** Everybody who requires the chosen version. */
  readonly requiredBy: readonly ModuleVersion[]
  /** Who asks for less: highest version first. */
  readonly lower: readonly { readonly version: string; readonly requiredBy: readonly ModuleVersion[] }[]
}

/** Which requirement chose the version of a path; undefined where the path is not in the graph. */
export function whySelected(graph: Graph, path: string): SelectionReason | undefined {
  const version = graph.selected(path)
  if (version === none) return undefined
  const asking = new Map<string, ModuleVersion[]>()
  for (const module of graph.breadthFirst()) {
    for (const requirement of graph.requiredBy(module) ?? []) {
      if (requirement.path !== path) continue
      const known = asking.get(requirement.version)
      if (known) known.push(module)
      else asking.set(requirement.version, [module])
    }
  }
  const lower = [...asking]
    .filter(([asked]) => asked !== version)
    .sort(([a], [b]) => compareVersions(path, b, a))
    .map(([asked, requiredBy]) => ({ version: asked, requiredBy }))
  const chain = graph.findPath((module) => module.path === path && module.version === version) ?? []
  return { path, version, chain, requiredBy: asking.get(version) ?? [], lower }
}
