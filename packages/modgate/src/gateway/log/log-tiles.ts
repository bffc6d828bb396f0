/**
 * The tiles of the log, of hashes and of records (`l` -1). A disk or a hand may have changed them, so that nothing of them is used,
 * answered or kept in memory before it is proved to be in the tree. Of the tiles at the edge only those of the last trees are kept: a
 * narrower one is the beginning of a wider one.
 */

import {
  equalHashes,
  hashSize,
  recordHash,
  storedHashIndex,
  tileHashReader,
  tileInTree,
  tilePath,
  TlogError,
  type HashReader,
  type Tile,
  type Tree,
} from '@modgate/gomod/tlog'
import type { Checkpoints } from '../../core/ports.ts'
import { hotBytes } from './hot-bytes.ts'
import type { LogNames } from './log-names.ts'

/** Clients read tiles of this height. */
export const tileHeight = 8
export const tileWidth = 2 ** tileHeight
/** Two thousand tiles of hashes, or some hundred of records. */
const bytesInMemory = 16 << 20

/** What is read rejects with a TlogError `inconsistent` where it does not fit the tree. */
export interface LogTiles {
  /** Hashes of a tree, each proved to be in it. */
  reader(tree: Tree): HashReader
  /** A tile of hashes, cut to its width; undefined for one that the tree has not. */
  read(tile: Tile, tree: Tree): Promise<Uint8Array | undefined>
  /** The texts of the records `id` to `id + n - 1` of a tree; fewer where the tree ends. */
  readRecords(id: number, n: number, tree: Tree): Promise<readonly string[]>
  /** Keeps a tile of hashes that were proved or computed; answers its name. */
  write(tile: Tile, data: Uint8Array): Promise<string>
  /** Keeps records behind those of a tree; answers the names of what was written. */
  writeRecords(tree: Tree, texts: readonly string[]): Promise<readonly string[]>
}

export function logTiles(checkpoints: Checkpoints, names: LogNames): LogTiles {
  const hot = hotBytes(bytesInMemory)

  async function load(tile: Tile): Promise<Uint8Array | undefined> {
    const name = names.tile(tile)
    return hot.get(name) ?? (await checkpoints.read(name))?.bytes
  }

  function reader(tree: Tree, proved?: (tile: Tile, data: Uint8Array) => void): HashReader {
    return tileHashReader(tree, {
      height: tileHeight,
      readTiles: (tiles) => Promise.all(tiles.map(async (tile) => (await load(tile)) ?? new Uint8Array())),
      async saveTiles(tiles, data) {
        for (const [i, tile] of tiles.entries()) {
          hot.keep(names.tile(tile), data[i]!)
          proved?.(tile, data[i]!)
        }
      },
    })
  }

  async function read({ h, l, n, w }: Tile, tree: Tree): Promise<Uint8Array | undefined> {
    const wide = h === tileHeight ? tileInTree({ h, l, n }, tree.size) : undefined
    if (!wide || wide.w < w) return undefined
    let data = hot.get(names.tile(wide))
    if (!data) {
      const last = storedHashIndex(l * tileHeight, n * tileWidth + wide.w - 1)
      const find = reader(tree, (tile, bytes) => {
        if (tile.l === l && tile.n === n) data = bytes
      })
      await find.readHashes([last])
    }
    return data?.subarray(0, w * hashSize)
  }

  /** All records of a tile, as many as the tree has. */
  async function readRecordTile(n: number, tree: Tree): Promise<readonly string[]> {
    const w = Math.min(tileWidth, tree.size - n * tileWidth)
    if (w <= 0) return []
    const tile: Tile = { h: tileHeight, l: -1, n, w }
    const name = names.tile(tile)
    const kept = hot.get(name)
    if (kept) return textsOf(kept)
    const [bytes, leaves] = await Promise.all([load(tile), read({ ...tile, l: 0 }, tree)])
    const texts = textsOf(bytes ?? new Uint8Array())
    if (!areLeaves(texts, leaves!)) throw new TlogError('inconsistent', `${tilePath(tile)} does not hold its records`)
    hot.keep(name, bytes!)
    return texts
  }

  async function write(tile: Tile, data: Uint8Array): Promise<string> {
    const name = names.tile(tile)
    await checkpoints.write(name, data)
    hot.keep(name, data)
    return name
  }

  return {
    read,
    write,
    reader: (tree) => reader(tree),
    async readRecords(id, n, tree) {
      const texts: string[] = []
      const end = Math.min(id + n, tree.size)
      for (let tile = Math.floor(id / tileWidth); tile * tileWidth < end; tile++) {
        const first = tile * tileWidth
        texts.push(...(await readRecordTile(tile, tree)).slice(Math.max(0, id - first), end - first))
      }
      return texts
    },
    async writeRecords(tree, texts) {
      const written: string[] = []
      for (let done = 0; done < texts.length;) {
        const n = Math.floor((tree.size + done) / tileWidth)
        const before = done === 0 ? await readRecordTile(n, tree) : []
        const all = [...before, ...texts.slice(done, done + tileWidth - before.length)]
        const data = Buffer.from(all.map((text) => `${text}\n`).join(''))
        written.push(await write({ h: tileHeight, l: -1, n, w: all.length }, data))
        done += all.length - before.length
      }
      return written
    },
  }
}

/** The records of a tile; no record holds a blank line, and each ends with a line end. */
export function textsOf(data: Uint8Array): readonly string[] {
  return Buffer.from(data.buffer, data.byteOffset, data.length)
    .toString()
    .split(/(?<=\n)\n/)
    .slice(0, -1)
}

function areLeaves(texts: readonly string[], leaves: Uint8Array): boolean {
  const leaf = (i: number) => leaves.subarray(i * hashSize, (i + 1) * hashSize)
  return (
    texts.length * hashSize === leaves.length &&
    texts.every((text, i) => equalHashes(recordHash(Buffer.from(text)), leaf(i)))
  )
}
