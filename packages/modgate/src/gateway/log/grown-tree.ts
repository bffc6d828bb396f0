/** A tree and what is appended to it, before anything of that is written. */

import {
  newTiles,
  readTileData,
  recordHash,
  storedHashCount,
  storedHashesForRecordHash,
  treeHash,
  type Hash,
  type HashReader,
  type Tile,
  type Tree,
} from '@modgate/gomod/tlog'
import { tileHeight } from './log-tiles.ts'

export interface GrownTree {
  readonly tree: Tree
  /** Hashes of the grown tree: the old ones proved, the new ones computed. */
  readonly reader: HashReader
  /** Every tile of hashes that is new or wider than before. */
  tiles(): Promise<readonly (readonly [Tile, Uint8Array])[]>
}

/** The tree after so many records more. Rejects with a TlogError where the old tree's hashes cannot be proved. */
export async function grow(before: Tree, old: HashReader, records: readonly Uint8Array[]): Promise<GrownTree> {
  const start = storedHashCount(before.size)
  const added: Hash[] = []
  const reader: HashReader = {
    async readHashes(indexes) {
      const below = indexes.filter((index) => index < start)
      const proved = await old.readHashes(below)
      const byIndex = new Map(below.map((index, i) => [index, proved[i]!]))
      return indexes.map((index) => byIndex.get(index) ?? added[index - start]!)
    },
  }
  let size = before.size
  for (const record of records) added.push(...(await storedHashesForRecordHash(size++, recordHash(record), reader)))
  const tree = { size, hash: await treeHash(size, reader) }
  return {
    tree,
    reader,
    tiles: () =>
      Promise.all(
        newTiles(tileHeight, before.size, size).map(async (tile) => [tile, await readTileData(tile, reader)] as const),
      ),
  }
}
