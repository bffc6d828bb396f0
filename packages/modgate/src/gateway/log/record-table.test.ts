import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { fingerprintBits, recordTable } from './record-table.ts'
import { heldBytes } from './test-store.ts'

/** Few values in few parts, so that they meet. */
const fingerprints = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 40 }), fc.boolean())
  .map(([part, low, high]) => part * 2 ** 38 + (high ? 2 ** 32 - 1 - low : low))

test('every record is found by its fingerprint, in the order of the log, and no record of another one', () => {
  fc.assert(
    fc.property(fc.array(fingerprints, { maxLength: 300 }), (added) => {
      const table = recordTable()
      for (const [number, fingerprint] of added.entries()) table.add(fingerprint, number)
      for (let part = 0; part < 3; part++) {
        for (let low = 0; low <= 41; low++) {
          for (const fingerprint of [part * 2 ** 38 + low, part * 2 ** 38 + 2 ** 32 - 1 - low]) {
            const expected = added.flatMap((each, number) => (each === fingerprint ? [number] : []))
            assert.deepEqual(table.numbers(fingerprint), expected)
          }
        }
      }
    }),
  )
})

test('the last number and the highest fingerprint are kept as they are', () => {
  const table = recordTable()
  table.add(2 ** fingerprintBits - 1, 2 ** 32 - 2)
  assert.deepEqual(table.numbers(2 ** fingerprintBits - 1), [2 ** 32 - 2])
  assert.deepEqual(table.numbers(0), [])
})

test('a million records take less than sixteen bytes each', () => {
  const fingerprint = (number: number) => parseInt(hash('sha256', `${number}`).slice(0, fingerprintBits / 4), 16)
  const before = heldBytes()
  const table = recordTable()
  for (let number = 0; number < 1e6; number++) table.add(fingerprint(number), number)
  assert.ok(heldBytes() - before < 16e6)
  assert.deepEqual(table.numbers(fingerprint(765_432)), [765_432])
})
