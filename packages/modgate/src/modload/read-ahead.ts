/**
 * A module graph, walked before it is believed. Each go.mod names those below it as soon as it has come; that it is the published one
 * takes two more trips, to the checksum database and to its tiles. Far from the proxy, a walk that waits for each of them at each step
 * waits longer than for all else together.
 *
 * So this walk goes first, over files that nobody has verified. It decides nothing: it has files and records fetched that the walk
 * which believes them will ask for. What a false file leads it to is asked of the user's proxies alone, of the database only if these
 * have it, and forgotten.
 */

import type { ModuleVersion } from '@modgate/gomod/module'
import { resolveGraph } from '@modgate/gomod/mvs'
import { goModLine, type SumRecords } from './checked-go-mods.ts'
import type { MainProject } from './main-project.ts'
import type { ModFiles } from './mod-files.ts'
import { moduleSummaries, type SummaryOptions } from './module-summaries.ts'
import type { RemoteFiles } from './remote-files.ts'
import type { SumBook } from './sum-book.ts'

export interface ReadAheadOptions extends Omit<SummaryOptions, 'goMod'> {
  readonly project: MainProject
  /** What is at hand. */
  readonly cache: ModFiles
  /** Whom the settings name; asked for when something is not at hand. */
  readonly network: () => Promise<{ readonly files: Pick<RemoteFiles, 'ahead'>; readonly records: SumRecords }>
  readonly sums: SumBook
}

/** Starts the walk once something has to be waited for, and answers how to end it. */
export type ReadAhead = () => () => void

/** Twice the largest graphs that are known: who leads further makes up modules. */
const maxAhead = 10_000

export function readAhead({ cache, network, sums, ...project }: ReadAheadOptions): ReadAhead {
  return () => {
    let left = maxAhead
    const ahead = async (module: ModuleVersion): Promise<Uint8Array> => {
      const { files, records } = await network()
      if (left-- <= 0) throw new Error('the walk ahead is over')
      const bytes = await files.ahead(module)
      if (bytes === undefined) throw new Error('not there')
      const line = goModLine(module)
      if (!sums.has(line)) void records.lookup(line).catch(() => undefined)
      return bytes
    }
    const goMod = (module: ModuleVersion): Uint8Array | Promise<Uint8Array> => {
      const kept = cache.read({ kind: 'mod', ...module })
      return kept instanceof Uint8Array ? kept : ahead(module)
    }
    const walk = () => {
      const summaries = moduleSummaries({ ...project, goMod })
      // Whatever is wrong with it is told by the walk that believes.
      void resolveGraph({ mains: project.project.mains, summaries, mode: 'mod' }).catch(() => undefined)
    }
    // Where all is at hand, the graph is read before this comes to pass.
    const timer = setImmediate(walk)
    return () => {
      clearImmediate(timer)
      left = 0
    }
  }
}
