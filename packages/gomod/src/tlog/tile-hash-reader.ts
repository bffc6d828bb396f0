import { TlogError } from './error.ts'
import { equalHashes, type Hash, hashSize } from './hash.ts'
import { type HashReader, outOfRange, storedHashIndex } from './stored.ts'
import { subtreeHash, subtreeIndexes } from './subtree.ts'
import { hashFromTile, isTileOf, type Tile, tileForIndex, tileInTree, tilePath } from './tile.ts'
import type { Tree } from './tree.ts'

/** Reads tiles from a network or cache that nobody needs to trust. */
export interface TileReader {
  /** The height of the tiles that it has, 1 to 30. */
  readonly height: number
  /** Answers the data of each tile, `w` hashes of 32 bytes, in order; or rejects. */
  readTiles(tiles: readonly Tile[]): Promise<readonly Uint8Array[]>
  /** Told of tiles once they are proved: only then may they be kept. */
  saveTiles(tiles: readonly Tile[], data: readonly Uint8Array[]): Promise<void>
}

/**
 * Returns a reader of the hashes of `tree` that fetches tiles and believes none of them: the tiles at the right edge must
 * hash to the tree's root, and every other tile to its hash in its parent, parents first. What it answers is in the tree.
 * Its reads reject with a `TlogError`: `inconsistent` when a tile does not fit, `out-of-range` for an index beyond the
 * tree; what the tile reader throws goes through unchanged.
 */
export function tileHashReader(tree: Tree, tiles: TileReader): HashReader {
  return {
    async readHashes(indexes) {
      if (indexes.length === 0) return []
      const plan = planOf(tree.size, tiles.height, indexes)
      const all = [...plan.edge.values(), ...plan.inner.values()]
      const data = dataByTile(all, await tiles.readTiles(all))
      authenticateEdge(tree, plan, data)
      for (const tile of plan.inner.values()) authenticateInner(tile, plan, data)
      await tiles.saveTiles(all, [...data.values()])
      return indexes.map((index) => hashOf(plan, data, index))
    },
  }
}

/**
 * The tiles to fetch, in two sets that are checked in two ways, so that no tile can fall between them: several subtrees
 * of the root may share one edge tile, and counting them wrongly once left tiles unchecked (CVE-2026-56865).
 */
interface Plan {
  readonly size: number
  readonly height: number
  /** The tiles whose hashes together make the root. */
  readonly edge: Map<string, Tile>
  /** All others: full tiles, each after its parent. */
  readonly inner: Map<string, Tile>
}

type TileData = ReadonlyMap<string, Uint8Array>

function planOf(size: number, height: number, indexes: readonly number[]): Plan {
  const plan: Plan = { size, height, edge: new Map(), inner: new Map() }
  for (const index of subtreeIndexes({ lo: 0, hi: size })) {
    const tile = tileOf(plan, index)
    plan.edge.set(keyOf(tile), tile)
  }
  const end = storedHashIndex(0, size)
  for (const index of indexes) {
    if (index >= end) throw outOfRange(`stored hash ${index} is not in a tree of ${size} records`)
    addWithParents(plan, tileOf(plan, index))
  }
  return plan
}

function addWithParents(plan: Plan, tile: Tile): void {
  const chain: Tile[] = []
  for (let next = tile; !plan.edge.has(keyOf(next)) && !plan.inner.has(keyOf(next)); next = parentOf(plan, next)) {
    chain.unshift(next)
  }
  for (const next of chain) plan.inner.set(keyOf(next), next)
}

function dataByTile(tiles: readonly Tile[], data: readonly Uint8Array[]): TileData {
  if (data.length !== tiles.length) throw inconsistent(`tile reader answered ${data.length} of ${tiles.length} tiles`)
  return new Map(
    tiles.map((tile, i) => {
      const bytes = data[i]!
      if (bytes.length !== tile.w * hashSize) {
        throw inconsistent(`${tilePath(tile)} has ${bytes.length} bytes, not ${tile.w * hashSize}`)
      }
      return [keyOf(tile), bytes]
    }),
  )
}

/** The edge tiles that were proved to make a tree's root; the very same bytes need no second proof. */
const provedEdges = new WeakMap<Tree, readonly Uint8Array[]>()

function authenticateEdge(tree: Tree, plan: Plan, data: TileData): void {
  const edge = [...plan.edge.keys()].map((key) => data.get(key)!)
  const proved = provedEdges.get(tree)
  if (proved?.length === edge.length && edge.every((bytes, i) => bytes === proved[i])) return
  const subtrees = subtreeIndexes({ lo: 0, hi: tree.size }).map((index) => hashOf(plan, data, index))
  if (!equalHashes(subtreeHash(subtrees), tree.hash)) {
    throw inconsistent(`the tiles at the edge do not support the tree of ${tree.size} records`)
  }
  provedEdges.set(tree, edge)
}

function authenticateInner(tile: Tile, plan: Plan, data: TileData): void {
  const parent = parentOf(plan, tile)
  const root = hashFromTile(parent, data.get(keyOf(parent))!, storedHashIndex(parent.l * parent.h, tile.n))
  if (!isTileOf(root, tile, data.get(keyOf(tile))!)) {
    throw inconsistent(`${tilePath(tile)} does not fit its parent ${tilePath(parent)}`)
  }
}

function hashOf(plan: Plan, data: TileData, index: number): Hash {
  const tile = tileOf(plan, index)
  return hashFromTile(tile, data.get(keyOf(tile))!, index)
}

/** The tile that holds a stored hash, as wide as it is in this tree: hence one tile for one key. */
function tileOf({ height, size }: Plan, index: number): Tile {
  return inTree(tileForIndex(height, index), size)
}

function parentOf({ size }: Plan, { h, l, n }: Tile): Tile {
  return inTree({ h, l: l + 1, n: Math.floor(n / 2 ** h) }, size)
}

function inTree(tile: Pick<Tile, 'h' | 'l' | 'n'>, size: number): Tile {
  const wide = tileInTree(tile, size)
  if (wide === undefined) throw outOfRange(`no tile ${keyOf(tile)} in a tree of ${size} records`)
  return wide
}

function keyOf({ l, n }: Pick<Tile, 'l' | 'n'>): string {
  return `${l}/${n}`
}

function inconsistent(message: string): TlogError {
  return new TlogError('inconsistent', message)
}
