/**
 * The files of a log as an audit reads them: from the disk, past all memory, and without mending anything. Only where a file is not there
 * is it asked whether it is still to be written: from the bundle of an append that was cut off, or wider by a gate that goes on.
 */

import { hashSize, tileInTree, type Tile } from '@modgate/gomod/tlog'
import type { Checkpoints } from '../../core/ports.ts'
import { parseHead, type LogHead } from './log-head.ts'
import type { LogNames } from './log-names.ts'
import { textsOf } from './log-tiles.ts'
import { parseTimes } from './log-times.ts'

export interface AuditFiles {
  /** What stands under a name; undefined for nothing. */
  read(name: string): Promise<Uint8Array | undefined>
  /** Hashes of a tile, cut to its width. */
  hashes(tile: Tile): Promise<Uint8Array | undefined>
  /** The records of a tile of records, cut to its width. */
  texts(tile: Tile): Promise<readonly string[] | undefined>
  times(tile: Tile): Promise<readonly number[] | undefined>
  /** The head as it stands now. Throws where it is none. */
  head(): Promise<LogHead | undefined>
}

interface FilesOptions {
  readonly disk: Pick<Checkpoints, 'read'>
  /** The disk with what an append that was cut off would have written. */
  readonly completed: Pick<Checkpoints, 'read'>
  readonly names: LogNames
}

/** How often a gate that appends meanwhile is followed to a wider tile. */
const looks = 5

export function auditFiles({ disk, completed, names }: FilesOptions): AuditFiles {
  const read = async (name: string) => ((await disk.read(name)) ?? (await completed.read(name)))?.bytes

  async function head(): Promise<LogHead | undefined> {
    const bytes = (await disk.read(names.head))?.bytes
    return bytes && parseHead(bytes)
  }

  /** The file of a tile, or the one that a gate has put in the place of this narrower one meanwhile. */
  async function wide(tile: Tile, nameOf: (tile: Tile) => string): Promise<Uint8Array | undefined> {
    let found = await read(nameOf(tile))
    for (let look = 0; !found && look < looks; look++) {
      const { tree } = (await head().catch(() => undefined)) ?? {}
      const now = tree && tileInTree({ ...tile, l: Math.max(0, tile.l) }, tree.size)
      if (!now || now.w <= tile.w) return read(nameOf(tile))
      found = await read(nameOf({ ...tile, w: now.w }))
    }
    return found
  }

  return {
    read,
    head,
    hashes: async (tile) => (await wide(tile, (each) => names.tile(each)))?.subarray(0, tile.w * hashSize),
    async texts(tile) {
      const bytes = await wide(tile, (each) => names.tile(each))
      return bytes && textsOf(bytes).slice(0, tile.w)
    },
    async times(tile) {
      const bytes = await wide(tile, (each) => names.times(each))
      return bytes && parseTimes(bytes)?.slice(0, tile.w)
    },
  }
}
