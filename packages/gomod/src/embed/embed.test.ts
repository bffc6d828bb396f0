import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasMeta, isEmbeddableName, matchName, parsePattern } from './index.ts'

test('patterns match names as path.Match has it', () => {
  const rows = [
    ['a', 'a', true],
    ['a', 'b', false],
    ['*', '', true],
    ['*.txt', 'a.txt', true],
    ['*.txt', 'a.txt.bak', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-b-b-', false],
    ['a?c', 'aéc', true],
    ['a?c', 'ac', false],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[\\-a]', '-', true],
    ['[\\]]', ']', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a[', 'a', undefined],
    ['[]a]', 'a', undefined],
    ['[-a]', 'a', undefined],
    ['[a-]', 'a', undefined],
    ['[', 'a', undefined],
    ['a\\', 'a', undefined],
    [`${'a*'.repeat(40)}b`, 'a'.repeat(200), false],
  ] as const
  for (const [pattern, name, expected] of rows) assert.equal(matchName(pattern)?.(name), expected, `${pattern} ${name}`)
  assert.deepEqual(['a.txt', 'a*', 'a?', '[a]', '\\a'].map(hasMeta), [false, true, true, true, true])
})

test('a pattern is a path without ways back, and may ask for what is hidden', () => {
  assert.deepEqual(parsePattern('a/*.txt'), { elements: ['a', '*.txt'], all: false })
  assert.deepEqual(parsePattern('all:a'), { elements: ['a'], all: true })
  for (const text of ['', '.', '..', 'a/../b', './a', 'a/', '/a', 'a//b', 'all:', '[a/b]', 'a[', '\ud800'])
    assert.equal(parsePattern(text), undefined, text)
})

test('names that cannot be in a module cannot be embedded', () => {
  const rows = [
    ...['a.txt', '.hidden', 'with space', 'é'].map((name) => [name, true] as const),
    ...['.git', '.hg', 'a:b', "a'b", 'aux.txt', 'a.'].map((name) => [name, false] as const),
  ]
  for (const [name, expected] of rows) assert.equal(isEmbeddableName(name), expected, name)
})
