import type { ModuleVersion } from '../module/index.ts'
import { OutdatedError, type RootChange } from './error.ts'
import type { Graph } from './graph.ts'
import { declaredRequirements, Requirements, versionless, type Resolution } from './requirements.ts'
import { isStrictVersion, pruningFor } from './summary.ts'
import { hasRedundantRoot, updateRoots } from './update-roots.ts'
import { sortModules } from './version-order.ts'
import { versionOfToolchain } from './go-version.ts'

/** A graph, and the requirements of the main modules that it was read from. */
export interface ResolvedGraph {
  readonly requirements: Requirements
  readonly graph: Graph
}

export interface ResolveOptions {
  /**
   * The Go version that a go.mod without a go line gets in mode `mod`; undefined leaves it what it is, as `go mod graph` does.
   * Without "go".
   */
  readonly goVersion?: string
}

/**
 * Resolves the graph of the main modules as `go list -m all` (mode `readonly` or `mod`) and `go mod graph` (mode `mod`, no options)
 * do. Throws an `OutdatedError` where go.mod would have to change and may not, and a `RequirementError` where a module cannot be read.
 */
export async function resolveGraph(resolution: Resolution, options: ResolveOptions = {}): Promise<ResolvedGraph> {
  const declared = await initialRequirements(resolution, options)
  const graph = await declared.graph()
  if (areRootsSelected(declared, graph, resolution)) return { requirements: declared, graph }
  const requirements = await updateRoots(declared, resolution)
  return { requirements, graph: await requirements.graph() }
}

/**
 * What the main modules require before the graph is read: their files as they stand, each path once. For who wants no more of the graph
 * than packages need. Throws an `OutdatedError` where go.mod would have to change and may not.
 */
export async function initialRequirements(
  resolution: Resolution,
  { goVersion }: ResolveOptions = {},
): Promise<Requirements> {
  const { mains, mode } = resolution
  const declared = declaredRequirements(resolution)
  if (mains.work !== undefined) return declared
  const unique = hasRedundantRoot(declared, resolution) ? await updateRoots(declared, resolution) : declared
  const isWithoutGo = mains.modules[0]!.file.go === undefined
  if (mode !== 'mod' || goVersion === undefined || !isWithoutGo) return unique
  return withGoLine(unique, goVersion, resolution)
}

/** As if a go line were added: the file is older than all pruning, so every module of its build list becomes a root. */
async function withGoLine(old: Requirements, goVersion: string, { mains }: Resolution): Promise<Requirements> {
  const others = old.roots.filter(({ path }) => path !== 'go')
  const current = old.with({ roots: sortModules([...others, { path: 'go', version: goVersion }]) })
  if (pruningFor(goVersion) === 'unpruned') return current
  const graph = await current.graph()
  return current.with({ pruning: 'pruned', roots: graph.buildList().slice(mains.modules.length) })
}

function areRootsSelected({ roots }: Requirements, graph: Graph, { mains }: Resolution): boolean {
  const checked: readonly ModuleVersion[] = mains.work === undefined ? roots : versionless(mains)
  return checked.every(({ path, version }) => graph.selected(path) === version)
}

/**
 * Checks what the go command checks before it lets a go.mod stand that it may not write: throws an `OutdatedError` where writing the
 * requirements would change more than words. `go mod graph` does not check it.
 */
export function checkUpToDate(
  { requirements }: Pick<ResolvedGraph, 'requirements'>,
  { mains, mode }: Resolution,
): void {
  if (mode === 'mod' || mains.work !== undefined) return
  const { file } = mains.modules[0]!
  const listed = requirements.roots.filter(({ path }) => path !== 'go' && path !== 'toolchain')
  const gone = file.require
    .filter(({ path, version }) => !listed.some((root) => root.path === path && root.version === version))
    .map(({ path, version }): RootChange => ({ path, from: version, to: undefined }))
  const toolchain = needlessToolchain(requirements)
  const changes = toolchain === undefined ? gone : [...gone, { path: 'toolchain', from: toolchain, to: undefined }]
  if (changes.length > 0) throw new OutdatedError(changes)
}

/** A toolchain line that says no more than the go line, or is older than the lines themselves, is taken out whenever go.mod is written. */
function needlessToolchain(requirements: Requirements): string | undefined {
  const toolchain = requirements.highest('toolchain')
  if (toolchain === undefined) return undefined
  const isImplied = toolchain === `go${requirements.highest('go')}`
  return isImplied || !isStrictVersion(versionOfToolchain(toolchain)) ? toolchain : undefined
}
