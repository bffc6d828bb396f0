import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { escapePath, escapeVersion, unescapePath, unescapeVersion } from './escape.ts'

test('upper-case letters are escaped, and only they', () => {
  const paths = [
    ['github.com/BurntSushi/toml', 'github.com/!burnt!sushi/toml'],
    ['example.com/a-b_c.d~e', 'example.com/a-b_c.d~e'],
  ] as const
  for (const [path, escaped] of paths) {
    assert.equal(escapePath(path), escaped)
    assert.equal(unescapePath(escaped), path)
  }
  const versions = [
    ['v1.0.0-RC1+incompatible', 'v1.0.0-!r!c1+incompatible'],
    ['HEAD', '!h!e!a!d'],
    ['100% [wip] #1', '100% [wip] #1'],
    ['.hidden', '.hidden'],
  ] as const
  for (const [version, escaped] of versions) {
    assert.equal(escapeVersion(version), escaped)
    assert.equal(unescapeVersion(escaped), version)
  }
})

test('what is no module path is not escaped', () => {
  for (const path of ['', 'nodot', 'example.com/../x', 'example.com/a!b', 'example.com/é']) {
    assert.throws(() => escapePath(path), { name: 'ModuleError', kind: 'path', value: path })
  }
})

test('what can be no file name in ASCII is no version to ask for', () => {
  for (const version of ['', '.', '..', 'feature/x', 'a\\b', 'a!b', 'é', '\ud800', 'v1.', 'nul', 'a\n', '<v2', 'a:b']) {
    const message = /disallowed version string$/
    assert.throws(() => escapeVersion(version), { name: 'ModuleError', kind: 'version', value: version, message })
  }
})

test('a form that escaping never writes is refused', () => {
  for (const escaped of ['github.com/Burnt', 'github.com/!', 'github.com/!!a', 'github.com/!1', 'github.com/a!/b']) {
    const message = /^invalid escaped module path /
    assert.throws(() => unescapePath(escaped), { name: 'ModuleError', kind: 'path', value: escaped, message })
  }
  assert.throws(() => unescapePath('nodot'), { reason: 'missing dot in first path element' })
  assert.throws(() => unescapePath('!github.com/a'), { reason: "invalid char 'G' in first path element" })
  for (const escaped of ['A', '!', 'a!', '!!a', 'é', 'a/b', '..', '']) {
    assert.throws(() => unescapeVersion(escaped), { name: 'ModuleError', kind: 'version', value: escaped })
  }
})

const element = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,5}$/)
  .filter((text) => !/^(con|prn|aux|nul|com\d|lpt\d|v\d+)$/i.test(text))
const path = fc.array(element, { maxLength: 4 }).map((elements) => ['host.example', ...elements].join('/'))

test('unescaping is the inverse of escaping, and paths that differ in case alone stay apart without case', () => {
  fc.assert(fc.property(path, (p) => assert.equal(unescapePath(escapePath(p)), p)))
  fc.assert(fc.property(element, (v) => assert.equal(unescapeVersion(escapeVersion(v)), v)))
  fc.assert(
    fc.property(path, (p) => {
      const lower = p.toLowerCase()
      if (lower !== p) assert.notEqual(escapePath(p).toLowerCase(), escapePath(lower).toLowerCase())
    }),
  )
})

test('whatever unescapes, escapes to the same text: an entry has one name only', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-c!A.]{1,8}$/), (text) => {
      let version
      try {
        version = unescapeVersion(text)
      } catch {
        return
      }
      assert.equal(escapeVersion(version), text)
    }),
  )
})
