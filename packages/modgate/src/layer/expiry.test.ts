import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expiry } from './expiry.ts'

const rows: readonly (readonly [path: string, at: number, old: boolean])[] = [
  ['a.example/m', 1000, true],
  ['a.example/m', 1001, false],
  ['a.example/m/v2', 999, true],
  ['a.example/m/sub/deeper', 999, true],
  ['a.example/more', 999, false],
  ['a.example', 999, false],
  ['b.example/m', 999, false],
]

for (const [path, at, old] of rows) {
  test(`after a.example/m was said to be old at 1000, ${path} of ${at} is ${old ? 'old' : 'good'}`, () => {
    const { expire, isExpired } = expiry({ now: () => 1000 })
    assert.equal(isExpired(path, at), false)
    expire('a.example/m')
    assert.equal(isExpired(path, at), old)
  })
}

test('what was said the longest ago is forgotten first', () => {
  const { expire, isExpired } = expiry({ now: () => 1000 })
  expire('first.example/m')
  expire('second.example/m')
  expire('first.example/m')
  for (let i = 0; i < 999; i++) expire(`m${i}.example`)
  assert.deepEqual([isExpired('second.example/m', 0), isExpired('first.example/m', 0)], [false, true])
})
