import { versionString, type ModuleVersion } from '../module/index.ts'
import { compareSelected, none, sortModules } from './version-order.ts'

/**
 * A graph of requirements between module versions, and what minimal version selection chooses of it: of each path the highest
 * version that anything reachable from the roots requires (https://go.dev/ref/mod#minimal-version-selection).
 *
 * It grows while it is read; what it answers is right at any time for what it has been told so far.
 */
export class Graph {
  readonly roots: readonly ModuleVersion[]
  readonly #required = new Map<string, readonly ModuleVersion[]>()
  readonly #selected = new Map<string, string>()
  /** The versions of each path that have been looked at: most lines of a graph say what others have said. */
  readonly #seen = new Map<string, Set<string>>()

  constructor(roots: readonly ModuleVersion[]) {
    this.roots = roots
    for (const root of roots) this.#select(root)
  }

  /** Adds what a module version requires: in its order, which is the order of everything that is printed of the graph. */
  require(module: ModuleVersion, requirements: readonly ModuleVersion[]): void {
    this.#required.set(versionString(module), requirements)
    for (const requirement of requirements) this.#select(requirement)
  }

  /** What a module version requires; undefined where the graph was not told, because the module is pruned out. */
  requiredBy(module: ModuleVersion): readonly ModuleVersion[] | undefined {
    return this.#required.get(versionString(module))
  }

  /** The chosen version of a path; `none` where the path is not in the graph. */
  selected(path: string): string {
    return this.#selected.get(path) ?? none
  }

  /** The chosen version of each path: the roots first, in their order, then the others by path. */
  buildList(): readonly ModuleVersion[] {
    const roots = [...new Set(this.roots.map(({ path }) => path))]
    const rest = new Map(this.#selected)
    for (const path of roots) rest.delete(path)
    const others = [...rest].map(([path, version]) => ({ path, version }))
    return [...roots.map((path) => ({ path, version: this.selected(path) })), ...sortModules(others)]
  }

  /** Every module version of the graph, once, breadth first. */
  *breadthFirst(): Generator<ModuleVersion> {
    for (const { module } of this.#walk()) yield module
  }

  /** A shortest chain of requirements from a root to a module version for which `isWanted` holds; undefined where there is none. */
  findPath(isWanted: (module: ModuleVersion) => boolean): readonly ModuleVersion[] | undefined {
    for (let step of this.#walk()) {
      if (!isWanted(step.module)) continue
      const path = [step.module]
      while (step.from) path.unshift((step = step.from).module)
      return path
    }
    return undefined
  }

  #select({ path, version }: ModuleVersion): void {
    const seen = this.#seen.get(path)
    if (version === none || seen?.has(version)) return
    if (seen) seen.add(version)
    else this.#seen.set(path, new Set([version]))
    if (compareSelected(path, this.selected(path), version) < 0) this.#selected.set(path, version)
  }

  *#walk(): Generator<Step> {
    const seen = new Set<string>()
    const queue: Step[] = []
    const reach = (module: ModuleVersion, from?: Step) => {
      const name = versionString(module)
      if (module.version === none || seen.has(name)) return
      seen.add(name)
      queue.push(from ? { module, from } : { module })
    }
    for (const root of this.roots) reach(root)
    for (let at = 0; at < queue.length; at++) {
      const step = queue[at]!
      yield step
      for (const requirement of this.requiredBy(step.module) ?? []) reach(requirement, step)
    }
  }
}

/** A module version, and the one whose requirement led to it first. */
interface Step {
  readonly module: ModuleVersion
  readonly from?: Step
}
