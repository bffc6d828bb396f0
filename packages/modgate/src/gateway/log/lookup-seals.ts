/**
 * Seals of files of single records. To prove a record by the tile of its hash costs a read and 255 hashes, and in a large log hardly any tile
 * is in memory. The hash above such a tile is, and once the record was proved, a seal over both tells as much: that this log has found this
 * record below this hash. It is of no use for another tree, nor to somebody without the key.
 */

import { hashSize, type Tree } from '@modgate/gomod/tlog'
import type { LoggedRecord } from './covering-log.ts'
import { formatLookup } from './log-lookup.ts'
import { isSeal, logSecret, sealOf } from './log-secrets.ts'
import { tileHeight, tileWidth, type LogTiles } from './log-tiles.ts'

export interface LookupSeals {
  /** Whether a record with this seal was proved to be in the tree. Rejects with a TlogError where tiles do not fit the tree. */
  holds(record: LoggedRecord, seal: Uint8Array, tree: Tree): Promise<boolean>
  /** The seal of a record that is proved; undefined as long as its tile is not full, since the hash above will be another one. */
  of(record: LoggedRecord, tree: Tree): Promise<Uint8Array | undefined>
}

export function lookupSeals(tiles: LogTiles, signerKey: string): LookupSeals {
  const secret = logSecret(signerKey, 'lookup seal')

  async function of(record: LoggedRecord, tree: Tree): Promise<Uint8Array | undefined> {
    const tile = Math.floor(record.id / tileWidth)
    if ((tile + 1) * tileWidth > tree.size) return undefined
    const [n, at] = [Math.floor(tile / tileWidth), tile % tileWidth]
    const above = await tiles.read({ h: tileHeight, l: 1, n, w: at + 1 }, tree)
    return sealOf(secret, above!.subarray(at * hashSize), formatLookup(record))
  }

  return {
    of,
    async holds(record, seal, tree) {
      const made = await of(record, tree)
      return made !== undefined && isSeal(seal, made)
    },
  }
}
