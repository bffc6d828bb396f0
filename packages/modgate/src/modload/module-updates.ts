/** What `go list -m -u -retracted -json all` says of a module beyond `go list -m -json all`. */

import { isToolchainPath, type ResolvedGraph } from '@modgate/gomod/mvs'
import { eachOf } from '../core/each-of.ts'
import { Failure } from '../core/failure.ts'
import type { Loader } from './build-list.ts'
import { moduleInfo, ordered, type ModuleInfo } from './module-info.ts'
import type { UpgradeQueries } from './upgrade-query.ts'

/** How many modules are looked at at once; each asks several questions. */
const width = 64

/** The information about all modules of a build list, in its order. What could not be found out of a module stands in its `Error`. */
export async function moduleUpdates(
  loader: Loader,
  { requirements, graph }: ResolvedGraph,
  queries: UpgradeQueries,
): Promise<readonly ModuleInfo[]> {
  const modules = graph.buildList().filter(({ path }) => !isToolchainPath(path))
  const found: ModuleInfo[] = []
  await eachOf(modules.entries(), width, async ([i, module]) => {
    const info = await moduleInfo(loader, requirements, module)
    const Replace = info.Replace && (await updated(info.Replace, queries))
    const own = await updated(info, queries)
    const Retracted = own.Retracted ?? Replace?.Retracted
    found[i] = ordered({ ...own, Replace, Retracted })
  })
  return found
}

/** One question that has no answer leaves the others theirs; the first one that had none is told. */
async function updated(info: ModuleInfo, queries: UpgradeQueries): Promise<ModuleInfo> {
  const module = { path: info.Path, version: info.Version ?? '' }
  if (module.version === '') return info
  const failures: Failure[] = []
  const attempt = <T>(question: Promise<T>): Promise<T | undefined> =>
    question.catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error
      failures.push(error)
      return undefined
    })
  const newer = await attempt(queries.upgrade(module))
  const Retracted = await attempt(queries.retracted(module))
  const Deprecated = await attempt(queries.deprecated(module))
  const Update = newer && ordered({ Path: info.Path, Version: newer.version, Time: newer.time })
  return ordered({ ...info, Update, Retracted, Deprecated, Error: failures[0] && { Err: failures[0].message } })
}
