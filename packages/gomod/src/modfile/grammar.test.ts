import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDirectoryPath, isGoVersion, isToolchain, languageVersion } from './grammar.ts'

test('a go directive takes language versions and releases', () => {
  for (const version of ['1.21', '1.0', '1.21.0', '1.21rc1', '1.21.0alpha2', '20.1'])
    assert.ok(isGoVersion(version), version)
  for (const version of ['1', 'go1.21', '1.021', '01.2', '1.21.', '1.21-rc1', '1.21rc', '1.21\n', '']) {
    assert.ok(!isGoVersion(version), version)
  }
})

test('the tail of a strange go version is cut in a dependency', () => {
  const rows: [written: string, version: string | undefined][] = [
    ['1.21.x', '1.21'],
    ['v1.21-pre', '1.21'],
    ['1.21', undefined],
    ['x1.21.x', undefined],
  ]
  for (const [written, version] of rows) assert.equal(languageVersion(written), version, written)
})

test('a toolchain has a name that begins with go1', () => {
  for (const name of ['default', 'go1', 'go1.21.0', 'go1.21.0-custom']) assert.ok(isToolchain(name), name)
  for (const name of ['', 'local', 'go2', 'go11', 'default1', '1.21.0']) assert.ok(!isToolchain(name), name)
})

test('directories are told from module paths on every system', () => {
  for (const path of ['.', '..', './a', '../a', '.\\a', '..\\a', '/a', '\\a', 'C:', 'c:\\a']) {
    assert.ok(isDirectoryPath(path), path)
  }
  for (const path of ['', 'a', '.a', '...', 'a/b', '1:', ':', '~/a']) assert.ok(!isDirectoryPath(path), path)
})
