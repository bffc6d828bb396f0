import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchesETag, parseRange } from './conditional.ts'

const whole = undefined
const rows: readonly [range: string, size: number, expected: ReturnType<typeof parseRange>][] = [
  ['bytes=0-0', 10, { start: 0, end: 1 }],
  ['bytes=0-9', 10, { start: 0, end: 10 }],
  ['bytes=0-10', 10, { start: 0, end: 10 }],
  ['bytes=3-', 10, { start: 3, end: 10 }],
  ['bytes=9-', 10, { start: 9, end: 10 }],
  ['bytes=-3', 10, { start: 7, end: 10 }],
  ['bytes=-99', 10, { start: 0, end: 10 }],
  ['BYTES=1-2', 10, { start: 1, end: 3 }],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=10-20', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=-00', 10, 'unsatisfiable'],
  ['bytes=5-4', 10, whole],
  ['bytes=0-1,3-4', 10, whole],
  ['bytes=', 10, whole],
  ['bytes=-', 10, whole],
  ['bytes=a-b', 10, whole],
  ['bytes=1.5-2', 10, whole],
  ['bytes=--1', 10, whole],
  ['bytes=0x1-2', 10, whole],
  ['items=0-1', 10, whole],
  ['bytes=99999999999999999999-', 10, whole],
  ['bytes=0-', 0, whole],
  ['bytes=-5', 0, whole],
]

for (const [range, size, expected] of rows) {
  test(`Range: ${range} of ${size} bytes is ${expected === undefined ? 'the whole' : JSON.stringify(expected)}`, () => {
    assert.deepEqual(parseRange(range, size), expected)
  })
}

test('whatever is asked, a range lies inside', () => {
  const number = fc.oneof(fc.nat(20).map(String), fc.constantFrom('', '00', '999999999999999'))
  fc.assert(
    fc.property(number, number, fc.nat(20), (first, last, size) => {
      const range = parseRange(`bytes=${first}-${last}`, size)
      if (typeof range !== 'object') return
      assert.ok(range.start >= 0 && range.start < range.end && range.end <= size)
    }),
  )
})

const ifRanges: readonly [header: string, etag: string | undefined, partial: boolean][] = [
  ['"a"', '"a"', true],
  ['"b"', '"a"', false],
  ['W/"a"', '"a"', false],
  ['"a"', undefined, false],
  ['Wed, 21 Oct 2015 07:28:00 GMT', '"a"', false],
]

for (const [header, etag, partial] of ifRanges) {
  test(`If-Range: ${header} against ${etag ?? 'no tag'} gives ${partial ? 'the part' : 'the whole'}`, () => {
    assert.equal(parseRange('bytes=0-1', 10, { header, etag }) !== undefined, partial)
  })
}

const tags: readonly [header: string | undefined, etag: string | undefined, same: boolean][] = [
  ['"a"', '"a"', true],
  ['W/"a"', '"a"', true],
  ['"x", "a" ,"y"', '"a"', true],
  ['*', '"a"', true],
  [' * ', '"a"', true],
  ['"b"', '"a"', false],
  ['a', '"a"', false],
  ['', '"a"', false],
  ['*', undefined, false],
  [undefined, '"a"', false],
]

for (const [header, etag, same] of tags) {
  test(`If-None-Match: ${header ?? 'none'} ${same ? 'names' : 'does not name'} ${etag ?? 'what has no tag'}`, () => {
    assert.equal(matchesETag(header, etag), same)
  })
}
