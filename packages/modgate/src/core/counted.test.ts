import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { counted } from './counted.ts'

describe('a count is in words that fit it', () => {
  const rows: readonly (readonly [Parameters<typeof counted>, string])[] = [
    [[0, 'module'], '0 modules'],
    [[1, 'module'], '1 module'],
    [[2, 'module'], '2 modules'],
    [[1234567, 'record'], '1,234,567 records'],
    [[1, 'repository', 'repositories'], '1 repository'],
    [[2, 'repository', 'repositories'], '2 repositories'],
  ]
  for (const [args, want] of rows) test(want, () => assert.equal(counted(...args), want))
})
