import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatSum, parseSum } from './sum.ts'

test('each line of go.sum is an entry', () => {
  const source = '\na.example/b v1.0.0 h1:x=\r\n \t\na.example/b  v1.0.0/go.mod\th1:y='
  assert.deepEqual(parseSum(source), [
    { path: 'a.example/b', version: 'v1.0.0', goMod: false, h1: 'h1:x=', line: 2 },
    { path: 'a.example/b', version: 'v1.0.0', goMod: true, h1: 'h1:y=', line: 4 },
  ])
  assert.deepEqual(parseSum(Buffer.from(source)), parseSum(source))
})

test('a line without three fields is malformed', () => {
  for (const [line, fields] of [
    ['a v1.0.0', 2],
    ['a v1.0.0 h1:x= more', 4],
    ['<<<<<<< HEAD', 2],
  ] as const) {
    assert.throws(() => parseSum(`a v1.0.0 h1:x=\n${line}\n`, 'dir/go.sum'), {
      name: 'ErrorList',
      message: `malformed go.sum:\ndir/go.sum:2: wrong number of fields ${fields}`,
    })
  }
})

test('the hash of an empty go.mod is dropped, as the go command drops it', () => {
  assert.deepEqual(parseSum('a v1.0.0/go.mod h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=\n'), [])
})

test('go.sum is sorted by path and version, the zip first, each line once', () => {
  const sorted = [
    'a v1.2.0 h1:a=',
    'a v1.2.0 h1:b=',
    'a v1.2.0/go.mod h1:c=',
    'a v1.10.0 h1:a=',
    'a/b v1.0.0 h1:a=',
    'b v0.0.0-20200101000000-abcdefabcdef/go.mod h2:a=',
    'b v0.1.0 h1:a=',
  ]
  const text = sorted.map((line) => line + '\n').join('')
  fc.assert(
    fc.property(fc.shuffledSubarray([...sorted, ...sorted], { minLength: sorted.length * 2 }), (lines) => {
      assert.equal(formatSum(parseSum(lines.join('\n'))), text)
    }),
  )
})
