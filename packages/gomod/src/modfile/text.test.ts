import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareText, decodeText, encodeText, fields, isPrint, isSpace, trimSpace } from './text.ts'

test('any bytes survive decoding and encoding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
      assert.deepEqual(encodeText(decodeText(data)), data)
    }),
  )
})

test('bytes that only look like UTF-8 stand for themselves, one by one', () => {
  const rows: [bytes: number[], units: number[]][] = [
    [
      [0x41, 0xff],
      [0x41, 0xdcff],
    ],
    [
      [0xc0, 0x80],
      [0xdcc0, 0xdc80],
    ],
    [
      [0xe2, 0x82],
      [0xdce2, 0xdc82],
    ],
    [
      [0xed, 0xa0, 0x80],
      [0xdced, 0xdca0, 0xdc80],
    ],
    [
      [0xf4, 0x90, 0x80, 0x80],
      [0xdcf4, 0xdc90, 0xdc80, 0xdc80],
    ],
    [
      [0xf0, 0x9f, 0x98, 0x80, 0xff],
      [0xd83d, 0xde00, 0xdcff],
    ],
    [[0xef, 0xbb, 0xbf], [0xfeff]],
  ]
  for (const [bytes, units] of rows) {
    const text = decodeText(Uint8Array.from(bytes))
    assert.deepEqual(
      [...Array(text.length).keys()].map((at) => text.charCodeAt(at)),
      units,
    )
  }
})

test('a lone surrogate that stands for no byte is written as the replacement character', () => {
  assert.deepEqual(encodeText('\ud800'), Uint8Array.of(0xef, 0xbf, 0xbd))
})

test('text is ordered as its bytes are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      assert.equal(Math.sign(compareText(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
})

test('spaces and printable characters are those of Go', () => {
  const rows: [code: number, space: boolean, print: boolean][] = [
    [0x20, true, true],
    [0x0c, true, false],
    [0x7f, false, false],
    [0x85, true, false],
    [0xa0, true, false],
    [0xfeff, false, false],
    [0x2028, true, false],
    [0x3000, true, false],
    [0xe9, false, true],
    [0x1f600, false, true],
    [0xdcff, false, true],
  ]
  for (const [code, space, print] of rows) {
    assert.deepEqual([code, isSpace(code), isPrint(code)], [code, space, print])
  }
  assert.equal(trimSpace('\u0085 a\ufeff\t'), 'a\ufeff')
  assert.deepEqual(fields(' a\u2003bc  d\n'), ['a', 'bc', 'd'])
})
