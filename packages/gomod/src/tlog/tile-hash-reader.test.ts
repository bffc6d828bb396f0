import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  hashSize,
  memoryTree,
  nodeHash,
  parseTilePath,
  readTileData,
  recordHash,
  storedHashCount,
  storedHashIndex,
  type Tile,
  tileHashReader,
  tilePath,
  type TileReader,
} from './index.ts'

const inconsistent = { name: 'TlogError', kind: 'inconsistent' }
const full = memoryTree()
for (let n = 0; n < 300; n++) full.append(Buffer.from(`record ${n}\n`))

/** A tree of `size` records and a server of its tiles that `change` may tamper with. */
const served = async (size: number, height: number, change = (_tile: Tile, data: Uint8Array): Uint8Array => data) => {
  const tree = memoryTree()
  for (let n = 0; n < size; n++) tree.append(Buffer.from(`record ${n}\n`))
  const asked: string[] = []
  const saved: string[] = []
  const reader: TileReader = {
    height,
    readTiles: async (tiles) => {
      asked.push(...tiles.map(tilePath))
      return Promise.all(tiles.map(async (tile) => change(tile, await readTileData(tile, tree))))
    },
    saveTiles: async (tiles) => void saved.push(...tiles.map(tilePath)),
  }
  return { asked, saved, hashes: tileHashReader(await tree.head(), reader) }
}

test('every stored hash of every tree is read through tiles of every height', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 120 }),
      fc.array(fc.nat(10_000), { minLength: 1, maxLength: 5 }),
      async (height, size, seeds) => {
        const { hashes, asked, saved } = await served(size, height)
        const indexes = seeds.map((seed) => seed % storedHashCount(size))
        assert.deepEqual(
          (await hashes.readHashes(indexes)).map((hash) => Buffer.from(hash)),
          (await full.readHashes(indexes)).map((hash) => Buffer.from(hash)),
        )
        assert.deepEqual(asked, saved)
        assert.equal(new Set(asked).size, asked.length, 'no tile is asked twice')
      },
    ),
    { numRuns: 100 },
  )
})

test('one changed bit in any tile that is read refuses the answer, and nothing is saved', async () => {
  for (const [size, height] of [
    [1, 2],
    [4, 2],
    [15, 2],
    [16, 2],
    [37, 2],
    [64, 1],
    [100, 3],
    [255, 2],
  ] as const) {
    for (const record of new Set([0, size >> 1, size - 1])) {
      const index = storedHashIndex(0, record)
      const honest = await served(size, height)
      await honest.hashes.readHashes([index])
      for (const path of honest.asked) await assertForgeryFails({ size, height, index, path })
    }
  }
})

/** Flips a bit in each hash of one tile in turn. */
const assertForgeryFails = async (forgery: { size: number; height: number; index: number; path: string }) => {
  for (let at = 0; at < parseTilePath(forgery.path).w; at++) {
    const { hashes, saved } = await served(forgery.size, forgery.height, (tile, data) => {
      const copy = data.slice()
      if (tilePath(tile) === forgery.path) copy[at * hashSize]! ^= 1
      return copy
    })
    await assert.rejects(hashes.readHashes([forgery.index]), inconsistent, `${forgery.path} hash ${at}`)
    assert.deepEqual(saved, [])
  }
}

test('tiles forged with a matching parent are caught at the first honest ancestor, at each level', async () => {
  // 21 records in tiles of height 1: the way from a record to the edge is four tiles long.
  for (let depth = 1; depth <= 4; depth++) {
    const forged = new Map<string, Uint8Array>()
    let below = recordHash(Buffer.from('forged\n'))
    for (let l = 0; l < depth; l++) {
      forged.set(`${l}`, below)
      below = nodeHash(below, (await full.readHashes([storedHashIndex(l, 1)]))[0]!)
    }
    const { hashes } = await served(21, 1, (tile, data) => {
      const hash = tile.n === 0 ? forged.get(String(tile.l)) : undefined
      return hash === undefined ? data : Buffer.concat([hash, data.subarray(hashSize)])
    })
    await assert.rejects(hashes.readHashes([storedHashIndex(0, 0)]), inconsistent, `forged up to level ${depth - 1}`)
  }
})

test('two forged tiles that fit each other are caught where subtrees of the root share an edge tile', async () => {
  // Sizes whose root has more subtrees than edge tiles. A check that starts after as many tiles as there are subtrees
  // passes over the upper forged tile, and the lower one fits it (CVE-2026-56865).
  for (const size of [28, 29, 30, 31, 60, 61, 62, 63]) {
    const [second, third, fourth] = await full.readHashes([1, 2, 3].map((n) => storedHashIndex(0, n)))
    const leaf = recordHash(Buffer.from('forged\n'))
    const root = nodeHash(nodeHash(leaf, second!), nodeHash(third!, fourth!))
    const { hashes, asked } = await served(size, 2, (tile, data) => {
      const forged = tile.n > 0 ? undefined : [leaf, root][tile.l]
      return forged === undefined ? data : Buffer.concat([forged, data.subarray(hashSize)])
    })
    await assert.rejects(hashes.readHashes([storedHashIndex(0, 0)]), inconsistent)
    assert.ok(asked.includes('tile/2/0/000') && asked.includes('tile/2/1/000'), 'both forged tiles were read')
  }
})

test('tiles of the wrong size or number are refused', async () => {
  const index = [storedHashIndex(0, 0)]
  for (const change of [
    (_: Tile, data: Uint8Array) => data.subarray(1),
    (_: Tile, data: Uint8Array) => Buffer.concat([data, new Uint8Array(hashSize)]),
    () => new Uint8Array(),
  ]) {
    await assert.rejects((await served(20, 2, change)).hashes.readHashes(index), inconsistent)
  }
  const none: TileReader = { height: 2, readTiles: async () => [], saveTiles: async () => undefined }
  await assert.rejects(tileHashReader(await full.head(), none).readHashes(index), inconsistent)
})

test('an index beyond the tree is out of range, and no tile is asked', async () => {
  const { hashes, asked } = await served(20, 2)
  await assert.rejects(hashes.readHashes([storedHashIndex(0, 20)]), { kind: 'out-of-range' })
  assert.deepEqual(asked, [])
  assert.deepEqual(await hashes.readHashes([]), [])
})

test('the tile reader may fail in its own words', async () => {
  const failure = new Error('no route')
  const reader: TileReader = { height: 8, readTiles: () => Promise.reject(failure), saveTiles: async () => undefined }
  await assert.rejects(tileHashReader(await full.head(), reader).readHashes([0]), (error) => error === failure)
})
