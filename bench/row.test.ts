import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figures, inTurns, median, ratio, type Rounds } from './row.ts'

const medians: readonly (readonly [values: readonly number[], expected: number])[] = [
  [[3], 3],
  [[9, 1, 5], 5],
  [[10, 2, 4, 8], 6],
]
for (const [values, expected] of medians) {
  test(`the median of ${values.join(', ')} is ${expected}`, () => assert.equal(median(values), expected))
}

test('contestants take turns, so that neighbours in time are compared', async () => {
  const order: string[] = []
  await inTurns(
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
    2,
    async (_, name) => {
      order.push(name)
      return {}
    },
  )
  assert.deepEqual(order, ['a', 'b', 'a', 'b'])
})

const rounds: Rounds = new Map([
  ['gate', [{ ms: 1 }, { ms: 20 }, { ms: 3 }]],
  ['rival', [{ ms: 2 }, { ms: 20 }, { ms: 4 }]],
])

test('a ratio is the median of the ratios of each round: a slow round for all does not count', () => {
  assert.deepEqual(ratio(rounds, { measure: 'ms', to: 'rival', atMost: 0.8 }), [
    { what: 'ms: gate / rival', value: 0.75, atMost: 0.8 },
  ])
})

test('a rival that did not run has no ratio', () => {
  assert.deepEqual(ratio(rounds, { measure: 'ms', to: 'absent' }), [])
})

test('every sample is kept beside the median', () => {
  assert.deepEqual(figures(rounds)['gate'], { ms: { median: 3, samples: [1, 20, 3] } })
})
