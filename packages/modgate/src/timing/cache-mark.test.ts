import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cacheMark, type CacheMark } from './cache-mark.ts'

test('an answer is a hit where the cache next to the client says so', () => {
  const rows: readonly (readonly [headers: Parameters<typeof cacheMark>[0], mark: CacheMark | undefined])[] = [
    [{ 'cache-status': 'modgate; hit' }, 'hit'],
    [{ 'cache-status': 'modgate; hit; ttl=30' }, 'hit'],
    [{ 'cache-status': 'modgate; fwd=miss; detail="it; hit"' }, 'miss'],
    [{ 'cache-status': 'origin; fwd=miss, "near, or so"; hit=?1' }, 'hit'],
    [{ 'cache-status': 'origin; hit, near; fwd=stale' }, 'miss'],
    [{ 'cache-status': 'near; hit=?0' }, 'miss'],
    [{ 'cache-status': ['origin; fwd=miss', 'near; hit'] }, 'hit'],
    [{ 'cache-status': 'near; fwd=miss', 'x-cache': 'HIT', age: '7' }, 'miss'],
    [{ 'x-cache': 'Hit from edge' }, 'hit'],
    [{ 'x-cache': 'TCP_MISS' }, undefined],
    [{ 'x-cache': 'MISS, MISS' }, 'miss'],
    [{ age: '120' }, 'hit'],
    [{ age: '0' }, undefined],
    [{ age: 'long' }, undefined],
    [{}, undefined],
  ]
  for (const [headers, mark] of rows) assert.equal(cacheMark(headers), mark, JSON.stringify(headers))
})
