import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differenceOf, isZipRules, type ArchivedFile } from './file-difference.ts'

const files = (text: string): readonly ArchivedFile[] =>
  text.split(' ').map((word) => {
    const [name = '', digest = 'same', textDigest] = word.split('=')
    return { name, digest, size: digest.length, ...(textDigest === undefined ? {} : { textDigest }) }
  })

test('files are told apart: only here, only there, changed, and changed in their line ends alone', () => {
  const difference = differenceOf(files('go.mod a.go=1 b.go=lf=t c.go'), files('go.mod a.go=22 b.go=crlf=t d.go'))
  assert.deepEqual(difference, {
    onlyFirst: ['c.go'],
    onlySecond: ['d.go'],
    changed: [
      { name: 'a.go', firstSize: 1, secondSize: 2, lineEndsOnly: false },
      { name: 'b.go', firstSize: 2, secondSize: 4, lineEndsOnly: true },
    ],
    same: 1,
  })
})

test('other zip rules are seen by what they are about', () => {
  const rows: readonly [second: string, isRules: boolean][] = [
    ['go.mod a.go', false],
    ['go.mod a.go vendor/modules.txt', true],
    ['go.mod a.go x/vendor/y/z.go', true],
    ['go.mod a.go LICENSE', true],
    ['go.mod a.go nested/go.mod nested/n.go', true],
    ['go.mod a.go nested/n.go', false],
    ['go.mod a.go=2 vendor/modules.txt', false],
    ['go.mod', false],
  ]
  for (const [second, isRules] of rows) {
    assert.equal(isZipRules(differenceOf(files('go.mod a.go'), files(second))), isRules, second)
  }
})
