import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTilePath } from './tile.ts'

test('a tile has one spelling, the one of tlog.ParseTilePath', () => {
  const paths = ['tile/8/0/000', 'tile/8/7/999', 'tile/8/data/001', 'tile/8/0/x001/000', 'tile/8/1/x123/x456/789']
  for (const path of [
    ...paths,
    'tile/8/0/000.p/1',
    'tile/8/data/x001/234.p/255',
    'tile/8/0/x009/x007/x199/x254/x740/991',
  ]) {
    assert.equal(isTilePath(path), true, path)
  }
})

test('every other spelling is refused', () => {
  const paths = [
    ...[
      '',
      'tile',
      'tile/8',
      'tile/8/0',
      'tile/8/0/',
      'tile/8/0/0',
      'tile/8/0/0000',
      'tile/8/0/x000',
      'tile/8/0/x000/001',
    ],
    ...[
      'tile/8/0/001/002',
      'tile/8/0/x001/x002',
      'tile/8/00/000',
      'tile/8/8/000',
      'tile/8/-1/000',
      'tile/8/entries/000',
    ],
    ...['tile/0/0/000', 'tile/10/0/000', 'tile/08/0/000', 'tile/8/0/000.p', 'tile/8/0/000.p/', 'tile/8/0/000.p/0'],
    ...[
      'tile/8/0/000.p/01',
      'tile/8/0/000.p/256',
      'tile/8/0/000.p/1/',
      'tile/8/0/000.P/1',
      'tile/8/0/x00a/000',
      '/tile/8/0/000',
    ],
    ...[
      'tile/8/0/x009/x007/x199/x254/x740/992',
      'tile/8/0/x001/x000/x000/x000/x000/x000/000',
      'tile/8/0/000\n',
      'tile/8/0/٠٠٠',
    ],
  ]
  for (const path of paths) assert.equal(isTilePath(path), false, path)
})
