import { versionString, type ModuleVersion } from '../module/index.ts'
import { Graph } from './graph.ts'

export interface MinimalOptions {
  readonly main: ModuleVersion
  /** What the main module is taken to require. */
  readonly kept: readonly ModuleVersion[]
  /** The paths that must be in the answer. */
  readonly base: readonly string[]
  /** Where the requirements of everything else are read. */
  readonly graph: Graph
}

/**
 * A minimal list of requirements that selects the same versions (Algorithm R of https://research.swtch.com/vgo-mvs): the base, and
 * what nothing in the list implies. Sorted by path.
 */
export function minimalRequirements({ main, kept, base, graph }: MinimalOptions): readonly ModuleVersion[] {
  const from = (module: ModuleVersion) => graph.requiredBy(module) ?? []
  const list = selectedOf(main, kept, from)
  const chosen = new Map(list.map(({ path, version }) => [path, version]))
  const implied = new Set<string>()
  const minimal: ModuleVersion[] = []
  const add = (module: ModuleVersion) => {
    minimal.push(module)
    reach(module, implied, from)
  }
  for (const path of new Set(base)) add({ path, version: chosen.get(path)! })
  for (const module of postorder(main, list, from).reverse()) {
    if (chosen.get(module.path) === module.version && !implied.has(versionString(module))) add(module)
  }
  return minimal.sort((a, b) => (a.path < b.path ? -1 : 1))
}

type Requiring = (module: ModuleVersion) => readonly ModuleVersion[]

/** The build list of a main module that requires just these. */
function selectedOf(
  main: ModuleVersion,
  kept: readonly ModuleVersion[],
  requiredBy: Requiring,
): readonly ModuleVersion[] {
  const graph = new Graph([main])
  graph.require(main, kept)
  for (const module of graph.breadthFirst()) if (module !== main) graph.require(module, requiredBy(module))
  return graph.buildList()
}

/** All that is reachable, each after what it requires. Not recursive: a chain may be as long as somebody likes. */
function postorder(main: ModuleVersion, list: readonly ModuleVersion[], requiredBy: Requiring): ModuleVersion[] {
  const seen = new Set([versionString(main)])
  const ordered: ModuleVersion[] = []
  for (const start of list) {
    const stack: { readonly module: ModuleVersion; left: ModuleVersion[] }[] = []
    const enter = (module: ModuleVersion) => {
      const name = versionString(module)
      if (seen.has(name)) return
      seen.add(name)
      stack.push({ module, left: [...requiredBy(module)].reverse() })
    }
    enter(start)
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.left.pop()
      if (next) enter(next)
      else ordered.push(stack.pop()!.module)
    }
  }
  return ordered
}

/** Marks a module and all that it leads to. */
function reach(module: ModuleVersion, reached: Set<string>, requiredBy: Requiring): void {
  const queue = [module]
  for (let next = queue.pop(); next; next = queue.pop()) {
    const name = versionString(next)
    if (reached.has(name)) continue
    reached.add(name)
    queue.push(...requiredBy(next))
  }
}
