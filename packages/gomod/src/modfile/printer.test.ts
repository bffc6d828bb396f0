import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSyntax } from './parser.ts'
import { format, formatBytes } from './printer.ts'

const lines = (...text: string[]) => text.join('\n') + '\n'

const rows: [claim: string, source: string, formatted: string][] = [
  ['an empty file stays empty', '', ''],
  ['blank lines alone are nothing', '\n\n\n', ''],
  ['a line gets its newline and single spaces', 'module  \t example.com/m', lines('module example.com/m')],
  ['carriage returns go', 'go 1.21\r\n// c\r\n', lines('go 1.21', '', '// c')],
  ['statements are set apart', 'a b\nc d\n', lines('a b', '', 'c d')],
  ['a comment stays at its statement', '// top\n\n// of a\na b // end\n', lines('// top', '', '// of a', 'a b // end')],
  ['a block is indented by tabs', 'a (\nb\n   c  d\n)', lines('a (', '\tb', '\tc d', ')')],
  ['an empty block stays', 'a ()\nb (\n)\n', lines('a (', ')', '', 'b (', ')')],
  ['one blank line inside a block stays', 'a (\n\n\nb\n\n\nc\n\n)', lines('a (', '\tb', '', '\tc', ')')],
  [
    'comments in a block stay where they are',
    'a ( // 1\n// 2\nb // 3\n// 4\n) // 5\n',
    lines('a ( // 1', '\t// 2', '\tb // 3', '// 4', ') // 5'),
  ],
  ['brackets and commas hug their text', 'a [ b , c ] { d }', lines('a [b, c] {d}')],
  ['parentheses inside a line are tokens', 'a ( b ) c', lines('a (b) c')],
  ['an empty pair inside a line is two tokens', 'a ( ) c', lines('a () c')],
  ['a comment right after a token ends it', 'a b//c', lines('a b //c')],
  ['a quoted newline is carried along', 'a "b\\\nc" // d', lines('// d', 'a "b\\', 'c"')],
]

test('a file is laid out as go mod edit -fmt lays it out', async (t) => {
  for (const [claim, source, formatted] of rows) {
    await t.test(claim, () => {
      assert.equal(format(parseSyntax('go.mod', source)), formatted)
      assert.equal(format(parseSyntax('go.mod', formatted)), formatted, 'and stays so')
    })
  }
})

test('bytes of another encoding stay in a comment', () => {
  const source = Buffer.from('module m // caf\xe9\n', 'latin1')
  assert.deepEqual(Buffer.from(formatBytes(parseSyntax('go.mod', source))), source)
})
