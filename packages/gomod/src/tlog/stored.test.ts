import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  maxTreeSize,
  memoryTree,
  splitStoredHashIndex,
  storedHashCount,
  storedHashes,
  storedHashIndex,
  TlogError,
} from './index.ts'

test('the stored order of the first nodes is the documented one', () => {
  const rows: readonly [level: number, n: number][] = [
    [0, 0], [0, 1], [1, 0], [0, 2], [0, 3], [1, 1], [2, 0], [0, 4], [0, 5], [1, 2],
  ] // prettier-ignore
  for (const [index, [level, n]] of rows.entries()) {
    assert.equal(storedHashIndex(level, n), index)
    assert.deepEqual(splitStoredHashIndex(index), { level, n })
  }
})

test('splitting is the inverse of indexing for every node of the largest tree', () => {
  fc.assert(
    fc.property(fc.nat(52), fc.maxSafeNat(), (level, seed) => {
      const n = seed % (maxTreeSize / 2 ** level)
      assert.deepEqual(splitStoredHashIndex(storedHashIndex(level, n)), { level, n })
    }),
  )
})

test('indexes grow with the tree', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: maxTreeSize - 1 }), (n) => {
      assert.ok(storedHashIndex(0, n) > storedHashIndex(0, n - 1))
      assert.equal(storedHashIndex(0, n), storedHashCount(n))
    }),
  )
})

test('coordinates that are no counts, or too large to be exact, are refused', () => {
  for (const [level, n] of [
    [-1, 0],
    [0, -1],
    [0.5, 0],
    [0, 0.5],
    [53, 0],
    [0, 2 ** 53],
    [52, 2],
    [0, Number.NaN],
  ] as const) {
    assert.throws(() => storedHashIndex(level, n), TlogError)
  }
  for (const index of [-1, 0.5, 2 ** 53, Number.NaN]) assert.throws(() => splitStoredHashIndex(index), TlogError)
})

test('what is stored for a record is what a tree in memory stores', async () => {
  const tree = memoryTree()
  for (let n = 0; n < 70; n++) {
    const data = Buffer.from(`record ${n}\n`)
    const hashes = await storedHashes(n, data, tree)
    assert.equal(tree.append(data), n)
    assert.equal(hashes.length, storedHashCount(n + 1) - storedHashCount(n))
    assert.deepEqual(await tree.readHashes(hashes.map((_, i) => storedHashCount(n) + i)), hashes)
  }
  await assert.rejects(storedHashes(maxTreeSize, new Uint8Array(), tree), TlogError)
})

test('a reader that answers too few hashes is refused', async () => {
  await assert.rejects(storedHashes(1, new Uint8Array(), { readHashes: async () => [] }), TlogError)
})
