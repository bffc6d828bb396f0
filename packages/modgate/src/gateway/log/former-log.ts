/**
 * A log that is to be moved, as far as anything here can prove it: whatever happened to its key, its head or its guard. What was signed is
 * known from the head, by any key that is known to be the log's, and from the guard, which remembers the last head by itself.
 */

import { newVerifier, NoteError } from '@modgate/gomod/note'
import type { Tree } from '@modgate/gomod/tlog'
import { Failure } from '../../core/failure.ts'
import type { Checkpoints, Clock } from '../../core/ports.ts'
import { readOnlyCheckpoints } from '../../store/read-only-checkpoints.ts'
import type { Guarded } from './log-guard.ts'
import { isSignedHead, parseHead, type LogHead } from './log-head.ts'
import { logNames, type LogNames } from './log-names.ts'
import { logTiles, type LogTiles } from './log-tiles.ts'
import { logTimes } from './log-times.ts'
import { logTrunk } from './log-trunk.ts'

export interface FormerLog {
  readonly name: string
  readonly names: LogNames
  /** What is written of it, with what an append that was cut off left to be written; nothing is changed by reading. */
  readonly checkpoints: Checkpoints
  readonly tiles: LogTiles
  /** Trees that were signed, the largest first; none where nothing can be proved. */
  readonly trees: readonly Tree[]
  /** Undefined where there is none, or one that cannot be read. */
  readonly head: LogHead | undefined
}

export interface FormerLogOptions {
  readonly checkpoints: Pick<Checkpoints, 'read'>
  readonly clock: Clock
  readonly name: string
  /** Verifier lines that are known to be the log's own. */
  readonly verifierKeys: readonly string[]
  /** What its guard remembers, where there is one that can be read. */
  readonly guarded: Guarded | undefined
}

/** Opens a log by what is left of it. */
export async function formerLog(options: FormerLogOptions): Promise<FormerLog> {
  const { name, guarded, clock } = options
  const names = logNames(name)
  const checkpoints = readOnlyCheckpoints(options.checkpoints, clock)
  const tiles = logTiles(checkpoints, names)
  const head = await readableHead(checkpoints, names)
  if (head)
    await completed({
      checkpoints,
      names,
      tiles,
      times: logTimes(checkpoints, names),
      clock,
      seen: async () => undefined,
    })
  const own = guarded?.name === name ? guarded : undefined
  const keys = new Set([...options.verifierKeys, ...(own ? [own.verifierKey] : [])])
  const isSigned = head && [...keys].some((key) => isSignedBy(head, key))
  const trees = [...(own ? [own.tree] : []), ...(isSigned ? [head.tree] : [])].sort((a, b) => b.size - a.size)
  return { name, names, checkpoints, tiles, trees, head }
}

async function readableHead(checkpoints: Checkpoints, names: LogNames): Promise<LogHead | undefined> {
  const bytes = (await checkpoints.read(names.head))?.bytes
  if (!bytes) return undefined
  try {
    return parseHead(bytes)
  } catch {
    return undefined
  }
}

/** A key that a damaged guard remembers may be none. */
function isSignedBy(head: LogHead, key: string): boolean {
  try {
    return isSignedHead(head, newVerifier(key))
  } catch (error) {
    if (error instanceof NoteError) return false
    throw error
  }
}

/** What cannot be completed is missing later, where it is proved. */
async function completed(trunk: Parameters<typeof logTrunk>[0]): Promise<void> {
  await logTrunk(trunk)
    .look()
    .catch((error: unknown) => {
      if (!(error instanceof Failure && error.code === 'log-damaged')) throw error
    })
}
