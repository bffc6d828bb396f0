import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareGoVersions, isGoVersion, versionOfToolchain } from './go-version.ts'
import { compareSelected, compareVersions, sortModules } from './version-order.ts'

test('versions of Go are ordered as go/version orders them', () => {
  const ordered = [
    'nonsense',
    '1.5',
    '1.16',
    '1.20rc1',
    '1.20',
    '1.20.1',
    '1.21',
    '1.21alpha',
    '1.21rc1',
    '1.21rc2',
    '1.21.0',
    '1.21.1',
  ]
  const more = ['1.22', '1.22.10', '1.99999999999999999999', '2']
  const all = [...ordered, ...more]
  for (const [i, a] of all.entries()) {
    for (const [j, b] of all.entries()) {
      // Before 1.21 the language is its first release, and comes after its candidates all the same.
      assert.equal(compareGoVersions(a, b), Math.sign(i - j), `${a} and ${b}`)
    }
  }
  assert.equal(compareGoVersions('1.20', '1.20.0'), 0)
  assert.equal(compareGoVersions('1', '1.0.0'), 0)
})

test('what Go refuses is no version', () => {
  for (const text of [
    '',
    'go1.21',
    '1.',
    '01.2',
    '1.02',
    '1.21.',
    '1.21.0rc1',
    '1.21RC1',
    '1.2.3.4',
    '1.21rc01',
    ' 1.21',
  ]) {
    assert.equal(isGoVersion(text), false, text)
  }
  for (const text of ['1', '1.21', '1.21.0', '1.21rc1', '1.21x']) assert.equal(isGoVersion(text), true, text)
})

test('a toolchain is as old as its name says, whatever is behind it', () => {
  const rows = [
    ['go1.21.3', '1.21.3'],
    ['go1.21.3-bigcorp', '1.21.3'],
    ['go1.21.3 X:arenas', '1.21.3'],
    ['go1.21/../x', ''],
    ['default', ''],
    ['gox', ''],
  ] as const
  for (const [name, version] of rows) assert.equal(versionOfToolchain(name), version, name)
  assert.equal(compareVersions('toolchain', 'go1.9', 'go1.21.0'), -1)
  assert.equal(compareVersions('toolchain', 'default', 'go1.21.0'), -1)
})

test('a main module is above all versions of its path', () => {
  assert.equal(compareSelected('m.example', '', 'v9.0.0'), 1)
  assert.equal(compareSelected('m.example', 'v9.0.0', ''), -1)
  assert.equal(compareSelected('m.example', '', ''), 0)
  assert.equal(compareSelected('m.example', 'none', 'v0.0.1'), -1)
})

test('modules are sorted by path, then by version', () => {
  const names = ['b@v1.0.0', 'a@v1.10.0', 'go@1.21rc1', 'a@v1.9.0', 'go@1.21']
  const modules = names.map((name) => ({ path: name.split('@')[0]!, version: name.split('@')[1]! }))
  const sorted = sortModules(modules).map(({ path, version }) => `${path}@${version}`)
  assert.deepEqual(sorted, ['a@v1.9.0', 'a@v1.10.0', 'b@v1.0.0', 'go@1.21', 'go@1.21rc1'])
})
