import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchPrefixPatterns, pathMatch } from './pattern.ts'

test('shell patterns match as in path.Match', () => {
  const rows: readonly [pattern: string, name: string, matched: boolean][] = [
    ['', '', true],
    ['', 'a', false],
    ['abc', 'abc', true],
    ['*', 'abc', true],
    ['*', '', true],
    ['*c', 'abc', true],
    ['a*', 'ab/c', false],
    ['a*/b', 'abc/b', true],
    ['a*b*c*d*e*/f', 'axbxcxdxexxx/f', true],
    ['a*b*c*d*e*/f', 'axbxcxdxexxx/fff', false],
    ['a*b?c*x', 'abxbbxdbxebxczzx', true],
    ['a*b?c*x', 'abxbbxdbxebxczzy', false],
    ['ab[^c]', 'abd', true],
    ['ab[b-d]', 'abc', true],
    ['ab[e-g]', 'abc', false],
    ['[^a]', '/', true],
    ['a?b', 'a/b', false],
    ['a?b', 'aéb', true],
    ['a??b', 'aéb', false],
    ['[é-ü]', 'ö', true],
    ['a\\*', 'a*', true],
    ['[\\]a]', ']', true],
    ['[\\-x]', '-', true],
    ['[a[]*]', '[zz]', true],
    ['**.corp', 'a.corp', true],
  ]
  for (const [pattern, name, matched] of rows) assert.equal(pathMatch(pattern, name), matched, `${pattern} on ${name}`)
})

test('a malformed pattern is malformed whatever the name', () => {
  for (const pattern of [
    '[',
    '[]',
    '[]a]',
    '[-]',
    '[x-]',
    '[-x]',
    '[a-b-c]',
    '[^',
    '[^]',
    'a[',
    'a\\',
    '[a\\',
    '*[',
    'b*c[',
  ]) {
    for (const name of ['', 'a', 'x', 'abc', ']', '-']) assert.equal(pathMatch(pattern, name), undefined, pattern)
  }
})

test('a list of patterns matches the leading elements of a path', () => {
  const targets = ['corp.com', 'corp.com/x', 'git.corp.com', 'git.corp.com/x', 'git.corp.com/team-a/x']
  const rows: readonly [globs: string, matched: string][] = [
    ['corp.com', 'yynnn'],
    ['corp.com/', 'yynnn'],
    ['*.corp.com', 'nnyyy'],
    ['*.corp.com/*', 'nnnyy'],
    ['*corp.com', 'yyyyy'],
    ['**.corp.com', 'nnyyy'],
    ['git.corp.com/team-*', 'nnnny'],
    ['*', 'yyyyy'],
    ['*/*', 'nynyy'],
    ['corp.com, git.corp.com', 'yynnn'],
    [',corp.com,,', 'yynnn'],
    ['[,corp.com', 'yynnn'],
    ['CORP.COM', 'nnnnn'],
    ['https://corp.com', 'nnnnn'],
    ['none', 'nnnnn'],
    ['', 'nnnnn'],
  ]
  for (const [globs, matched] of rows) {
    const answer = targets.map((target) => (matchPrefixPatterns(globs, target) ? 'y' : 'n')).join('')
    assert.equal(answer, matched, globs)
  }
})

test('many stars cost no more than pattern times name', () => {
  assert.equal(pathMatch('a*'.repeat(300) + 'b', 'a'.repeat(2000)), false)
})

test('text without special characters matches itself and nothing else', () => {
  const plain = fc.stringMatching(/^[a-z/.é]{0,8}$/)
  fc.assert(fc.property(plain, plain, (a, b) => assert.equal(pathMatch(a, b), a === b)))
})
