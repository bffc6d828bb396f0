import { TlogError } from './error.ts'
import { type Hash, nodeHash, recordHash } from './hash.ts'

/**
 * Reads nodes of a tree by their stored index. It answers as many hashes as it was asked for, in the same order, or
 * rejects. What it answers is trusted: a reader over a network must check first (`tileHashReader` does).
 */
export interface HashReader {
  readHashes(indexes: readonly number[]): Promise<readonly Hash[]>
}

/**
 * The largest tree that is counted: a tree of n records stores up to 2n hashes, and the index of each must stay an
 * exact number. At the size of today's public database this leaves a factor of sixty million.
 */
export const maxTreeSize = 2 ** 52

/**
 * Maps node `n` of `level` (0 = records) to its place in a dense order in which every hash can be appended as soon as
 * it is known (Crosby and Wallach, "Efficient Data Structures for Tamper-Evident Logging", section 3.3; x/mod
 * sumdb/tlog). Throws a `TlogError` `out-of-range` when a coordinate is not a count or the index is not exact.
 */
export function storedHashIndex(level: number, n: number): number {
  if (!isCount(level) || !isCount(n) || level > 52) throw outOfRange(`no node ${n} at level ${level}`)
  // Descend to the last record below the node: the node is written level places after it.
  const record = (n + 1) * 2 ** level - 1
  let index = level
  for (let rest = record; rest > 0; rest = half(rest)) index += rest
  if (!Number.isSafeInteger(index)) throw outOfRange(`no node ${n} at level ${level}`)
  return index
}

/** The inverse of `storedHashIndex`. Throws a `TlogError` `out-of-range` for what is no index. */
export function splitStoredHashIndex(index: number): { readonly level: number; readonly n: number } {
  if (!isCount(index)) throw outOfRange(`no stored hash ${index}`)
  // Record n stands before 2n, so the search starts at most log2(index) records early.
  let n = half(index)
  let start = storedHashIndex(0, n)
  for (let next = start + 1 + trailingOnes(n); next <= index; next = start + 1 + trailingOnes(n)) {
    n++
    start = next
  }
  const level = index - start
  return { level, n: Math.floor(n / 2 ** level) }
}

/** Returns how many hashes a tree of `n` records stores. Throws a `TlogError` `out-of-range`. */
export function storedHashCount(n: number): number {
  return n === 0 ? 0 : storedHashIndex(0, n - 1) + 1 + trailingOnes(n - 1)
}

/**
 * Returns the hashes to store, from `storedHashIndex(0, n)` on, when record `n` with text `data` is appended: its leaf
 * and every subtree that it completes. Reads at most log2 n earlier hashes.
 */
export async function storedHashes(n: number, data: Uint8Array, reader: HashReader): Promise<readonly Hash[]> {
  return storedHashesForRecordHash(n, recordHash(data), reader)
}

/** Like `storedHashes`, for a record whose leaf hash is known. */
export async function storedHashesForRecordHash(n: number, leaf: Hash, reader: HashReader): Promise<readonly Hash[]> {
  if (!isCount(n) || n >= maxTreeSize) throw outOfRange(`no record ${n}`)
  return completeSubtrees(leaf, await readHashes(reader, completedBy(n)))
}

/** Returns the stored indexes of the left siblings that record `n` completes to subtrees, the highest first. */
export function completedBy(n: number): readonly number[] {
  const siblings: number[] = []
  for (let level = 0, node = n; node % 2 === 1; level++, node = half(node)) {
    siblings.unshift(storedHashIndex(level, node - 1))
  }
  return siblings
}

/** Returns a leaf and the subtrees that it completes, given the hashes of `completedBy`. */
export function completeSubtrees(leaf: Hash, siblings: readonly Hash[]): readonly Hash[] {
  const hashes = [leaf]
  for (const sibling of siblings.toReversed()) hashes.push(nodeHash(sibling, hashes.at(-1)!))
  return hashes
}

/** Reads hashes and holds the reader to its contract. Rejects with a `TlogError` `inconsistent` if it breaks it. */
export async function readHashes(reader: HashReader, indexes: readonly number[]): Promise<readonly Hash[]> {
  if (indexes.length === 0) return []
  const hashes = await reader.readHashes(indexes)
  if (hashes.length !== indexes.length) {
    throw new TlogError('inconsistent', `hash reader answered ${hashes.length} of ${indexes.length} hashes`)
  }
  return hashes
}

/** Says whether a number can count records: whole, not negative, exact. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

/** Halves a count. Bit operators end at 2^32. */
export function half(value: number): number {
  return Math.floor(value / 2)
}

/** Makes the error for coordinates that cannot be. */
export function outOfRange(message: string): TlogError {
  return new TlogError('out-of-range', message)
}

function trailingOnes(value: number): number {
  let count = 0
  for (let rest = value; rest % 2 === 1; rest = half(rest)) count++
  return count
}
