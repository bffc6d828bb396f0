/** Which lines of go.sum `go mod tidy` keeps, and of go.work.sum `go mod download` (cmd/go/internal/modload, keepSums). */

import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { compareGoVersions, isMain, isToolchainPath, none, sortModules } from '@modgate/gomod/mvs'
import type { Graph, Requirements } from '@modgate/gomod/mvs'
import { projectRequirements, resolveProject, understood, type Loader } from '../modload/build-list.ts'
import { loadPackages, type LoadedPackage } from './load-packages.ts'
import { moduleSources, type ModuleSources } from './module-sources.ts'
import { directoryOf } from './source-tree.ts'

export interface SumNeeds {
  /** Modules whose zips need a line: those that have packages of the build or of its tests, and those that might have had. Sorted. */
  readonly zips: readonly ModuleVersion[]
  /** Modules whose go.mod needs one: those of the graph. Sorted. */
  readonly goMods: readonly ModuleVersion[]
}

/**
 * What go.sum has to have for a build and its tests, of a go.mod that is tidy. Replaced modules stand there as what replaces them. The
 * sources of all modules that matter have to be in the module cache, unless `bring` can have them there; of a loader of mode `mod`, go.sum
 * need not know them. Rejects with a Failure as `loadPackages` does.
 */
export async function sumNeeds(loader: Loader, bring?: ModuleSources['bring']): Promise<SumNeeds> {
  const requirements = await projectRequirements(loader)
  const sources: ModuleSources = { ...moduleSources(loader), ...(bring && { bring }) }
  const packages = await loadPackages({ loader, requirements, sources, tests: 'all' })
  const needs = new Needs(loader)
  await needs.add(requirements, packages)
  // A go.mod of this release was to be understood by the one before it, which does not prune the graph.
  if (isFirstPruned(requirements)) await needs.add(requirements.with({ pruning: 'unpruned' }), packages)
  return { zips: needs.zips(), goMods: needs.goMods() }
}

/**
 * What `go mod download` has go.work.sum know: the whole build list, and every go.mod that it follows from. Nothing tidies a workspace.
 * Rejects with a Failure as `resolveProject` does.
 */
export async function buildListSumNeeds(loader: Loader): Promise<SumNeeds> {
  const { graph, requirements } = await resolveProject(loader, { as: 'graph' })
  const needs = new Needs(loader)
  needs.addBuildList(graph, requirements)
  return { zips: needs.zips(), goMods: needs.goMods() }
}

const wantsGoModsOfPackages = '1.21'

function wantsGoModsOfZips(requirements: Requirements): boolean {
  return compareGoVersions(requirements.highest('go') ?? '', wantsGoModsOfPackages) >= 0
}

function isFirstPruned(requirements: Requirements): boolean {
  const version = requirements.highest('go')
  return version !== undefined && compareGoVersions(version, '1.17') >= 0 && compareGoVersions(version, '1.18') < 0
}

class Needs {
  readonly #loader: Loader
  readonly #zips = new Map<string, ModuleVersion>()
  readonly #goMods = new Map<string, ModuleVersion>()

  constructor(loader: Loader) {
    this.#loader = loader
  }

  zips(): readonly ModuleVersion[] {
    return sortModules([...this.#zips.values()])
  }

  goMods(): readonly ModuleVersion[] {
    return sortModules([...this.#goMods.values()])
  }

  async add(requirements: Requirements, packages: ReadonlyMap<string, LoadedPackage>): Promise<void> {
    const { mains } = this.#loader.project
    const graph = await understood(() => requirements.graph())
    const ofRoots = (path: string) => (isMain(mains, path) ? '' : requirements.highest(path))
    const hasOwn = wantsGoModsOfZips(requirements)
    for (const { path, module } of packages.values()) {
      if (hasOwn) this.#enter(this.#goMods, module)
      const isOfRoot = requirements.pruning === 'pruned' && ofRoots(module.path) === module.version
      this.#addCandidates(path, isOfRoot ? ofRoots : (candidate) => graph.selected(candidate))
    }
    this.#addGraph(graph)
  }

  addBuildList(graph: Graph, requirements: Requirements): void {
    const hasOwn = wantsGoModsOfZips(requirements)
    for (const module of graph.buildList()) {
      this.#enter(this.#zips, module)
      if (hasOwn) this.#enter(this.#goMods, module)
    }
    this.#addGraph(graph)
  }

  #addGraph(graph: Graph): void {
    for (const module of graph.breadthFirst()) {
      if (graph.requiredBy(module) !== undefined) this.#enter(this.#goMods, module)
    }
  }

  /** Every module that could have the package by its path, so that it is known next time that no other one has it. */
  #addCandidates(path: string, versionOf: (module: string) => string | undefined): void {
    for (let prefix = path; prefix !== ''; prefix = directoryOf(prefix)) {
      const version = versionOf(prefix)
      if (version !== undefined && version !== none) this.#enter(this.#zips, { path: prefix, version })
    }
  }

  /** Directories and main modules have no sums. */
  #enter(into: Map<string, ModuleVersion>, module: ModuleVersion): void {
    if (isToolchainPath(module.path)) return
    const actual = this.#loader.replacements.of(module) ?? module
    if (actual.version !== '') into.set(versionString(actual), actual)
  }
}
