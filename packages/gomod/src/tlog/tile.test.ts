import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  hashFromTile,
  maxTreeSize,
  memoryTree,
  newTiles,
  parseTilePath,
  readTileData,
  storedHashCount,
  storedHashIndex,
  type Tile,
  tileForIndex,
  tileInTree,
  tilePath,
} from './index.ts'

const outOfRange = { name: 'TlogError', kind: 'out-of-range' }

const paths: readonly [tile: Tile, path: string][] = [
  [{ h: 3, l: 4, n: 1234067, w: 1 }, 'tile/3/4/x001/x234/067.p/1'],
  [{ h: 3, l: 4, n: 1234067, w: 8 }, 'tile/3/4/x001/x234/067'],
  [{ h: 8, l: 0, n: 280897, w: 60 }, 'tile/8/0/x280/897.p/60'],
  [{ h: 8, l: -1, n: 0, w: 256 }, 'tile/8/data/000'],
  [{ h: 30, l: 63, n: 999, w: 1 }, 'tile/30/63/999.p/1'],
  [{ h: 8, l: 0, n: 2 ** 44, w: 256 }, 'tile/8/0/x017/x592/x186/x044/416'],
]
for (const [tile, path] of paths) {
  test(`a tile has one path, and it is read back: ${path}`, () => {
    assert.equal(tilePath(tile), path)
    assert.deepEqual(parseTilePath(path), tile)
  })
}

const badPaths = [
  '', 'tile', 'tile/8/0', 'tile/8/0/', '/tile/8/0/000', 'tile/8/0/000/', 'tile/8/0/0', 'tile/8/0/0000', 'tile/8/0/x000/000',
  'tile/8/0/001/000', 'tile/8/0/x001', 'tile/8/0/-01', 'tile/8/0/+01', 'tile/08/0/000', 'tile/8/00/000', 'tile/8/-1/000',
  'tile/0/0/000', 'tile/31/0/000', 'tile/8/64/000', 'tile/8/0/000.p/0', 'tile/8/0/000.p/256', 'tile/8/0/000.p/257',
  'tile/8/0/000.p/01', 'tile/8/0/000.p/', 'tile/8/0/000.p', 'tile/8/entries/000', 'tile/8/0/x999/x999/x999/x999/x999/999',
  'tile/8/0/000\n', 'tile/8/0/../000', `tile/8/0/${'x001/'.repeat(10_000)}000`,
] // prettier-ignore
for (const path of badPaths) {
  test(`no tile has the path ${JSON.stringify(path.slice(0, 60))}`, () => {
    assert.throws(() => parseTilePath(path), { name: 'TlogError', kind: 'malformed' })
  })
}

const tiles: fc.Arbitrary<Tile> = fc
  .record({ h: fc.integer({ min: 1, max: 30 }), l: fc.integer({ min: -1, max: 63 }), n: fc.maxSafeNat() })
  .chain((tile) => fc.integer({ min: 1, max: 2 ** tile.h }).map((w) => ({ ...tile, w })))

test('parsing is the inverse of formatting for every tile', () => {
  fc.assert(fc.property(tiles, (tile) => assert.deepEqual(parseTilePath(tilePath(tile)), tile)))
})

test('the tile of an index lies in every tree that holds the index, also beyond 2^32 records', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: maxTreeSize }),
      fc.maxSafeNat(),
      (h, size, seed) => {
        const tile = tileForIndex(h, seed % storedHashCount(size))
        const inTree = tileInTree(tile, size)
        assert.ok(inTree !== undefined && inTree.w >= tile.w && tile.w >= 1 && inTree.w <= 2 ** h)
      },
    ),
  )
})

test('every hash of a tree is found in its tile', async () => {
  const tree = memoryTree()
  for (let n = 0; n < 100; n++) tree.append(Buffer.from(`record ${n}\n`))
  for (const h of [1, 2, 3, 8]) {
    for (let index = 0; index < storedHashCount(tree.size); index++) {
      const tile = tileInTree(tileForIndex(h, index), tree.size)!
      const [hash] = await tree.readHashes([index])
      assert.deepEqual(Buffer.from(hashFromTile(tile, await readTileData(tile, tree), index)), Buffer.from(hash!))
    }
  }
})

test('a hash is not taken from another tile, a narrower one, or one cut short', () => {
  const index = storedHashIndex(0, 5)
  const data = new Uint8Array(8 * 32)
  assert.throws(() => hashFromTile({ h: 3, l: 0, n: 1, w: 8 }, data, index), outOfRange)
  assert.throws(() => hashFromTile({ h: 3, l: 1, n: 0, w: 8 }, data, index), outOfRange)
  assert.throws(() => hashFromTile({ h: 3, l: 0, n: 0, w: 5 }, data, index), outOfRange)
  assert.throws(() => hashFromTile({ h: 3, l: 0, n: 0, w: 9 }, data, index), outOfRange)
  assert.throws(() => hashFromTile({ h: 3, l: 0, n: 0, w: 8 }, data.subarray(1), index), { kind: 'inconsistent' })
})

test('the tiles of every step of growth together are the tiles of the grown tree', () => {
  const steps = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), steps, (h, growth) => {
      const published = new Map<string, number>()
      let size = 0
      for (const grown of growth) {
        for (const { l, n, w } of newTiles(h, size, size + grown)) {
          assert.ok(w > (published.get(`${l}/${n}`) ?? 0), 'a published tile is new or wider')
          published.set(`${l}/${n}`, w)
        }
        size += grown
      }
      assert.deepEqual(published, new Map(newTiles(h, 0, size).map(({ l, n, w }) => [`${l}/${n}`, w])))
    }),
    { numRuns: 30 },
  )
})

test('tiles that cannot be are not read', async () => {
  const tree = memoryTree()
  tree.append(new Uint8Array())
  await assert.rejects(readTileData({ h: 8, l: -1, n: 0, w: 1 }, tree), outOfRange)
  await assert.rejects(readTileData({ h: 8, l: 0, n: 0, w: 0 }, tree), outOfRange)
  await assert.rejects(readTileData({ h: 8, l: 0, n: 0, w: 2 }, tree), outOfRange)
  await assert.rejects(readTileData({ h: 8, l: 9, n: 0, w: 1 }, tree), outOfRange)
  await assert.rejects(readTileData({ h: 31, l: 0, n: 0, w: 1 }, tree), outOfRange)
  assert.throws(() => tileForIndex(0, 0), outOfRange)
  assert.throws(() => newTiles(0, 0, 1), outOfRange)
  assert.throws(() => newTiles(8, 0, -1), outOfRange)
})
