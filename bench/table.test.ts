import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Verdict } from './row.ts'
import { judged, rowTable, short } from './table.ts'

const verdicts: readonly (readonly [verdict: Omit<Verdict, 'what'>, words: string])[] = [
  [{ value: 0.5, atMost: 0.5 }, 'hit (≤ 0.5)'],
  [{ value: 0.6, atMost: 0.5 }, 'missed by 20 % (≤ 0.5)'],
  [{ value: 7 }, 'no target'],
]
for (const [verdict, words] of verdicts) {
  test(`${verdict.value} is judged "${words}"`, () => assert.equal(judged({ what: 'x', ...verdict }), words))
}

test('a figure claims three digits at most', () => {
  assert.deepEqual([0.12345, 12.345, 1234.5].map(short), ['0.123', '12.3', '1,235'])
})

test('a measure that a contestant does not have is a dash', () => {
  const one = (median: number) => ({ median, samples: [median] })
  const text = rowTable({ figures: { gate: { s: one(1), cpu: one(2) }, file: { s: one(3) } }, verdicts: [], notes: [] })
  assert.match(text, /file +3 +-$/m)
})
