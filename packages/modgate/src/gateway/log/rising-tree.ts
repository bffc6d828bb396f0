/** A tree that is computed from its leaves alone, in memory that does not grow with it: what tiles on a disk are compared with. */

import { emptyTreeHash, nodeHash, type Hash, type Tile } from '@modgate/gomod/tlog'
import { tileHeight, tileWidth } from './log-tiles.ts'

export interface RisingTree {
  /** Leaves in their order. */
  add(leaf: Hash): Promise<void>
  /** No more will come; answers the root. */
  end(): Promise<Hash>
}

/** Tells of each tile of hashes when it is complete, those at the edge at the end. */
export function risingTree(complete: (tile: Tile, hashes: readonly Hash[]) => Promise<void>): RisingTree {
  /** A tile that is being filled, a level each. */
  const filling: { n: number; hashes: Hash[] }[] = []

  async function add(l: number, hash: Hash): Promise<void> {
    const level = (filling[l] ??= { n: 0, hashes: [] })
    level.hashes.push(hash)
    if (level.hashes.length < tileWidth) return
    const { n, hashes } = level
    filling[l] = { n: n + 1, hashes: [] }
    await complete({ h: tileHeight, l, n, w: tileWidth }, hashes)
    await add(l + 1, rootOf(hashes))
  }

  return {
    add: (leaf) => add(0, leaf),
    async end() {
      let root: Hash | undefined
      for (const [l, { n, hashes }] of filling.entries()) {
        if (hashes.length > 0) await complete({ h: tileHeight, l, n, w: hashes.length }, hashes)
        root = joined(hashes, root)
      }
      return root ?? emptyTreeHash()
    },
  }
}

/** Complete subtrees of one size, and a smaller one behind them, under one root (RFC 6962 section 2.1). */
function joined(hashes: readonly Hash[], right: Hash | undefined): Hash | undefined {
  const parts: Hash[] = []
  for (let rest = hashes; rest.length > 0;) {
    const size = 2 ** Math.floor(Math.log2(rest.length))
    parts.push(rootOf(rest.slice(0, size)))
    rest = rest.slice(size)
  }
  return parts.reduceRight<Hash | undefined>((below, part) => (below ? nodeHash(part, below) : part), right)
}

/** The root of a power of two of hashes. */
export function rootOf(hashes: readonly Hash[]): Hash {
  let row = hashes
  while (row.length > 1) row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i]!, row[2 * i + 1]!))
  return row[0]!
}
