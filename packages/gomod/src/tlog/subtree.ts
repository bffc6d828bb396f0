import { type Hash, nodeHash } from './hash.ts'
import { half, storedHashIndex } from './stored.ts'

/** Records [lo, hi) of a tree. */
export interface Range {
  readonly lo: number
  readonly hi: number
}

/** Returns the largest power of two below `n` (n > 1): where RFC 6962 section 2.1 divides n records. */
export function splitPoint(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/**
 * Returns the stored indexes of the complete subtrees that make up a range, from left to right. `lo` must be a
 * multiple of the largest of them, which holds for every range that a division of a whole tree yields.
 */
export function subtreeIndexes({ lo, hi }: Range): readonly number[] {
  const indexes: number[] = []
  let start = lo
  while (start < hi) {
    let level = 0
    for (let size = hi - start; size > 1; size = half(size)) level++
    indexes.push(storedHashIndex(level, start / 2 ** level))
    start += 2 ** level
  }
  return indexes
}

/** Returns the root over the hashes of `subtreeIndexes`, joined from the right. */
export function subtreeHash(hashes: readonly Hash[]): Hash {
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), hashes.at(-1)!)
}
