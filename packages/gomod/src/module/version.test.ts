import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkPathMajor, matchPathMajor, pathMajorPrefix, splitPathVersion } from './major.ts'
import { canonicalVersion, check, sortVersions, versionString } from './version.ts'

test('a path splits where its major version begins', () => {
  const rows: readonly [path: string, prefix: string, pathMajor: string][] = [
    ['example.com/m', 'example.com/m', ''],
    ['example.com/m/v2', 'example.com/m', '/v2'],
    ['example.com/m/v10', 'example.com/m', '/v10'],
    ['example.com/mv2', 'example.com/mv2', ''],
    ['example.com/m/v', 'example.com/m/v', ''],
    ['v2', 'v2', ''],
    ['gopkg.in/yaml.v2', 'gopkg.in/yaml', '.v2'],
    ['gopkg.in/yaml.v0', 'gopkg.in/yaml', '.v0'],
    ['gopkg.in/y/yaml.v1-unstable', 'gopkg.in/y/yaml', '.v1-unstable'],
  ]
  for (const [path, prefix, pathMajor] of rows) assert.deepEqual(splitPathVersion(path), { prefix, pathMajor })
})

test('a path whose last element is a major version that no module may have does not split', () => {
  const paths = ['example.com/m/v1', 'example.com/m/v0', 'example.com/m/v02', 'example.com/m/v2.1', 'example.com/m/v2.']
  for (const path of [...paths, 'gopkg.in/yaml', 'gopkg.in/yaml/v2', 'gopkg.in/yaml.v', 'gopkg.in/yaml.v02']) {
    assert.equal(splitPathVersion(path), undefined, path)
  }
})

test('a path and a version fit as Go fits them', () => {
  const rows: readonly [path: string, version: string, reason?: string][] = [
    ['example.com/m', 'v0.1.0'],
    ['example.com/m', 'v1.2'],
    ['example.com/m', 'v2.0.0+incompatible'],
    ['example.com/m', 'v2.0.0', 'should be v0 or v1, not v2'],
    ['example.com/m/v2', 'v2.0.0'],
    ['example.com/m/v2', 'v1.0.0', 'should be v2, not v1'],
    ['example.com/m', 'main', 'not a semantic version'],
    ['example.com/m', '', 'not a semantic version'],
    ['gopkg.in/check.v1', 'v0.0.0-20161208181325-20d25e280405'],
    ['gopkg.in/check.v1-unstable', 'v1.0.0'],
    ['gopkg.in/check.v2', 'v0.0.0-20161208181325-20d25e280405', 'should be v2, not v0'],
    ['golang.org/toolchain', 'v0.0.1-go1.26.8.linux-amd64'],
  ]
  for (const [path, version, reason] of rows) {
    if (reason === undefined) assert.doesNotThrow(() => check(path, version), `${path}@${version}`)
    else {
      const message = `${path}@${version}: invalid version: ${reason}`
      assert.throws(() => check(path, version), { name: 'ModuleError', kind: 'version', value: version, path, message })
    }
  }
  assert.throws(() => check('nodot', 'v1.0.0'), { name: 'ModuleError', kind: 'path', value: 'nodot' })
})

test('a version alone can be held against the suffix of a path', () => {
  assert.doesNotThrow(() => checkPathMajor('v2.1.0', '/v2'))
  const message = 'version "v3.0.0" invalid: should be v2, not v3'
  assert.throws(() => checkPathMajor('v3.0.0', '.v2-unstable'), { name: 'ModuleError', kind: 'version', message })
  assert.equal(matchPathMajor('v2.1.0', '/v2'), true)
  assert.equal(matchPathMajor('v2.1.0', 'v2'), false)
  assert.equal(matchPathMajor('main', ''), false)
})

test('a suffix tells the prefix of its tags', () => {
  for (const [suffix, prefix] of [
    ['', ''],
    ['/v2', 'v2'],
    ['.v1', 'v1'],
    ['.v3-unstable', 'v3'],
  ] as const) {
    assert.equal(pathMajorPrefix(suffix), prefix)
  }
  for (const suffix of ['v2', '/', '/v2.0', '/2']) assert.throws(() => pathMajorPrefix(suffix), RangeError)
})

test('of all build metadata only +incompatible is canonical', () => {
  for (const [version, canonical] of [
    ['v1.2', 'v1.2.0'],
    ['v2.0.0+incompatible', 'v2.0.0+incompatible'],
    ['v2.0.0+meta', 'v2.0.0'],
    ['main', ''],
  ] as const) {
    assert.equal(canonicalVersion(version), canonical)
  }
})

test('versions sort by path, version and file', () => {
  const sorted = [
    { path: 'a.example', version: '' },
    { path: 'a.example', version: 'v1.2.0' },
    { path: 'a.example', version: 'v1.2.0/go.mod' },
    { path: 'a.example', version: 'v1.10.0' },
    { path: 'b.example', version: 'v1.0.0' },
  ]
  assert.deepEqual(sorted.map(versionString).slice(0, 2), ['a.example', 'a.example@v1.2.0'])
  fc.assert(
    fc.property(fc.shuffledSubarray(sorted, { minLength: sorted.length }), (list) =>
      assert.deepEqual(sortVersions(list), sorted),
    ),
  )
})

test('module versions sort by bytes, not by UTF-16', () => {
  const sorted = ['z', 'é', '\uffff', '\u{10000}'].map((path) => ({ path, version: 'v1.0.0' }))
  assert.deepEqual(sortVersions(sorted.toReversed()), sorted)
})
