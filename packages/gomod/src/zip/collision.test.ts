import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CollisionChecker, foldCase } from './collision.ts'
import { ZipError } from './error.ts'

const foldRows: [a: string, b: string, equal: boolean][] = [
  ['A', 'a', true],
  ['S', 'ſ', true],
  ['k', '\u212a', true],
  ['ß', 'ẞ', true],
  ['ß', 'ss', false],
  ['ı', 'i', false],
  ['İ', 'i', false],
  ['µ', 'μ', true],
  ['ϴ', 'θ', true],
  ['\u{10400}', '\u{10428}', true],
  ['é', 'e\u0301', false],
  ['Ꭰ', 'ꭰ', true],
]

for (const [a, b, equal] of foldRows) {
  test(`${a} and ${b} are ${equal ? '' : 'not '}equal under case folding`, () => {
    assert.equal(foldCase(a) === foldCase(b), equal)
  })
}

/** A path that ends in a slash is a directory. */
const rows: [claim: string, paths: string[], faults: (RegExp | undefined)[]][] = [
  ['files side by side', ['a', 'b/a', 'b/c/a'], [undefined, undefined, undefined]],
  ['a file twice', ['a', 'a'], [undefined, /multiple entries for file "a"/]],
  ['a directory twice', ['a/', 'a/', 'a/b'], [undefined, undefined, undefined]],
  ['two cases of a file', ['a', 'A'], [undefined, /collision: "a" and "A"/]],
  ['two cases of a directory', ['a/x', 'A/y'], [undefined, /collision: "a" and "A"/]],
  ['two cases deep down', ['a/b/c/d', 'a/B/e/f'], [undefined, /collision: "a\/b" and "a\/B"/]],
  ['a file that becomes a directory', ['a', 'a/b'], [undefined, /"a" is both/]],
  ['a directory that becomes a file', ['a/b/c', 'a/b'], [undefined, /"a\/b" is both/]],
  ['a collision stays one', ['a/x', 'A/y', 'A/z'], [undefined, /collision/, /collision/]],
]

for (const [claim, paths, faults] of rows) {
  test(`collisions: ${claim}`, () => {
    const checker = new CollisionChecker()
    const actual = paths.map((path) => checker.check(path.replace(/\/$/, ''), path.endsWith('/')))
    actual.forEach((fault, i) => {
      const expected = faults[i]
      if (expected === undefined) assert.equal(fault, undefined)
      else assert.match(fault ?? '', expected)
    })
    assert.equal(actual.length, faults.length)
  })
}

test('paths of thousands of elements meet a limit on directories instead of running away', () => {
  const checker = new CollisionChecker(10_000)
  const deep = 'x/'.repeat(2000)
  assert.throws(
    () => {
      for (let i = 0; i < 10; i++) checker.check(`${i}/${deep}f`, false)
    },
    (error) => error instanceof ZipError && error.code === 'size',
  )
})
