/**
 * Which records of the log may be those of a version. The records in the tiles are what was signed, so that they alone tell whether a version
 * is in the log: a file of its record may be lost with a disk or a careless restore, and taking that for absence would record the version
 * twice. The index is read when it is asked first, and follows the head from there, whoever appends.
 */

import type { Tree } from '@modgate/gomod/tlog'
import type { ModuleVersion } from '../../core/ports.ts'
import { runLength, type IndexRuns } from './index-runs.ts'
import { tileWidth, type LogTiles } from './log-tiles.ts'
import { recordTable } from './record-table.ts'

export interface LogIndex {
  /**
   * The numbers of the records of a tree that may be those of a version, lowest first: certainly all that are, rarely one that is not.
   * Rejects with a TlogError where records have to be read that do not fit the tree: then nobody knows.
   */
  numbers(module: ModuleVersion, tree: Tree): Promise<readonly number[]>
}

export function logIndex(tiles: LogTiles, runs: IndexRuns): LogIndex {
  const table = recordTable()
  /** The first so many records are in the table. */
  let covered = 0
  /** Fingerprints of the run that is not complete yet. */
  let begun: number[] = []
  let following: Promise<void> | undefined

  /** Trees of one log begin with each other: the guard sees to that before anything is signed on what is found here. */
  async function follow(tree: Tree): Promise<void> {
    while (covered < tree.size) {
      const run = covered / runLength
      const kept = covered + runLength <= tree.size && Number.isInteger(run) ? await runs.read(run, tree) : undefined
      if (kept) take(kept)
      else await readRecords(tree)
    }
  }

  /** The records of the next tile. */
  async function readRecords(tree: Tree): Promise<void> {
    const texts = await tiles.readRecords(covered, tileWidth - (covered % tileWidth), tree)
    const fingerprints = texts.map((text) => {
      const [path = '', version = ''] = text.split(' ', 2)
      return runs.fingerprint({ path, version })
    })
    take(fingerprints)
    begun.push(...fingerprints)
    if (covered % runLength > 0) return
    const complete = begun
    begun = []
    // One that cannot be kept is made again by the next process.
    await runs.write(covered / runLength - 1, complete, tree).catch(() => undefined)
  }

  function take(fingerprints: readonly number[]): void {
    for (const fingerprint of fingerprints) table.add(fingerprint, covered++)
  }

  return {
    async numbers(module, tree) {
      while (covered < tree.size) {
        // Another one may have failed for the sake of an older tree, whose narrower tiles are gone.
        if (following) await following.catch(() => undefined)
        else await (following = follow(tree).finally(() => (following = undefined)))
      }
      return table.numbers(runs.fingerprint(module)).filter((number) => number < tree.size)
    },
  }
}
