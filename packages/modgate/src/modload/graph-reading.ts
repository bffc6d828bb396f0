/** A module graph that is read when it is asked for, once, and that may be had in part where not all of it can be read. */

import { Graph, isExcluded } from '@modgate/gomod/mvs'
import { Failure } from '../core/failure.ts'
import { isAlarm } from './advice.ts'
import { resolveProject, type Loader } from './build-list.ts'

export interface GraphReading {
  /** Throws a Failure where it cannot be read, and a part will not do. */
  readonly graph: () => Promise<Graph>
  /** Why it could not be read; undefined where it could, or nobody has asked. */
  readonly trouble: () => Failure | undefined
}

/**
 * Reads the graph as `go mod graph` has it. Where that fails and a part will do, it is what the main modules require themselves; a file that
 * is not what was published stops everything all the same.
 */
export function graphReading(loader: Loader, { mayBePartial }: { readonly mayBePartial: boolean }): GraphReading {
  let reading: Promise<Graph> | undefined
  let trouble: Failure | undefined
  const read = async (): Promise<Graph> => {
    try {
      return (await resolveProject(loader, { as: 'graph' })).graph
    } catch (error) {
      if (!mayBePartial || !(error instanceof Failure) || isAlarm(error)) throw error
      trouble = error
      return ownRequirements(loader)
    }
  }
  return { graph: () => (reading ??= read()), trouble: () => trouble }
}

function ownRequirements({ project: { mains } }: Loader): Graph {
  const roots = mains.modules.map(({ path }) => ({ path, version: '' }))
  const graph = new Graph(roots)
  for (const [index, { file }] of mains.modules.entries())
    graph.require(
      roots[index]!,
      file.require.filter((module) => !isExcluded(mains, module)),
    )
  return graph
}
