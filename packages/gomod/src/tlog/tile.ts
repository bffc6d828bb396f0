import { TlogError } from './error.ts'
import { equalHashes, type Hash, hashSize, nodeHash } from './hash.ts'
import {
  type HashReader,
  half,
  isCount,
  outOfRange,
  readHashes,
  splitStoredHashIndex,
  storedHashIndex,
} from './stored.ts'

/**
 * A tile of height `h` at level `l` and offset `n` lists `w` hashes of the tree's level `h*l`, from hash `n * 2**h` on
 * (x/mod/sumdb/tlog, Tile). A full tile lists `2**h`; only the right-most tile of a level is ever partial.
 */
export interface Tile {
  /** Height: 1 to 30. */
  readonly h: number
  /** Level in the tiling: 0 to 63, or -1 for the tile of the records themselves. */
  readonly l: number
  /** Offset within the level. */
  readonly n: number
  /** Width in hashes: 1 to 2**h. */
  readonly w: number
}

/** The highest tile that the path format knows. */
export const maxTileHeight = 30

/** Where a stored hash lies: the narrowest tile that holds it, and the part of its hashes below the node. */
interface Place {
  readonly tile: Tile
  /** Offsets in bytes. */
  readonly start: number
  readonly end: number
}

/** Returns the tile of height `h` and least width that holds a stored index. Throws a `TlogError` `out-of-range`. */
export function tileForIndex(h: number, index: number): Tile {
  return placeOf(h, index).tile
}

/**
 * Returns the stored hash `index` out of a tile's data. The tile must be the one of `tileForIndex` or wider. Throws a
 * `TlogError`: `out-of-range` for another tile, `inconsistent` when the data is too short.
 */
export function hashFromTile(tile: Tile, data: Uint8Array, index: number): Hash {
  const { tile: least, start, end } = placeOf(tile.h, index)
  if (tile.l !== least.l || tile.n !== least.n || tile.w < least.w || tile.w > 2 ** tile.h) {
    throw outOfRange(`index ${index} is in ${tilePath(least)}, not ${tilePath(tile)}`)
  }
  if (data.length < tile.w * hashSize) throw new TlogError('inconsistent', `${tilePath(tile)} is too short`)
  return subtreeOf(data.subarray(start, end))
}

/** Says whether `data` is the full tile under the node `root`. A partial tile has no node above it. */
export function isTileOf(root: Hash, tile: Tile, data: Uint8Array): boolean {
  const size = 2 ** tile.h
  return tile.w === size && data.length === size * hashSize && equalHashes(root, rootOf(data))
}

/**
 * Returns the tiles of height `h` to publish when a tree grows from `oldSize` to `newSize` records: every tile that is
 * new or wider than before. Throws a `TlogError` `out-of-range`.
 */
export function newTiles(h: number, oldSize: number, newSize: number): readonly Tile[] {
  checkHeight(h)
  if (!isCount(oldSize) || !isCount(newSize)) throw outOfRange(`no tree of ${oldSize} or ${newSize} records`)
  const tiles: Tile[] = []
  const width = 2 ** h
  for (let l = 0, from = oldSize, to = newSize; to > 0; l++) {
    if (from !== to) {
      const last = Math.floor(to / width)
      for (let n = Math.floor(from / width); n < last; n++) tiles.push({ h, l, n, w: width })
      if (to % width > 0) tiles.push({ h, l, n: last, w: to % width })
    }
    from = Math.floor(from / width)
    to = Math.floor(to / width)
  }
  return tiles
}

/** Reads the data of a tile of hashes out of a tree's stored hashes. Rejects with a `TlogError` `out-of-range`. */
export async function readTileData(tile: Tile, reader: HashReader): Promise<Uint8Array> {
  const { h, l, n, w } = tile
  checkHeight(h)
  if (!isCount(l) || !isCount(n) || !isCount(w) || w < 1 || w > 2 ** h) throw outOfRange(`no tile ${tilePath(tile)}`)
  const indexes = Array.from({ length: w }, (_, i) => storedHashIndex(h * l, n * 2 ** h + i))
  const data = new Uint8Array(w * hashSize)
  for (const [i, hash] of (await readHashes(reader, indexes)).entries()) data.set(hash, i * hashSize)
  return data
}

/** Returns the tile of a level that holds the hash `n` of its own level, as wide as a tree of `size` records has it. */
export function tileInTree(tile: Pick<Tile, 'h' | 'l' | 'n'>, size: number): Tile | undefined {
  const { h, l, n } = tile
  const hashes = Math.floor(size / 2 ** (h * l)) - n * 2 ** h
  return hashes > 0 ? { h, l, n, w: Math.min(hashes, 2 ** h) } : undefined
}

const pathBase = 1000

/** Formats a tile's path, `tile/<h>/<l>/<nnn>[.p/<w>]`, its offset in groups of three digits (x/mod/sumdb/tlog). */
export function tilePath({ h, l, n, w }: Tile): string {
  let offset = threeDigits(n % pathBase)
  for (let rest = Math.floor(n / pathBase); rest > 0; rest = Math.floor(rest / pathBase)) {
    offset = `x${threeDigits(rest % pathBase)}/${offset}`
  }
  const partial = w === 2 ** h ? '' : `.p/${w}`
  return `tile/${h}/${l === -1 ? 'data' : l}/${offset}${partial}`
}

/**
 * Reads a tile's path; only what `tilePath` writes is a path, so one tile has one name. Throws a `TlogError`
 * `malformed`. Unlike Go it refuses levels above 63, which no tree has.
 */
export function parseTilePath(path: string): Tile {
  const match =
    /^tile\/([1-9][0-9]?)\/([0-9]{1,2}|data)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,9}))?$/.exec(path)
  if (match === null) throw malformedPath(path)
  const [, height, level = '', offset = '', width] = match
  const h = Number(height)
  const l = level === 'data' ? -1 : Number(level)
  const n = offset.split('/').reduce((sum, group) => sum * pathBase + Number(group.slice(-3)), 0)
  const tile = { h, l, n, w: width === undefined ? 2 ** h : Number(width) }
  if (h > maxTileHeight || l > 63 || tile.w > 2 ** h || !isCount(n) || tilePath(tile) !== path)
    throw malformedPath(path)
  return tile
}

function placeOf(h: number, index: number): Place {
  checkHeight(h)
  const { level, n } = splitStoredHashIndex(index)
  const l = Math.floor(level / h)
  const below = 2 ** (level - l * h) // hashes of the tile under the node
  const nodes = 2 ** h / below // nodes of this level in one tile
  const offset = n % nodes
  const tile = { h, l, n: Math.floor(n / nodes), w: (offset + 1) * below }
  return { tile, start: offset * below * hashSize, end: tile.w * hashSize }
}

/** Roots of whole tiles: a tile in memory is proved again with every record below it, and its 255 hashes stay what they are. */
const roots = new WeakMap<Uint8Array, Hash>()

function rootOf(data: Uint8Array): Hash {
  const known = roots.get(data) ?? subtreeOf(data)
  roots.set(data, known)
  return known
}

/** Hashes a power of two of hashes up to their common node. */
function subtreeOf(data: Uint8Array): Hash {
  if (data.length === hashSize) return data
  const middle = half(data.length)
  return nodeHash(subtreeOf(data.subarray(0, middle)), subtreeOf(data.subarray(middle)))
}

function checkHeight(h: number): void {
  if (!Number.isInteger(h) || h < 1 || h > maxTileHeight) throw outOfRange(`no tile of height ${h}`)
}

function threeDigits(value: number): string {
  return String(value).padStart(3, '0')
}

function malformedPath(path: string): TlogError {
  return new TlogError('malformed', `malformed tile path ${JSON.stringify(path.slice(0, 200))}`)
}
