/** A project, loaded: its graph, and everything that is needed to say more about the modules of it. */

import { versionString } from '@modgate/gomod/module'
import { checkUpToDate, initialRequirements, isToolchainPath, resolveGraph } from '@modgate/gomod/mvs'
import { OutdatedError, RequirementError } from '@modgate/gomod/mvs'
import type { Requirements, Resolution, ResolvedGraph, UpdateMode } from '@modgate/gomod/mvs'
import { Failure } from '../core/failure.ts'
import { advised } from './advice.ts'
import type { MainProject } from './main-project.ts'
import { checkModule } from './module-check.ts'
import type { ModFiles } from './mod-files.ts'
import type { ModuleSummaries } from './module-summaries.ts'
import type { ReadAhead } from './read-ahead.ts'
import type { Replacements } from './replacements.ts'
import type { ModuleCache } from './module-cache.ts'
import type { SumBook } from './sum-book.ts'

/** What a project is resolved with. */
export interface Loader {
  readonly project: MainProject
  readonly replacements: Replacements
  readonly summaries: ModuleSummaries
  readonly files: ModFiles
  readonly cache: ModuleCache
  readonly sums: SumBook
  readonly mode: UpdateMode
  /** Has what a graph needs fetched before it is asked for; absent: nothing is. */
  readonly readAhead?: ReadAhead
}

export interface ResolveRequest {
  /**
   * `list`: as `go list -m all`, which refuses a go.mod that would have to change; `updates`: as `go list -m -u all`, which passes over
   * lines that are only in vain; `graph`: as `go mod graph`, which takes everything as if it were changed.
   */
  readonly as: 'list' | 'updates' | 'graph'
  /** Of the Go installation, without "go": what a go.mod without a go line gets in mode `mod`. */
  readonly goVersion?: string
}

/** Resolves the module graph. Throws a Failure that says who requires what could not be read, or what go.mod lacks. */
export async function resolveProject(loader: Loader, { as, goVersion }: ResolveRequest): Promise<ResolvedGraph> {
  const { summaries, project } = loader
  const resolution: Resolution = { mains: project.mains, summaries, mode: as === 'graph' ? 'mod' : loader.mode }
  const end = loader.readAhead?.()
  return understood(async () => {
    const options = as !== 'graph' && goVersion !== undefined ? { goVersion } : {}
    const resolved = await resolveGraph(resolution, options)
    if (as === 'list') checkUpToDate(resolved, resolution)
    if (as !== 'graph') checkPaths(resolved)
    return resolved
  }).finally(end)
}

/** Runs it; what the graph cannot be built of becomes a Failure. */
export async function understood<T>(build: () => Promise<T>): Promise<T> {
  try {
    return await build()
  } catch (error) {
    if (error instanceof OutdatedError) throw outdated(error)
    if (error instanceof RequirementError) throw unreadable(error)
    throw error
  }
}

/**
 * What the main modules require, for who wants no more of the graph than packages need: of a pruned graph nothing else is read before
 * somebody asks for it. A go.mod that is seen to be wrong already throws a Failure.
 */
export async function projectRequirements(loader: Loader): Promise<Requirements> {
  const resolution: Resolution = { mains: loader.project.mains, summaries: loader.summaries, mode: loader.mode }
  return understood(async () => {
    const requirements = await initialRequirements(resolution)
    if (requirements.pruning === 'unpruned') return (await resolveProject(loader, { as: 'list' })).requirements
    checkUpToDate({ requirements }, resolution)
    return requirements
  })
}

/** What is pruned out was never asked for, so that nobody has looked at its path yet. */
function checkPaths({ graph }: ResolvedGraph): void {
  for (const module of graph.buildList()) {
    if (module.version !== '' && !isToolchainPath(module.path)) checkModule(module)
  }
}

const shownChanges = 3

function outdated({ changes }: OutdatedError): Failure {
  const words = changes.slice(0, shownChanges).map(({ path, from, to }) => {
    if (to === undefined) return path === 'toolchain' ? 'its toolchain line is in vain' : `${path} ${from} is excluded`
    return from === undefined ? `${path} ${to} is missing` : `${path} has to be ${to}, not ${from}`
  })
  const more = changes.length > shownChanges ? `, and ${changes.length - shownChanges} more` : ''
  return new Failure('go-mod-outdated', { asked: 'go.mod', who: 'the module graph', why: `${words.join('; ')}${more}` })
}

/** The failure of the module itself, with the chain that led to it. */
function unreadable({ chain, cause }: RequirementError): Failure {
  if (!(cause instanceof Failure)) throw cause
  const by = chain.slice(0, -1).reverse()
  return advised(
    cause,
    by.map((module) => `required by ${versionString(module)}`),
  )
}
