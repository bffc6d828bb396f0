import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '../core/resource.ts'
import { cacheHeaders } from './cache-headers.ts'
import { kept } from './test-gate.ts'

const rows: readonly [name: string, resource: Partial<Resource>, status: string, control: string, age?: string][] = [
  ['a kept file', {}, 'modgate; hit', 'max-age=31536000, immutable'],
  [
    'a fetched file',
    { cache: { status: 'miss', detail: 'up.example' } },
    'modgate; fwd=miss; detail="up.example"',
    'max-age=31536000, immutable',
  ],
  [
    'a joined fetch',
    { cache: { status: 'miss', collapsed: true } },
    'modgate; fwd=miss; collapsed',
    'max-age=31536000, immutable',
  ],
  [
    'a list that is good for a while',
    { freshness: { ageSeconds: 20, ttlSeconds: 40 } },
    'modgate; hit; ttl=40',
    'max-age=40',
    '20',
  ],
  [
    'a list past its time',
    { freshness: { ageSeconds: 100, ttlSeconds: -40 }, cache: { status: 'stale', detail: 'upstream-timeout' } },
    'modgate; hit; ttl=-40; detail="stale: upstream-timeout"',
    'max-age=0',
    '100',
  ],
  [
    'what is not verified yet',
    { settled: Promise.resolve(undefined), cache: { status: 'miss' } },
    'modgate; fwd=miss',
    'no-store',
  ],
  [
    'a detail with quotes, controls and letters of other alphabets',
    { cache: { status: 'hit', detail: 'a"b\\c\r\nd é' } },
    'modgate; hit; detail="a\\"b\\\\c??d ?"',
    'max-age=31536000, immutable',
  ],
]

for (const [name, resource, status, control, age] of rows) {
  test(`of ${name} the headers are ${status}`, () => {
    const headers = cacheHeaders(kept('x', resource))
    assert.equal(headers['cache-status'], status)
    assert.equal(headers['cache-control'], control)
    assert.equal(headers['age'], age)
  })
}
