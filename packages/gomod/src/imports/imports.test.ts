import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { embedPatterns, readHead } from './index.ts'

const head = (source: string) => readHead(Buffer.from(source))

test('package name and imports are read in every form that the grammar allows', () => {
  const rows: readonly (readonly [source: string, name: string, imports: readonly string[]])[] = [
    ['package p', 'p', []],
    ['package p; import "a"; import `b`', 'p', ['a', 'b']],
    ['package p\nimport (\n\t"a"\n\t_ "b"; . "c"\n\td "d" // "no"\n)\nimport ()\n', 'p', ['a', 'b', 'c', 'd']],
    ['// "no"\n/* package no */ package /* x */ p\nimport/**/"a"\n', 'p', ['a']],
    ['\ufeffpackage p\nimport "a"', 'p', ['a']],
    ['package é\nimport ñ "a/\\u00e9\\x62"', 'é', ['a/éb']],
    ['package p\nimport "a"\nvar x = `import "no"`\nimport "no"', 'p', ['a']],
    ['package p\nimport "a"\nimportant()', 'p', ['a']],
    ['package p\r\nimport "a"\r\n', 'p', ['a']],
    ['package p\nimport(_"a")', 'p', ['a']],
  ]
  for (const [source, name, imports] of rows) {
    const { isBroken, ...found } = head(source)
    const isImportant = source.includes('important')
    assert.deepEqual([found.name, found.imports, isBroken], [name, imports, isImportant], source)
  }
})

test('a broken head gives what came before, and the whole text', () => {
  const rows = [
    '',
    'package',
    'packagep',
    'package p\nimport',
    'package p\nimport "a',
    'package p\nimport "a\n"',
    'package p\nimport `a',
    'package p\nimport x',
    'package p\nimport . ',
    'package p\nimport ("a"',
    'package p\nimport ("a" x)',
    'package p /* ',
    'package p / import "a"',
    'func main() {}',
  ]
  for (const source of rows) {
    const found = head(source)
    assert.ok(found.isBroken, source)
    assert.equal(found.text, source)
  }
  assert.deepEqual(head('package p\nimport "a"\nimport x').imports, ['a'])
})

test('the text ends with the imports, and a byte 0 is seen in it alone', () => {
  assert.equal(head('package p\n\nimport "a"\n\nvar x\0').text, 'package p\n\nimport "a"\n\n')
  assert.equal(head('package p\n\nvar x\0').hasNul, false)
  assert.equal(head('package p\0').hasNul, true)
})

test('no bytes whatsoever upset the reader', () => {
  const part = fc.constantFrom(
    'package p\n',
    'import ',
    '"a"',
    '`',
    '(',
    ')',
    '/*',
    '*/',
    '//',
    '\n',
    '\\',
    '"',
    'x',
    '\0',
    'é',
    '.',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const source = Buffer.from(parts.join(''))
      const found = readHead(source)
      assert.ok(source.toString().startsWith(found.text))
      assert.ok(Array.isArray(embedPatterns(source)))
    }),
  )
})

test('patterns are those of comments, and of nothing that looks like one', () => {
  const rows: readonly (readonly [source: string, patterns: readonly string[]])[] = [
    ['//go:embed a b/*.txt\nvar x', ['a', 'b/*.txt']],
    ['//go:embed "a b" `c d` all:e\r\n', ['a b', 'c d', 'all:e']],
    ['//go:embed\ta\t', ['a']],
    ['var x //go:embed a', ['a']],
    ['x := "//go:embed a"', []],
    ['x := `\n//go:embed a\n`', []],
    ["x := '`' //go:embed a", ['a']],
    ["x := '\\'' //go:embed a", ['a']],
    ['x := "\\"//go:embed a"', []],
    ['/*\n//go:embed a\n*/', []],
    ['// //go:embed a', []],
    ['//go:embedded a', []],
    ['//go:embed "a', []],
    ['//go:embed "a"b', []],
    ['//go:embed a"b', ['a"b']],
    ['//go:embed "\\x61"', ['a']],
    ['//go:embed', []],
    ['x / y //go:embed a', ['a']],
  ]
  for (const [source, patterns] of rows) assert.deepEqual(embedPatterns(Buffer.from(source)), patterns, source)
})
