import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isGo124, isVendoredPackage } from './vendor.ts'

const rows: [path: string, before124: boolean, since124: boolean][] = [
  ['vendor/modules.txt', false, true],
  ['vendor/x.go', false, false],
  ['vendor/a/x.go', true, true],
  ['vendor/a/vendor/x.go', true, true],
  ['pkg/vendor/vendor.go', true, false],
  ['pkg/vendor/a/x.go', true, true],
  ['pkg/vendor/modules.txt', true, false],
  ['a/vendor/x.go', true, false],
  ['é/vendor/x.go', true, false],
  ['/vendor/x.go', false, false],
  ['vendors/a/x.go', false, false],
  ['a/vendor', false, false],
  ['a/b/c.go', false, false],
]

for (const [path, before124, since124] of rows) {
  test(`${path} is ${before124 ? '' : 'not '}vendored before go 1.24 and ${since124 ? '' : 'not '}since`, () => {
    assert.equal(isVendoredPackage(path, false), before124)
    assert.equal(isVendoredPackage(path, true), since124)
  })
}

const versions: [version: string | undefined, since124: boolean][] = [
  [undefined, false],
  ['', false],
  ['1.9', false],
  ['1.23.9', false],
  ['1.24', true],
  ['1.24rc1', true],
  ['1.24.1', true],
  ['1.100', true],
  ['2', true],
  ['1', false],
  ['1.024', false],
  ['1.24.1rc1', false],
  ['1.24rc01', false],
  ['v1.24', false],
]

for (const [version, since124] of versions) {
  test(`go ${version} ${since124 ? 'has' : 'has not'} the vendor rules of go 1.24`, () => {
    assert.equal(isGo124(version), since124)
  })
}
