import { TlogError } from './error.ts'
import { emptyTreeHash, equalHashes, type Hash, hashSize, nodeHash } from './hash.ts'
import { type HashReader, isCount, maxTreeSize, outOfRange, readHashes } from './stored.ts'
import { type Range, splitPoint, subtreeHash, subtreeIndexes } from './subtree.ts'
import type { Tree } from './tree.ts'

/** The hashes that lead from a record or an older tree to a root, lowest first (RFC 6962 sections 2.1.1, 2.1.2). */
export type Proof = readonly Hash[]

/** Returns the root of the tree of the first `size` records; `reader` is asked once, for at most 1 + log2 size hashes. */
export async function treeHash(size: number, reader: HashReader): Promise<Hash> {
  if (!isCount(size) || size > maxTreeSize) throw outOfRange(`no tree of ${size} records`)
  if (size === 0) return emptyTreeHash()
  return subtreeHash(await readHashes(reader, subtreeIndexes({ lo: 0, hi: size })))
}

/** Proves that the tree of `size` records holds record `n`. Throws a `TlogError` `out-of-range` when it cannot. */
export async function proveRecord(size: number, n: number, reader: HashReader): Promise<Proof> {
  checkRecordRange(size, n)
  return readProof(
    pathsToRecord(size, n).map(({ other }) => other),
    reader,
  )
}

/**
 * Checks that record `n` of `tree` has the leaf hash `leaf`. Throws a `TlogError`: `invalid-proof` when the proof does
 * not lead to the tree's root, `out-of-range` when the tree has no such record.
 */
export function checkRecord(proof: Proof, tree: Tree, record: { readonly n: number; readonly hash: Hash }): void {
  checkRecordRange(tree.size, record.n)
  const steps = pathsToRecord(tree.size, record.n)
  if (steps.length !== proof.length || !proof.every(isHash)) throw proofFailed()
  const root = steps.reduce((h, { left }, i) => (left ? nodeHash(h, proof[i]!) : nodeHash(proof[i]!, h)), record.hash)
  if (!equalHashes(root, tree.hash)) throw proofFailed()
}

/** Proves that the tree of `size` records begins with the tree of `older` records (1 <= older <= size). */
export async function proveTree(size: number, older: number, reader: HashReader): Promise<Proof> {
  checkTreeRange(size, older)
  const { base, steps } = pathsToTree(size, older)
  const ranges = steps.map(({ other }) => other)
  return readProof(base.lo === 0 ? ranges : [base, ...ranges], reader)
}

/**
 * Checks that `tree` begins with all records of `older`. Throws a `TlogError`: `invalid-proof` when the proof does not
 * lead to both roots, `out-of-range` when `older` is empty or larger.
 */
export function checkTree(proof: Proof, tree: Tree, older: Tree): void {
  checkTreeRange(tree.size, older.size)
  const { base, steps } = pathsToTree(tree.size, older.size)
  const hashes = base.lo === 0 ? [older.hash, ...proof] : proof
  if (hashes.length !== steps.length + 1 || !proof.every(isHash)) throw proofFailed()
  let oldRoot = hashes[0]!
  let newRoot = oldRoot
  for (const [i, { left }] of steps.entries()) {
    const other = hashes[i + 1]!
    // On the left way the other side is younger than the old tree; on the right way both trees share it.
    if (!left) oldRoot = nodeHash(other, oldRoot)
    newRoot = left ? nodeHash(newRoot, other) : nodeHash(other, newRoot)
  }
  if (!equalHashes(oldRoot, older.hash) || !equalHashes(newRoot, tree.hash)) throw proofFailed()
}

/** One division on the way down: which side was taken, and the records of the other one. */
interface Step {
  readonly left: boolean
  readonly other: Range
}

/** The divisions between the root and record `n`, lowest first. */
function pathsToRecord(size: number, n: number): readonly Step[] {
  return divide(
    size,
    (middle) => n < middle,
    ({ lo, hi }) => hi - lo === 1,
  ).steps
}

/** The divisions between the root and the last subtree that both trees share, lowest first. */
function pathsToTree(size: number, older: number): { readonly base: Range; readonly steps: readonly Step[] } {
  return divide(
    size,
    (middle) => older <= middle,
    ({ hi }) => hi === older,
  )
}

function divide(
  size: number,
  goesLeft: (middle: number) => boolean,
  ends: (range: Range) => boolean,
): { readonly base: Range; readonly steps: readonly Step[] } {
  const steps: Step[] = []
  let range: Range = { lo: 0, hi: size }
  while (!ends(range)) {
    const middle = range.lo + splitPoint(range.hi - range.lo)
    const left = goesLeft(middle)
    const [inside, other] = left
      ? [
          { lo: range.lo, hi: middle },
          { lo: middle, hi: range.hi },
        ]
      : [
          { lo: middle, hi: range.hi },
          { lo: range.lo, hi: middle },
        ]
    steps.unshift({ left, other })
    range = inside
  }
  return { base: range, steps }
}

/** Reads all that a proof needs at once, then joins it range by range. */
async function readProof(ranges: readonly Range[], reader: HashReader): Promise<Proof> {
  const indexes = ranges.map(subtreeIndexes)
  const hashes = await readHashes(reader, indexes.flat())
  let taken = 0
  return indexes.map(({ length }) => subtreeHash(hashes.slice(taken, (taken += length))))
}

function checkRecordRange(size: number, n: number): void {
  if (!isCount(size) || !isCount(n) || n >= size || size > maxTreeSize) {
    throw outOfRange(`no record ${n} in a tree of ${size}`)
  }
}

function checkTreeRange(size: number, older: number): void {
  if (!isCount(size) || !isCount(older) || older < 1 || older > size || size > maxTreeSize) {
    throw outOfRange(`no tree of ${older} in a tree of ${size}`)
  }
}

function isHash(value: Hash): boolean {
  return value.length === hashSize
}

function proofFailed(): TlogError {
  return new TlogError('invalid-proof', 'invalid transparency proof')
}
