import { versionString, type ModuleVersion } from '../module/index.ts'
import { OutdatedError, rootChanges } from './error.ts'
import type { Graph } from './graph.ts'
import { isMain } from './main-modules.ts'
import { minimalRequirements } from './minimal-requirements.ts'
import { versionless, type Requirements, type Resolution } from './requirements.ts'

/**
 * Requirements whose every root is at the selected version of its path, so that go.mod says what is used. In a pruned graph a higher
 * root may bring in what was out of sight before, so it goes on until nothing moves. In mode `readonly` nothing may move: throws an
 * `OutdatedError`. A workspace is never updated.
 */
export async function updateRoots(requirements: Requirements, resolution: Resolution): Promise<Requirements> {
  if (requirements.pruning === 'pruned') return updatePruned(requirements, resolution)
  if (requirements.pruning === 'unpruned') return updateUnpruned(requirements, resolution)
  return requirements
}

/** Whether the roots name a path twice, or a main module: then they cannot stay as they are. */
export function hasRedundantRoot({ roots }: Requirements, { mains }: Resolution): boolean {
  return roots.some(({ path }, i) => isMain(mains, path) || path === roots[i - 1]?.path)
}

async function updatePruned(before: Requirements, resolution: Resolution): Promise<Requirements> {
  let current = before
  let graph: Graph | undefined = current.isGraphRead ? await current.graph() : undefined
  for (;;) {
    const roots = selectedRoots(current, resolution, graph)
    const isMoved = roots.some(
      ({ path, version }) => current.roots.find((root) => root.path === path)!.version !== version,
    )
    if (!isMoved) {
      const isSame = resolution.mode === 'readonly' || sameModules(roots, current.roots)
      return isSame ? current : current.with({ roots })
    }
    if (resolution.mode === 'readonly') throw new OutdatedError(rootChanges(before.roots, roots))
    current = current.with({ roots })
    graph = await current.graph()
  }
}

/** Each path once, at its selected version; where the graph was not read, at the highest that the roots name. */
function selectedRoots(
  current: Requirements,
  { mains }: Resolution,
  graph: Graph | undefined,
): readonly ModuleVersion[] {
  const paths = new Set(current.roots.map(({ path }) => path).filter((path) => !isMain(mains, path)))
  return [...paths].map((path) => ({ path, version: graph ? graph.selected(path) : current.highest(path)! }))
}

async function updateUnpruned(before: Requirements, resolution: Resolution): Promise<Requirements> {
  const graph = await before.graph()
  if (resolution.mode === 'readonly') {
    const isMoved = before.roots.some(({ path, version }) => graph.selected(path) !== version)
    if (isMoved) throw new OutdatedError(rootChanges(before.roots, selectedRoots(before, resolution, graph)))
    return before
  }
  const roots = unprunedRoots(before, resolution, graph)
  return sameModules(roots, before.roots) ? before : before.with({ roots })
}

/** What is listed at its selected version stays listed, even where it is implied, so that go.mod does not churn. */
function unprunedRoots({ roots, direct }: Requirements, { mains }: Resolution, graph: Graph): readonly ModuleVersion[] {
  const kept = graph.buildList().slice(mains.modules.length)
  const base = new Set(roots.filter(({ path, version }) => graph.selected(path) === version).map(({ path }) => path))
  for (const { path } of kept) if (direct.has(path)) base.add(path)
  return minimalRequirements({ main: versionless(mains)[0]!, kept, base: [...base], graph })
}

function sameModules(a: readonly ModuleVersion[], b: readonly ModuleVersion[]): boolean {
  return a.length === b.length && a.every((module, i) => versionString(module) === versionString(b[i]!))
}
