import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorList } from './error.ts'
import { maxModBytes, maxModLines, parseSyntax } from './parser.ts'

test('what is no syntax is refused at its place', () => {
  const rows: [source: string, message: string][] = [
    ['a /* b */', 'f:1:3: mod files must use // comments (not /* */ comments)'],
    ['a\nb/*c', 'f:2:2: mod files must use // comments (not /* */ comments)'],
    ['é "b', 'f:1:3: unexpected EOF in string'],
    ['a "b\\', 'f:1:3: unexpected EOF in string'],
    ['a `b\nc`', 'f:1:5: unexpected newline in string'],
    ['a \x00', "f:1:3: unexpected input character '\\x00'"],
    ['\ufeffmodule m', "f:1: unexpected input character '\\ufeff'"],
    ['x\na (\nb\n', 'f:4: syntax error (unterminated block started at f:2:1)'],
    ['a (\n) b\n', 'f:2:4: syntax error (expected newline after closing paren)'],
  ]
  for (const [source, message] of rows) {
    assert.throws(
      () => parseSyntax('f', source),
      (error) => {
        assert.ok(error instanceof ErrorList)
        assert.equal(error.message, message)
        return error.errors.length === 1
      },
    )
  }
})

test('every piece of syntax knows its place', () => {
  const { statements } = parseSyntax('f', '// é\n\nmodule é // m\nrequire (\n\ta "b" // c\n)\n')
  const [comment, line, block] = statements
  assert.deepEqual(comment?.start, { line: 1, column: 1, offset: 0 })
  assert.ok(line?.kind === 'line' && block?.kind === 'block')
  assert.deepEqual(
    [line.start, line.end],
    [
      { line: 3, column: 1, offset: 7 },
      { line: 3, column: 9, offset: 16 },
    ],
  )
  assert.deepEqual(line.comments.suffix, [{ start: { line: 3, column: 10, offset: 17 }, token: '// m', suffix: true }])
  assert.deepEqual(block.lparen.position, { line: 4, column: 9, offset: 30 })
  assert.deepEqual(block.rparen.position, { line: 6, column: 1, offset: 44 })
  const [inner] = block.lines
  assert.deepEqual([inner?.tokens, inner?.inBlock], [['a', '"b"'], true])
  assert.deepEqual(inner?.end, { line: 5, column: 7, offset: 38 })
})

test('a byte that is no UTF-8 counts as one byte and one column', () => {
  const [line] = parseSyntax('f', Uint8Array.of(0xff, 0x20, 0x61)).statements
  assert.ok(line?.kind === 'line')
  assert.deepEqual(line.end, { line: 1, column: 4, offset: 3 })
})

test('a file beyond the limits is refused before it is read', () => {
  assert.throws(
    () => parseSyntax('f', 'a'.repeat(maxModBytes + 1)),
    /^ErrorList: f: too many bytes \(limit is 16777216\)$/,
  )
  assert.throws(() => parseSyntax('f', '\n'.repeat(maxModLines)), /^ErrorList: f: too many lines \(limit is 262144\)$/)
})

test('one huge line is a line', () => {
  const { statements } = parseSyntax('f', 'a'.repeat(1 << 20) + ' ( b'.repeat(1 << 14))
  assert.equal(statements.length, 1)
})
