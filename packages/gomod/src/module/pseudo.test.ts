import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as semver from '../semver/index.ts'
import {
  isPseudoVersion,
  isZeroPseudoVersion,
  pseudoVersion,
  pseudoVersionBase,
  pseudoVersionRev,
  pseudoVersionTime,
  zeroPseudoVersion,
} from './pseudo.ts'

const TIME = new Date('2019-08-07T06:05:04Z')
const REV = '0123456789ab'

const ROWS: readonly [major: string, older: string, version: string, base?: string][] = [
  ['', '', 'v0.0.0-20190807060504-0123456789ab'],
  ['v2', '', 'v2.0.0-20190807060504-0123456789ab'],
  ['v1', 'v1.2.3', 'v1.2.4-0.20190807060504-0123456789ab'],
  ['v1', 'v1.2.99', 'v1.2.100-0.20190807060504-0123456789ab'],
  ['v1', 'v1.2.99999999999999999999', 'v1.2.100000000000000000000-0.20190807060504-0123456789ab'],
  ['v1', 'v1.2.3-pre', 'v1.2.3-pre.0.20190807060504-0123456789ab'],
  ['v2', 'v2.0.9+incompatible', 'v2.0.10-0.20190807060504-0123456789ab+incompatible'],
  ['v2', 'v2.1.0-rc.1+incompatible', 'v2.1.0-rc.1.0.20190807060504-0123456789ab+incompatible'],
  ['v1', 'v1.2', 'v1.2.1-0.20190807060504-0123456789ab', 'v1.2.0'],
]

test('a pseudo-version tells its base, time and revision', () => {
  for (const [major, older, version, base] of ROWS) {
    assert.equal(pseudoVersion(major, older, TIME, REV), version)
    assert.ok(isPseudoVersion(version))
    assert.equal(pseudoVersionBase(version), base ?? older)
    assert.equal(pseudoVersionRev(version), REV)
    assert.deepEqual(pseudoVersionTime(version), TIME)
  }
})

test('what only resembles a pseudo-version is none', () => {
  const versions = [
    ...[
      '',
      'main',
      'v1.0.0',
      'v1.0.0-alpha-1',
      'v1.2.3-20190807060504-0123456789ab',
      'v1.0-20190807060504-0123456789ab',
    ],
    ...[
      'v1.0.0-2019080706050-0123456789ab',
      'v1.0.0-20190807060504-',
      'v1.0.0-20190807060504-a.b',
      'v1.0.0-20190807060504',
    ],
    ...['v1.2.3-pre.20190807060504-0123456789ab', 'v1.2.3-1.20190807060504-0123456789ab', 'v1.0.0-x20190807060504-0a'],
  ]
  for (const version of versions) {
    assert.equal(isPseudoVersion(version), false, version)
    for (const part of [pseudoVersionBase, pseudoVersionRev, pseudoVersionTime]) {
      const message = `pseudo-version "${version}" invalid: syntax error`
      assert.throws(() => part(version), { name: 'ModuleError', kind: 'version', value: version, message })
    }
  }
})

test('a pseudo-version with an impossible base or time is refused where that is asked for', () => {
  const impossible = [
    ['v1.0.0-20190807060504-0a+incompatible', 'lacks base version, but has build metadata "+incompatible"'],
    ['v1.2.0-0.20190807060504-0a', 'version before v1.2.0 would have negative patch number'],
  ] as const
  for (const [version, reason] of impossible)
    assert.throws(() => pseudoVersionBase(version), { name: 'ModuleError', reason })
  for (const timestamp of ['20190230000000', '20191301000000', '20190807240000', '20190807006000', '20190001000000']) {
    const reason = `malformed time "${timestamp}"`
    assert.throws(() => pseudoVersionTime(`v1.0.0-${timestamp}-0a`), { name: 'ModuleError', reason })
  }
})

test('the zero pseudo-version stands for no commit', () => {
  assert.equal(zeroPseudoVersion('v2'), 'v2.0.0-00010101000000-000000000000')
  assert.equal(isZeroPseudoVersion('v2.0.0-00010101000000-000000000000'), true)
  assert.equal(isZeroPseudoVersion('v2.0.1-0.00010101000000-000000000000'), false)
  assert.equal(isZeroPseudoVersion('main'), false)
  assert.deepEqual(pseudoVersionTime(zeroPseudoVersion('')), new Date('0001-01-01T00:00:00Z'))
})

test('a time outside of the format is a mistake of the caller', () => {
  assert.throws(() => pseudoVersion('v1', '', new Date(Number.NaN), REV), RangeError)
  assert.throws(() => pseudoVersion('v1', '', new Date('+010000-01-01T00:00:00Z'), REV), RangeError)
})

test('a pseudo-version comes after its base and before the release that follows', () => {
  const tag = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(999), fc.constantFrom('', '-rc.1', '-0'))
  fc.assert(
    fc.property(tag, ([x, y, z, pre]) => {
      const base = `v${x}.${y}.${z}${pre}`
      const version = pseudoVersion(`v${x}`, base, TIME, REV)
      assert.equal(pseudoVersionBase(version), base)
      assert.equal(semver.compare(base, version), -1)
      assert.equal(semver.compare(version, `v${x}.${y}.${pre === '' ? z + 1 : z}`), -1)
    }),
  )
})
