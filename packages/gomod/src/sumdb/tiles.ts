import {
  type Hash,
  type HashReader,
  hashSize,
  readTileData,
  type Tile,
  tileHashReader,
  tileInTree,
  tilePath,
  type TileReader,
  TlogError,
  type Tree,
} from '../tlog/index.ts'
import { cache, type Cache } from './cache.ts'
import { SumdbError } from './error.ts'
import type { ClientOps } from './ports.ts'

/** How many proved tiles stay in memory: two MiB at full width, enough for the edge and the busy inner tiles. */
const tilesInMemory = 256

/** Where a tile's data came from. Only what came from the database is new to the cache. */
interface Found {
  readonly data: Uint8Array
  readonly cached: boolean
}

/** Reads the hashes of trees through tiles, from memory, from the cache, or from the database. */
export class Tiles {
  readonly #name: string
  readonly #height: number
  readonly #ops: ClientOps
  readonly #cache: Cache
  /** Proved tiles, the least recently used first. */
  readonly #memory = new Map<string, Uint8Array>()
  readonly #flights = new Map<string, Promise<Uint8Array>>()

  /** `name` is the database's name, which begins all file names; `height` that of the tiles it serves. */
  constructor(name: string, height: number, ops: ClientOps) {
    this.#name = name
    this.#height = height
    this.#ops = ops
    this.#cache = cache(name, ops)
  }

  /**
   * Returns a reader of a tree that proves all it answers (see `tileHashReader`). When tiles do not fit and any of
   * them came from the cache, it asks the database for all of them once more: a damaged disk is no attack.
   */
  hashReader(tree: Tree): HashReader {
    return { readHashes: async (indexes) => this.#readHashes(tree, indexes) }
  }

  async #readHashes(tree: Tree, indexes: readonly number[]): Promise<readonly Hash[]> {
    const cached = new Set<Tile>()
    const reader = this.#reader(async (tile) => {
      const found = await this.#find(tile)
      if (found.cached) cached.add(tile)
      return found
    })
    try {
      return await tileHashReader(tree, reader).readHashes(indexes)
    } catch (error) {
      if (cached.size === 0 || !(error instanceof TlogError) || error.kind !== 'inconsistent') throw error
      this.#ops.log(`${this.#name}: asking again for tiles, the cached ones do not fit: ${error.message}`)
    }
    const remote = this.#reader(async (tile) => ({ data: await this.#fetch(tile), cached: false }))
    return tileHashReader(tree, remote).readHashes(indexes)
  }

  /**
   * Answers a tile's data, proved in `tree`. Rejects with a `SumdbError` `not-found` for a tile that the tree has not, or has not
   * as wide.
   */
  async read(tree: Tree, tile: Tile): Promise<Uint8Array> {
    const inTree = tile.l >= 0 && tile.h === this.#height ? tileInTree(tile, tree.size) : undefined
    if (inTree === undefined || inTree.w < tile.w) {
      throw new SumdbError('not-found', `${this.#name}: no ${tilePath(tile)} in a tree of ${tree.size} records`)
    }
    // Out of the proved hashes, never out of memory or cache again: those may hold another tree's tile by now.
    return readTileData(tile, this.hashReader(tree))
  }

  #reader(read: (tile: Tile) => Promise<Found>): TileReader {
    const fresh = new Set<string>()
    return {
      height: this.#height,
      readTiles: (tiles) =>
        Promise.all(
          tiles.map(async (tile) => {
            const { data, cached } = await read(tile)
            if (!cached) fresh.add(tilePath(tile))
            return data
          }),
        ),
      saveTiles: async (tiles, data) => {
        await Promise.all(tiles.map((tile, i) => this.#save(tile, data[i]!, fresh.has(tilePath(tile)))))
      },
    }
  }

  async #find(tile: Tile): Promise<Found> {
    const full = { ...tile, w: 2 ** tile.h }
    for (const candidate of tile.w === full.w ? [tile] : [tile, full]) {
      const path = tilePath(candidate)
      const data = this.#memory.get(path) ?? (await this.#cache.read(`/${path}`))
      if (data?.length !== candidate.w * hashSize) continue
      // The same object where it is whole: what was proved of it is remembered by it.
      return { data: candidate === tile ? data : data.subarray(0, tile.w * hashSize), cached: true }
    }
    return { data: await this.#fetch(tile), cached: false }
  }

  /** Joins the request for a tile that is under way, or starts it. Nothing unproved outlives the flight. */
  #fetch(tile: Tile): Promise<Uint8Array> {
    const path = tilePath(tile)
    const under = this.#flights.get(path)
    if (under !== undefined) return under
    const flight = this.#request(tile).finally(() => this.#flights.delete(path))
    this.#flights.set(path, flight)
    return flight
  }

  async #request(tile: Tile): Promise<Uint8Array> {
    const full = { ...tile, w: 2 ** tile.h }
    try {
      return await this.#ops.readRemote(`/${tilePath(tile)}`)
    } catch (error) {
      if (tile.w === full.w) throw error
      // A server may drop a partial tile once the full one is there.
      const data = await this.#ops.readRemote(`/${tilePath(full)}`).catch(() => undefined)
      if (data?.length !== full.w * hashSize) throw error
      return data.subarray(0, tile.w * hashSize)
    }
  }

  async #save(tile: Tile, data: Uint8Array, fresh: boolean): Promise<void> {
    const path = tilePath(tile)
    const known = this.#memory.get(path)
    this.#memory.delete(path)
    this.#memory.set(path, data)
    if (this.#memory.size > tilesInMemory) this.#memory.delete(this.#memory.keys().next().value!)
    // A tile of a forked tree may have been kept before the fork was known: what differs is written again.
    const isKept = known !== undefined && Buffer.compare(known, data) === 0
    if (fresh && !isKept) await this.#cache.write(`/${path}`, data)
  }
}
