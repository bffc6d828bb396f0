import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { format, parse } from './index.ts'
import type { Archive } from './index.ts'

const rows: [claim: string, text: string, archive: Archive][] = [
  ['an empty text is an empty archive', '', { comment: '', files: [] }],
  ['a text without marker is a comment', 'a\nb\n', { comment: 'a\nb\n', files: [] }],
  [
    'files follow the comment in order',
    'hi\n-- b --\n1\n2\n-- a/x --\n',
    {
      comment: 'hi\n',
      files: [
        { name: 'b', data: '1\n2\n' },
        { name: 'a/x', data: '' },
      ],
    },
  ],
  ['the last line gets its newline', '-- a --\nx', { comment: '', files: [{ name: 'a', data: 'x\n' }] }],
  ['a comment gets its newline', 'x', { comment: 'x\n', files: [] }],
  ['a marker may be the last line', 'c\n-- a --', { comment: 'c\n', files: [{ name: 'a', data: '' }] }],
  ['spaces around a name fall away', '--   a b\t --\n', { comment: '', files: [{ name: 'a b', data: '' }] }],
  [
    'U+0085 is a space, U+FEFF is not',
    '-- \u0085\uFEFFa --\n',
    { comment: '', files: [{ name: '\uFEFFa', data: '' }] },
  ],
  ['a name may hold a marker end', '-- a -- b --\n', { comment: '', files: [{ name: 'a -- b', data: '' }] }],
  ['a marker without name is text', '--  --\n-- --\n', { comment: '--  --\n-- --\n', files: [] }],
  ['a marker inside a line is text', 'x -- a --\n -- a --\n', { comment: 'x -- a --\n -- a --\n', files: [] }],
  ['what follows a marker end makes it text', '-- a -- \n', { comment: '-- a -- \n', files: [] }],
  ['a marker line may end in CRLF', '-- a --\r\nx\r\n', { comment: '', files: [{ name: 'a', data: 'x\r\n' }] }],
  ['a lone carriage return does not end a line', '-- a --\rx\n', { comment: '-- a --\rx\n', files: [] }],
]

for (const [claim, text, archive] of rows) {
  test(`parse: ${claim}`, () => {
    assert.deepEqual(parse(text), archive)
    assert.deepEqual(parse(new TextEncoder().encode(text)), archive)
  })
}

test('parse keeps a byte order mark', () => {
  assert.equal(parse(Uint8Array.of(0xef, 0xbb, 0xbf, 0x0a)).comment, '\uFEFF\n')
})

test('parse refuses bytes that are no UTF-8', () => {
  assert.throws(() => parse(Uint8Array.of(0x2d, 0xff)), TypeError)
})

test('format closes texts that lack their newline', () => {
  assert.equal(format({ comment: 'c', files: [{ name: 'a', data: 'x' }] }), 'c\n-- a --\nx\n')
})

const data = fc
  .array(fc.constantFrom('a', '-', '- ', ' --', 'x --', '\t', 'é'), { maxLength: 4 })
  .map((parts) => (parts.length === 0 ? '' : `_${parts.join('')}\n`))
const name = fc.stringMatching(/^[a-z./]{1,8}$/)

test('parse inverts format for well-formed archives', () => {
  fc.assert(
    fc.property(
      data,
      fc.array(fc.record({ name, data }, { noNullPrototype: true }), { maxLength: 4 }),
      (comment, files) => {
        assert.deepEqual(parse(format({ comment, files })), { comment, files })
      },
    ),
  )
})

test('a carriage return at the very end ends no marker line, until the line is closed', () => {
  assert.deepEqual(parse('-- a --\r'), { comment: '-- a --\r\n', files: [] })
  assert.deepEqual(parse('-- a --\r\n'), { comment: '', files: [{ name: 'a', data: '' }] })
})

test('format(parse(x)) is a fixed point for any text', () => {
  const text = fc
    .array(fc.constantFrom('-- ', ' --', 'a', ' ', '\n', '\r', '--', '\u0085'), { maxLength: 30 })
    .map((parts) => parts.join(''))
    // Here, as in Go, the newline that is added makes a line end of a carriage return, and a marker of what was none.
    .filter((each) => !each.endsWith('\r'))
  fc.assert(
    fc.property(text, (each) => {
      const once = format(parse(each))
      assert.equal(format(parse(once)), once)
    }),
    { numRuns: 1000 },
  )
})
