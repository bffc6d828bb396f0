import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../core/failure.ts'
import { versionRange } from './version-range.ts'

const versions = ['v0.9.0', 'v1.0.0', 'v1.0.1', 'v1.2.0-rc.1', 'v1.2.0', 'v1.2.3', 'v1.3.0', 'v2.0.0+incompatible']
const path = 'a.example/b'

const rows: readonly (readonly [query: string, current: string | undefined, accepted: string])[] = [
  ['latest', undefined, versions.join(' ')],
  ['upgrade', undefined, versions.join(' ')],
  ['upgrade', 'v1.2.0', 'v1.2.0 v1.2.3 v1.3.0 v2.0.0+incompatible'],
  ['patch', 'v1.2.0', 'v1.2.0 v1.2.3'],
  ['v1', undefined, 'v1.0.0 v1.0.1 v1.2.0-rc.1 v1.2.0 v1.2.3 v1.3.0'],
  ['v1.2', undefined, 'v1.2.0 v1.2.3'],
  ['v2', undefined, 'v2.0.0+incompatible'],
  ['<v1.2', undefined, 'v0.9.0 v1.0.0 v1.0.1 v1.2.0-rc.1'],
  ['<=v1.0.1', undefined, 'v0.9.0 v1.0.0 v1.0.1'],
  ['>v1.2.0', undefined, 'v1.2.3 v1.3.0 v2.0.0+incompatible'],
  ['>=v1.2.3', undefined, 'v1.2.3 v1.3.0 v2.0.0+incompatible'],
]
for (const [query, current, accepted] of rows) {
  test(`${query}${current === undefined ? '' : ` from ${current}`} accepts ${accepted}`, () => {
    const range = versionRange({ path, query, current })!
    assert.equal(versions.filter(range.accepts).join(' '), accepted)
    assert.equal(range.prefersLower ?? false, query.startsWith('>'))
  })
}

test('a version, a branch and a commit are no ranges', () => {
  for (const query of ['v1.2.3', 'v1.2.3+meta', 'v1.2.3-rc.1', 'main', '0123456789ab', 'v1.2.x', ''])
    assert.equal(versionRange({ path, query }), undefined, query)
})

test('what cannot be meant is refused in the words of go', () => {
  const refused: readonly (readonly [query: string, why: RegExp])[] = [
    ['<', /invalid semantic version "" in range "<"/],
    ['>=main', /invalid semantic version "main"/],
    ['<=v1.2', /ambiguous semantic version "v1\.2"/],
    ['>v1', /ambiguous semantic version "v1"/],
    ['patch', /no existing version is required/],
  ]
  for (const [query, why] of refused)
    assert.throws(
      () => versionRange({ path, query }),
      (error) => error instanceof Failure && error.code === 'usage' && why.test(error.why),
    )
})
