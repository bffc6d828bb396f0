import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { median, percentile, spread } from './spread.ts'

const figures = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 })

test('a percentile is one of the values, and so many percent are not above it', () => {
  fc.assert(
    fc.property(figures, fc.integer({ min: 1, max: 100 }), (values, percent) => {
      const value = percentile(values, percent)
      const notAbove = values.filter((other) => other <= value).length
      const below = values.filter((other) => other < value).length
      assert.ok(values.includes(value))
      assert.ok(notAbove >= (percent / 100) * values.length - 1e-9)
      assert.ok(below < (percent / 100) * values.length)
    }),
  )
})

test('a median has as many values below it as above it, in any order', () => {
  fc.assert(
    fc.property(figures, (values) => {
      const middle = median(values)
      const below = values.filter((value) => value < middle).length
      const above = values.filter((value) => value > middle).length
      assert.ok(below <= values.length / 2 && above <= values.length / 2)
      assert.equal(median(values.toReversed()), middle)
    }),
  )
})

test('a few values have the spread that one reads off them', () => {
  assert.equal(spread([]), undefined)
  assert.deepEqual(spread([7]), { p50: 7, p95: 7 })
  assert.deepEqual(spread([4, 1, 3, 2]), { p50: 2, p95: 4 })
  assert.deepEqual(spread(Array.from({ length: 100 }, (_, index) => 100 - index)), { p50: 50, p95: 95 })
  assert.equal(median([4, 1, 3, 2]), 2.5)
})
