import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  checkRecord,
  checkTree,
  memoryTree,
  nodeHash,
  type Proof,
  proveRecord,
  proveTree,
  recordHash,
  TlogError,
  type Tree,
  treeHash,
} from './index.ts'

const maxSize = 150
const tree = memoryTree()
const leaf = (n: number): Uint8Array => recordHash(Buffer.from(`record ${n}\n`))
for (let n = 0; n < maxSize; n++) tree.append(Buffer.from(`record ${n}\n`))
const heads: readonly Tree[] = await Promise.all(
  Array.from({ length: maxSize + 1 }, async (_, size) => ({ size, hash: await treeHash(size, tree) })),
)
const invalid = { name: 'TlogError', kind: 'invalid-proof' }
const outOfRange = { name: 'TlogError', kind: 'out-of-range' }

/** A size and a smaller number. */
const pairs = fc.integer({ min: 1, max: maxSize }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1)))

test('the root of a tree is the recursive hash of RFC 6962', () => {
  const root = (lo: number, hi: number): Uint8Array => {
    if (hi - lo === 1) return leaf(lo)
    const k = 2 ** Math.floor(Math.log2(hi - lo - 1))
    return nodeHash(root(lo, lo + k), root(lo + k, hi))
  }
  for (let size = 1; size <= maxSize; size++) {
    assert.deepEqual(Buffer.from(heads[size]!.hash), Buffer.from(root(0, size)))
  }
})

test('every record of every tree is proved, and the proof is as short as the tree is high', async () => {
  await fc.assert(
    fc.asyncProperty(pairs, async ([size, n]) => {
      const proof = await proveRecord(size, n, tree)
      assert.ok(proof.length <= Math.ceil(Math.log2(size)))
      checkRecord(proof, heads[size]!, { n, hash: leaf(n) })
    }),
  )
})

test('every older tree is proved to begin a newer one', async () => {
  await fc.assert(
    fc.asyncProperty(pairs, async ([size, less]) => {
      const older = less + 1
      checkTree(await proveTree(size, older, tree), heads[size]!, heads[older]!)
    }),
  )
})

test('a proof holds for its own record, place and tree only', async () => {
  await fc.assert(
    fc.asyncProperty(pairs, fc.nat(maxSize - 1), async ([size, n], other) => {
      fc.pre(other !== n)
      const proof = await proveRecord(size, n, tree)
      assert.throws(() => checkRecord(proof, heads[size]!, { n, hash: leaf(other) }), invalid)
      assert.throws(() => checkRecord(proof, heads[size]!, { n: other, hash: leaf(n) }), TlogError)
      assert.throws(() => checkRecord(proof, { size, hash: heads[size - 1]!.hash }, { n, hash: leaf(n) }), invalid)
    }),
  )
})

test('a proof with any hash changed, added, dropped or cut fails', async () => {
  const size = 101
  const head = heads[size]!
  const mutations = (proof: Proof): readonly Proof[] => [
    ...proof.map((_, i) => proof.with(i, leaf(999))),
    ...proof.map((_, i) => proof.with(i, proof[i]!.subarray(1))),
    ...proof.map((_, i) => proof.toSpliced(i, 1)),
    [...proof, leaf(999)],
    [leaf(999), ...proof],
  ]
  for (const n of [0, 1, 63, 64, 99, 100]) {
    for (const changed of mutations(await proveRecord(size, n, tree))) {
      assert.throws(() => checkRecord(changed, head, { n, hash: leaf(n) }), invalid)
    }
  }
  for (const older of [1, 2, 64, 65, 100, 101]) {
    for (const changed of mutations(await proveTree(size, older, tree))) {
      assert.throws(() => checkTree(changed, head, heads[older]!), invalid)
    }
  }
})

test('an older tree with another root is not proved', async () => {
  const proof = await proveTree(100, 37, tree)
  assert.throws(() => checkTree(proof, heads[100]!, { size: 37, hash: leaf(0) }), invalid)
  assert.throws(() => checkTree(proof, { size: 100, hash: leaf(0) }, heads[37]!), invalid)
})

test('trees and records that cannot be are refused', async () => {
  await assert.rejects(proveRecord(5, 5, tree), outOfRange)
  await assert.rejects(proveRecord(5, -1, tree), outOfRange)
  await assert.rejects(proveTree(5, 0, tree), outOfRange)
  await assert.rejects(proveTree(5, 6, tree), outOfRange)
  await assert.rejects(treeHash(maxSize + 1, tree), outOfRange)
  await assert.rejects(treeHash(-1, tree), outOfRange)
  assert.throws(() => checkRecord([], heads[0]!, { n: 0, hash: leaf(0) }), outOfRange)
  assert.throws(() => checkTree([], heads[5]!, heads[0]!), outOfRange)
})
