/**
 * The tiles of the log, of hashes and of records (`l` -1). Read with suspicion, since a disk or a hand may have changed them; hot ones
 * stay in memory. Of the tiles at the edge only those of the last trees are kept: a narrower one is the beginning of a wider one.
 */

import { tileHashReader, tileInTree, type HashReader, type Tile, type TileReader, type Tree } from '@modgate/gomod/tlog'
import type { Checkpoints } from '../../core/ports.ts'
import type { LogNames } from './log-names.ts'

/** Clients read tiles of this height. */
export const tileHeight = 8
export const tileWidth = 2 ** tileHeight
const hashBytes = 32
/** Eight kilobytes each. */
const tilesInMemory = 2048

export interface LogTiles {
  /** Hashes of a tree, each proved to be in it. Rejects with a TlogError `inconsistent` where a tile does not fit. */
  reader(tree: Tree): HashReader
  /** A tile of hashes as it is kept for a tree of so many records, cut to its width; undefined where it is not there. */
  read(tile: Tile, size: number): Promise<Uint8Array | undefined>
  /** The texts of the records `id` to `id + n - 1` of a tree of so many records; fewer where fewer are kept. */
  readRecords(id: number, n: number, size: number): Promise<readonly string[]>
  /** Keeps a tile of hashes; answers its name. */
  write(tile: Tile, data: Uint8Array): Promise<string>
  /** Keeps records behind those of a tree of `size`; answers the names of what was written. */
  writeRecords(size: number, texts: readonly string[]): Promise<readonly string[]>
}

export function logTiles(checkpoints: Checkpoints, names: LogNames): LogTiles {
  const hot = new Map<string, Uint8Array>()

  function remember(name: string, data: Uint8Array): Uint8Array {
    hot.delete(name)
    hot.set(name, data)
    if (hot.size > tilesInMemory) hot.delete(hot.keys().next().value!)
    return data
  }

  async function load(name: string): Promise<Uint8Array | undefined> {
    const kept = hot.get(name) ?? (await checkpoints.read(name))?.bytes
    return kept && remember(name, kept)
  }

  /** In its own width, else out of the widest one that the tree has. */
  async function read(tile: Tile, size: number): Promise<Uint8Array | undefined> {
    const own = await load(names.tile(tile))
    if (own) return own
    const widest = tileInTree(tile, size)
    if (!widest || widest.w <= tile.w) return undefined
    return (await load(names.tile(widest)))?.subarray(0, tile.w * hashBytes)
  }

  async function readRecordTile(n: number, size: number): Promise<readonly string[]> {
    const w = Math.min(tileWidth, size - n * tileWidth)
    const found = w > 0 ? await load(names.tile({ h: tileHeight, l: -1, n, w })) : undefined
    // No record holds a blank line, and each ends with a line end.
    return found
      ? Buffer.from(found)
          .toString()
          .split(/(?<=\n)\n/)
          .slice(0, -1)
      : []
  }

  const sourceOf = ({ size }: Tree): TileReader => ({
    height: tileHeight,
    readTiles: (tiles) => Promise.all(tiles.map(async (tile) => (await read(tile, size)) ?? new Uint8Array())),
    saveTiles: async () => undefined,
  })

  async function write(tile: Tile, data: Uint8Array): Promise<string> {
    const name = names.tile(tile)
    await checkpoints.write(name, data)
    remember(name, data)
    return name
  }

  return {
    read,
    write,
    reader: (tree) => tileHashReader(tree, sourceOf(tree)),
    async readRecords(id, n, size) {
      const texts: string[] = []
      for (let tile = Math.floor(id / tileWidth); tile * tileWidth < id + n; tile++) {
        const first = tile * tileWidth
        texts.push(...(await readRecordTile(tile, size)).slice(Math.max(0, id - first), id + n - first))
      }
      return texts
    },
    async writeRecords(size, texts) {
      const written: string[] = []
      for (let done = 0; done < texts.length;) {
        const n = Math.floor((size + done) / tileWidth)
        const before = (size + done) % tileWidth
        const kept = before === 0 ? [] : await readRecordTile(n, size)
        if (kept.length < before) throw new Error(`records ${n * tileWidth} to ${size} are not kept`)
        const all = [...kept, ...texts.slice(done, done + tileWidth - before)]
        const data = Buffer.from(all.map((text) => `${text}\n`).join(''))
        written.push(await write({ h: tileHeight, l: -1, n, w: all.length }, data))
        done += all.length - before
      }
      return written
    },
  }
}
