/** The first half of an audit: the tree computed anew from the records, and each tile of each level compared with it. */

import type { Checkpoints } from '../../core/ports.ts'
import { equalHashes, hashSize, recordHash, TlogError, type Hash, type Tile, type Tree } from '@modgate/gomod/tlog'
import { readOnlyCheckpoints } from '../../store/read-only-checkpoints.ts'
import type { AuditFiles } from './audit-files.ts'
import type { AuditPlace, Damage } from './audit-place.ts'
import { logTiles, tileHeight, tileWidth, type LogTiles } from './log-tiles.ts'
import { formatTimes } from './log-times.ts'
import { risingTree } from './rising-tree.ts'

export interface TreeAudit {
  readonly rootHolds: boolean
  /** Numbers of tiles whose records are not proved. */
  readonly unproved: ReadonlySet<number>
}

/** Tiles that one audit rebuilds, of eight kilobytes each: the next one rebuilds more. */
const mostRebuilt = 16_384

/** The leaves of a tile of records as they are believed for now, and whether that is already proved. */
interface Leaves {
  readonly leaves: readonly Hash[]
  readonly isProved: boolean
}

export async function auditTree(place: AuditPlace): Promise<TreeAudit> {
  const { files, names, tree, found, signal } = place
  const tiles = logTiles(checkpointsOf(files), names)
  const unproved = new Set<number>()
  const damaged = new Set<number>()
  /** Tiles of hashes that differ: whether they can be rebuilt is known when the root is. */
  const differing: Damage[] = []
  const rising = risingTree(async (tile, hashes) => {
    const computed = Buffer.concat(hashes)
    const kept = await files.hashes(tile)
    if (kept && Buffer.compare(kept, computed) === 0) return
    const why = kept ? 'does not hold the hashes of the records below it' : 'is not there'
    differing.push({ file: names.tile(tile), why, ...(differing.length < mostRebuilt ? { rebuilt: computed } : {}) })
  })
  let lastTime = 0
  for (let n = 0; n * tileWidth < tree.size; n++) {
    signal?.throwIfAborted()
    const tile = recordTile(n, tree.size)
    const { leaves, isProved } = await leavesOf(place, tiles, tile, damaged)
    if (!isProved) unproved.add(n)
    for (const leaf of leaves) await rising.add(leaf)
    lastTime = await auditTimes(place, tile, lastTime)
    place.onRecords?.(tile.w, tree.size)
  }
  const rootHolds = equalHashes(await rising.end(), tree.hash)
  if (!rootHolds) {
    const why = 'the records do not lead to the root that was signed: a record, or the head, was changed'
    await found({ file: names.head, why })
  }
  for (const { file, why, ...rest } of differing) await found({ file, why, ...(rootHolds ? rest : {}) })
  return { rootHolds, unproved: rootHolds ? damaged : new Set([...unproved, ...damaged]) }
}

/**
 * The leaves of a tile of records. Where records and hashes differ, those count that the signed root proves; where it proves neither, since
 * a tile above is damaged too, the records count, and the root has the last word.
 */
async function leavesOf(place: AuditPlace, tiles: LogTiles, tile: Tile, damaged: Set<number>): Promise<Leaves> {
  const { files, names, tree, found } = place
  const [texts, proved] = await Promise.all([files.texts(tile), provedLeaves(tiles, tile, tree)])
  const computed = (texts ?? []).map((text) => recordHash(Buffer.from(text)))
  const file = names.tile(tile)
  if (proved) {
    const wrong = proved.flatMap((leaf, i) =>
      computed[i] && equalHashes(leaf, computed[i]) ? [] : [tile.n * tileWidth + i],
    )
    if (wrong.length > 0) {
      damaged.add(tile.n)
      await found({ file, why: texts ? `${recordsInWords(wrong)} not what was signed` : 'is not there' })
    }
    return { leaves: proved, isProved: true }
  }
  if (computed.length === tile.w) return { leaves: computed, isProved: false }
  damaged.add(tile.n)
  await found({ file, why: texts ? `holds ${computed.length} records instead of ${tile.w}` : 'is not there' })
  const kept = await files.hashes({ ...tile, l: 0 })
  return { leaves: kept ? hashesOf(kept) : computed, isProved: false }
}

function recordsInWords(ids: readonly number[]): string {
  if (ids.length === 1) return `record ${ids[0]} is`
  return `records ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ` and ${ids.length - 5} more` : ''} are`
}

async function provedLeaves(tiles: LogTiles, tile: Tile, tree: Tree): Promise<readonly Hash[] | undefined> {
  try {
    const data = await tiles.read({ ...tile, l: 0 }, tree)
    return data && hashesOf(data)
  } catch (error) {
    if (error instanceof TlogError) return undefined
    throw error
  }
}

/**
 * Answers the last time. Nobody proves times: lost ones follow that of the record before, each a microsecond later, so that the index
 * works again, and who pages through it by time comes to its end.
 */
async function auditTimes({ files, names, found }: AuditPlace, tile: Tile, lastTime: number): Promise<number> {
  const times = await files.times(tile)
  if (times?.length === tile.w && times[0]! >= lastTime) return times.at(-1)!
  const rebuilt = formatTimes(Array.from({ length: tile.w }, (_, i) => lastTime + 1 + i))
  await found({ file: names.times(tile), why: times ? 'does not fit the times before it' : 'holds no times', rebuilt })
  return lastTime + tile.w
}

/** For those who read only. */
function checkpointsOf(files: AuditFiles): Checkpoints {
  const below = async (name: string) => {
    const bytes = await files.read(name)
    return bytes && { bytes, at: 0 }
  }
  return readOnlyCheckpoints({ read: below }, { now: () => 0 })
}

export const recordTile = (n: number, size: number): Tile => ({
  h: tileHeight,
  l: -1,
  n,
  w: Math.min(tileWidth, size - n * tileWidth),
})

const hashesOf = (data: Uint8Array): readonly Hash[] =>
  Array.from({ length: Math.floor(data.length / hashSize) }, (_, i) => data.subarray(i * hashSize, (i + 1) * hashSize))
