import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../core/failure.ts'
import { findNamed, parseRefs } from './git-refs.ts'

const id = (digit: string) => digit.repeat(40)
const listing = [
  `${id('a')}\tHEAD`,
  `${id('a')}\trefs/heads/main`,
  `${id('b')}\trefs/heads/v1.0.0`,
  `${id('1')}\trefs/heads/abcdef0`,
  `${id('c')}\trefs/tags/v1.0.0`,
  `${id('d')}\trefs/tags/v1.0.0^{}`,
  `${id('d')}\trefs/tags/v0.9.0`,
  `${'e'.repeat(8)}${'1'.repeat(32)}\trefs/tags/one`,
  `${'e'.repeat(8)}${'2'.repeat(32)}\trefs/tags/two`,
  `${id('f')}\trefs/pull/1/head`,
  `${id('g')}\trefs/heads/none`,
  'warning: something',
  `${id('b')}\trefs/heads/with space`,
].join('\n')
const refs = parseRefs(Buffer.from(listing))

test('branches, tags and HEAD count, an annotated tag is what it leads to, and the rest is not there', () => {
  assert.deepEqual([...refs.commits.keys()].sort(), [
    ...['HEAD', 'refs/heads/abcdef0', 'refs/heads/main', 'refs/heads/v1.0.0'],
    ...['refs/tags/one', 'refs/tags/two', 'refs/tags/v0.9.0', 'refs/tags/v1.0.0'],
  ])
  assert.deepEqual(refs.tagsOf(id('d')), ['v0.9.0', 'v1.0.0'])
  assert.deepEqual(refs.tags, ['one', 'two', 'v0.9.0', 'v1.0.0'])
  assert.equal(refs.format, 'sha1')
  assert.equal(parseRefs(Buffer.from(`${'a'.repeat(64)}\tHEAD\n`)).format, 'sha256')
})

const names: readonly (readonly [revision: string, commit: string | undefined, ref: string | undefined])[] = [
  ['v1.0.0', id('d'), 'refs/tags/v1.0.0'],
  ['main', id('a'), 'refs/heads/main'],
  ['HEAD', id('a'), undefined],
  ['abcdef0', id('1'), 'refs/heads/abcdef0'],
  ['ddddddd', id('d'), 'refs/tags/v0.9.0'],
  [id('d'), id('d'), 'refs/tags/v0.9.0'],
  // HEAD has no name of its own, and sorts first.
  ['aaaaaaaaaaaa', id('a'), undefined],
  // No name begins with it: the history has to tell.
  ['0123456', undefined, undefined],
]

for (const [revision, commit, ref] of names) {
  test(`${revision} is found by tag, branch, HEAD or id, in this order`, () => {
    assert.deepEqual(findNamed(refs, revision, 'x'), {
      ...(commit === undefined ? {} : { commit }),
      ...(ref === undefined ? {} : { ref }),
    })
  })
}

for (const revision of ['nosuch', 'dddddd', 'DDDDDDD', 'refs/heads/main', '', 'a'.repeat(41), 'v1.0.0^{}']) {
  test(`${JSON.stringify(revision.slice(0, 20))} is no revision`, () => {
    assert.equal(findNamed(refs, revision, 'x'), undefined)
  })
}

test('digits that two commits begin with name neither', () => {
  assert.throws(
    () => findNamed(refs, 'eeeeeee', 'x'),
    (error) => error instanceof Failure && error.absent && /ambiguous/.test(error.why),
  )
})
