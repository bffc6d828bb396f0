import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { build, canonical, compare, isValid, major, majorMinor, max, prerelease, sort } from './index.ts'

interface Row {
  version: string
  canonical: string
  major?: string
  majorMinor?: string
  prerelease?: string
  build?: string
}

const VALID: readonly Row[] = [
  { version: 'v1', canonical: 'v1.0.0', major: 'v1', majorMinor: 'v1.0' },
  { version: 'v0.9', canonical: 'v0.9.0', major: 'v0', majorMinor: 'v0.9' },
  { version: 'v10.20.30', canonical: 'v10.20.30', major: 'v10', majorMinor: 'v10.20' },
  { version: 'v1.0.0-alpha.1', canonical: 'v1.0.0-alpha.1', prerelease: '-alpha.1' },
  { version: 'v1.2.3-0', canonical: 'v1.2.3-0', prerelease: '-0' },
  { version: 'v1.2.3-0a', canonical: 'v1.2.3-0a', prerelease: '-0a' },
  { version: 'v1.2.3--', canonical: 'v1.2.3--', prerelease: '--' },
  { version: 'v1.2.3-pre+meta.007', canonical: 'v1.2.3-pre', prerelease: '-pre', build: '+meta.007' },
  { version: 'v1.2.3+a-b.c', canonical: 'v1.2.3', build: '+a-b.c' },
  { version: 'v2.0.0+incompatible', canonical: 'v2.0.0', major: 'v2', build: '+incompatible' },
  { version: 'v99999999999999999999.0.0', canonical: 'v99999999999999999999.0.0', major: 'v99999999999999999999' },
]

const INVALID = [
  ...['', 'v', '1.0.0', 'V1.0.0', 'v1.', 'v1.0.', 'v1.0.0.', 'v1.0.0.0', 'v01', 'v1.00.0', 'v1.0.01', 'v-1.0.0'],
  ...['v1-pre', 'v1+meta', 'v1.2-pre', 'v1.2+meta', 'v1.0.0-', 'v1.0.0+', 'v1.0.0-+a', 'v1.0.0-a+', 'v1.0.0-a..b'],
  ...['v1.0.0-.a', 'v1.0.0-a.', 'v1.0.0-01', 'v1.0.0-a.00', 'v1.0.0-a_b', 'v1.0.0+a+b', 'v1.0.0+a..b', 'v1.0.0+.a'],
  ...[' v1.0.0', 'v1.0.0 ', 'v1.0.0\n', 'v1.0.0-é', 'v١.0.0', 'latest', 'v1.0.0\0'],
]

test('a valid version is taken apart as Go takes it apart', () => {
  for (const row of VALID) {
    assert.ok(isValid(row.version), row.version)
    assert.equal(canonical(row.version), row.canonical)
    assert.equal(prerelease(row.version), row.prerelease ?? '', row.version)
    assert.equal(build(row.version), row.build ?? '', row.version)
    if (row.major !== undefined) assert.equal(major(row.version), row.major)
    if (row.majorMinor !== undefined) assert.equal(majorMinor(row.version), row.majorMinor)
  }
})

test('an invalid version has no parts', () => {
  for (const version of INVALID) {
    assert.equal(isValid(version), false, JSON.stringify(version))
    for (const part of [canonical, major, majorMinor, prerelease, build]) assert.equal(part(version), '')
  }
})

const ASCENDING = [
  'bad',
  'v0.0.0-alpha',
  'v0.0.0',
  'v1.0.0-0',
  'v1.0.0-2',
  'v1.0.0-10',
  'v1.0.0-99999999999999999999',
  'v1.0.0-ALPHA',
  'v1.0.0-alpha',
  'v1.0.0-alpha.1',
  'v1.0.0-alpha.beta',
  'v1.0.0-beta',
  'v1.0.0-beta.2',
  'v1.0.0-beta.11',
  'v1.0.0-rc.1',
  'v1.0.0',
  'v1.0.1-0.20200101000000-abcdefabcdef',
  'v1.0.1',
  'v1.2',
  'v1.10.0',
  'v2.0.0+incompatible',
  'v10',
]

test('precedence follows section 11 of the specification', () => {
  for (const [i, v] of ASCENDING.entries()) {
    for (const [j, w] of ASCENDING.entries()) assert.equal(compare(v, w), Math.sign(i - j), `${v} and ${w}`)
  }
})

test('build metadata and short forms do not count in a comparison', () => {
  assert.equal(compare('v1.0.0+a', 'v1.0.0+b'), 0)
  assert.equal(compare('v1', 'v1.0.0'), 0)
  assert.equal(compare('bad', 'worse'), 0)
})

test('max answers the canonical form of the greater version', () => {
  assert.equal(max('v1.2', 'v1.1.9'), 'v1.2.0')
  assert.equal(max('v1.0.0+a', 'v1.3+b'), 'v1.0.0')
  assert.equal(max('bad', 'v0.1.0+x'), 'v0.1.0')
  assert.equal(max('bad', 'worse'), '')
})

const number = fc.oneof(fc.nat(3), fc.nat()).map(String)
const identifier = fc.oneof(number, fc.stringMatching(/^[a-zA-Z-]{1,3}$/), fc.stringMatching(/^[0-9]{0,3}[a-z-]{1,2}$/))
const suffix = (sign: string) =>
  fc.oneof(
    fc.constant(''),
    fc.array(identifier, { minLength: 1, maxLength: 3 }).map((ids) => sign + ids.join('.')),
  )
const version = fc
  .tuple(number, number, number, suffix('-'), suffix('+'))
  .map(([x, y, z, pre, meta]) => `v${x}.${y}.${z}${pre}${meta}`)

test('every version that the grammar writes is valid, and canonical is idempotent', () => {
  fc.assert(
    fc.property(version, (v) => {
      assert.equal(canonical(v) + build(v), v)
      assert.equal(canonical(canonical(v)), canonical(v))
    }),
  )
})

test('compare is a total preorder', () => {
  fc.assert(
    fc.property(version, version, version, (u, v, w) => {
      assert.equal(compare(u, v) + compare(v, u), 0)
      if (compare(u, v) <= 0 && compare(v, w) <= 0) assert.ok(compare(u, w) <= 0)
      assert.equal(compare(v, canonical(v)), 0)
    }),
  )
})

test('sort does not depend on the order in which versions come, and leaves its argument alone', () => {
  const shuffled = [...ASCENDING].reverse()
  assert.deepEqual(sort(shuffled), ASCENDING)
  assert.equal(shuffled[0], 'v10')
  assert.deepEqual(sort(['v1.0.0', 'v1', 'worse', 'v1.0.0+b', 'bad', 'v1.0.0+a']), [
    ...['bad', 'worse', 'v1', 'v1.0.0', 'v1.0.0+a', 'v1.0.0+b'],
  ])
  fc.assert(fc.property(fc.array(version), (list) => assert.deepEqual(sort(list), sort([...list].reverse()))))
})

test('sort puts what is no version in the order of its bytes, not of UTF-16', () => {
  assert.deepEqual(sort(['v1', '\u{10000}', '\uffff', 'é', 'z']), ['z', 'é', '\uffff', '\u{10000}', 'v1'])
})
