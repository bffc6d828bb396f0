import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorList } from './error.ts'
import type { VersionFixer } from './file.ts'
import { toJSON, workToJSON } from './json.ts'
import { parse, parseLax, parseWork } from './parse.ts'
import { format } from './printer.ts'

function errorsOf(read: () => unknown): string {
  try {
    read()
    return ''
  } catch (error) {
    assert.ok(error instanceof ErrorList)
    return error.message
  }
}

const m = 'example.com/m'

test('a wrong directive is reported with its line and reason', () => {
  const replaceUsage =
    'usage: replace module/path [v1.2.3] => other/module v1.4\n\t or replace module/path [v1.2.3] => ../local/directory'
  const rows: [source: string, error: string][] = [
    ['foo bar', 'unknown directive: foo'],
    ['constructor bar', 'unknown directive: constructor'],
    ['foo (\n)', 'unknown block type: foo'],
    ['require a (\n)', 'unknown block type: require a'],
    ['go (\n1.21\n)', 'unknown block type: go'],
    ['module a b', 'usage: module module/path'],
    ['module "\\q"', 'invalid quoted string: invalid syntax'],
    ["module 'a'", 'invalid quoted string: unquoted string cannot contain quote'],
    ['module `a`', 'invalid quoted string: unquoted string cannot contain quote'],
    ['go', 'go directive expects exactly one argument'],
    ['go 1.x', "invalid go version '1.x': must match format 1.23.0"],
    ['toolchain a b', 'toolchain directive expects exactly one argument'],
    ['toolchain 1.21', "invalid toolchain version '1.21': must match format go1.23.0 or default"],
    ['godebug a', 'usage: godebug key=value'],
    ['godebug a=b,c', 'usage: godebug key=value'],
    ['godebug "a=b"', 'usage: godebug key=value'],
    ['require a', 'usage: require module/path v1.2.3'],
    [`require ${m} 1.0.0`, `require ${m}: version "1.0.0" invalid: must be of the form v1.2.3`],
    [`exclude ${m} 'v1.0.0'`, `exclude ${m}: version "'v1.0.0'" invalid: unquoted string cannot contain quote`],
    [`require ${m} v2.0.0`, `require ${m}: version "v2.0.0" invalid: should be v0 or v1, not v2`],
    [`require ${m}/v1 v1.0.0`, 'invalid module path'],
    ['replace a', replaceUsage],
    ['replace => =>', replaceUsage],
    ['replace a => b', 'replacement module without version must be directory path (rooted or starting with . or ..)'],
    ['replace a => b@v1.0.0', "replacement module must match format 'path version', not 'path@version'"],
    ['replace a => ./b v1.0.0', 'replacement module directory path "./b" cannot have version'],
    ['replace a => .\\b', 'replacement directory appears to be Windows path (on a non-windows system)'],
    ['replace a/v1 => ./b', 'replace a/v1: invalid module path'],
    ['replace a v2.0.0 => ./b', 'replace a: version "v2.0.0" invalid: should be v0 or v1, not v2'],
    ['retract', "expected '[' or version"],
    ['retract ()', ''],
    ['retract [', "expected version after '['"],
    ['retract [v1.0.0', "expected ',' after version"],
    ['retract [v1.0.0,', "expected version after ','"],
    ['retract [v1.0.0, v1.1.0', "expected ']' after version"],
    ['retract v1.0.0 x', 'unexpected token after version: "x"'],
    ['tool', 'tool directive expects exactly one argument'],
    ['ignore a b', 'ignore directive expects exactly one argument'],
  ]
  for (const [source, error] of rows) {
    assert.equal(
      errorsOf(() => parse('go.mod', `\n${source}\n`)),
      error && `go.mod:2: ${error}`,
      source,
    )
  }
})

test('all errors of a file are told at once, each with its parts', () => {
  const source = `module m\nmodule n\ngo 1.21\ngo 1.22\nrequire ${m} x\ntoolchain go1\ntoolchain go1\n`
  assert.throws(
    () => parse('go.mod', source),
    (error) => {
      assert.ok(error instanceof ErrorList)
      assert.deepEqual(
        error.errors.map(({ line, verb, modulePath, reason }) => [line, verb, modulePath, reason]),
        [
          [2, '', '', 'repeated module statement'],
          [4, '', '', 'repeated go statement'],
          [5, 'require', m, 'version "x" invalid: must be of the form v1.2.3'],
          [7, '', '', 'repeated toolchain statement'],
        ],
      )
      return true
    },
  )
})

test('a file full of errors does not fill memory with them', () => {
  assert.throws(
    () => parse('go.mod', 'x\n'.repeat(5000)),
    (error) => error instanceof ErrorList && error.errors.length === 1000,
  )
})

test('the go.mod of a dependency is read for what speaks to its users', () => {
  const file = parseLax(
    'go.mod',
    `module ${m}\ngo 1.21.x\nfuture a b\nfuture (\n)\ntoolchain bad\nreplace a => b\nexclude x\ntool "\n`.replace(
      ' "',
      ' x',
    ) + 'retract [v1.0.0, infinity)\nretract v1.0.0 since forever\nignore ./x\n',
  )
  assert.deepEqual(toJSON(file), {
    Module: { Path: m, Deprecated: undefined },
    Go: '1.21',
    Toolchain: undefined,
    GoDebug: undefined,
    Require: null,
    Exclude: null,
    Replace: null,
    Retract: [{ Low: 'v1.0.0', High: 'v1.0.0', Rationale: undefined }],
    Tool: null,
    Ignore: [{ Path: './x' }],
  })
})

test('a verb that is repeated inside of a block of retractions is passed over in a dependency, as in Go', () => {
  const fix = (_path: string, version: string) => (version === 'v1' ? 'v1.0.0' : version)
  const { retract } = parseLax('go.mod', `module ${m}\nretract (\n\tretract v1\n)\n`, fix)
  assert.deepEqual(
    retract.map(({ low, high }) => [low, high]),
    [['v1.0.0', 'v1.0.0']],
  )
  assert.throws(() => parseLax('go.mod', `module ${m}\nretract (\n\tretract (\n\tv1\n)\n`, fix), ErrorList)
})

test('an indirect requirement is one with that comment, alone or before a semicolon', () => {
  const rows: [comment: string, indirect: boolean][] = [
    ['// indirect', true],
    ['//indirect', true],
    ['// indirect; why', true],
    ['// indirect;', false],
    ['// indirect why', false],
    ['// not indirect', false],
    ['', false],
  ]
  for (const [comment, indirect] of rows) {
    assert.equal(parse('go.mod', `require ${m} v1.0.0 ${comment}`).require[0]?.indirect, indirect, comment)
  }
})

test('a deprecation is the paragraph that says so', () => {
  const rows: [source: string, message: string][] = [
    ['// Deprecated: use n\nmodule m', 'use n'],
    ['module m // Deprecated: use n', 'use n'],
    ['// About m.\n//\n// Deprecated:  use n\n// instead.\n//\n// More.\nmodule m', 'use n\ninstead.'],
    ['// a\n// Deprecated: not at the start\nmodule m', ''],
    ['// Deprecated: set apart\n\nmodule m', ''],
    ['// Deprecated: of the block\nmodule (\nm\n)', 'of the block'],
    ['// Deprecated: of the block\nmodule (\n// own\nm\n)', ''],
  ]
  for (const [source, message] of rows) assert.equal(parse('go.mod', source).module?.deprecated, message, source)
})

test('a retraction has the reason of its line, or else of its block', () => {
  const file = parse('go.mod', '// b\nretract (\nv1.0.0 // one\n// two\n// lines\n[v1.1.0, v1.2.0]\nv1.3.0\n)\n')
  assert.deepEqual(
    file.retract.map(({ low, high, rationale }) => [low, high, rationale]),
    [
      ['v1.0.0', 'v1.0.0', 'one'],
      ['v1.1.0', 'v1.2.0', 'two\nlines'],
      ['v1.3.0', 'v1.3.0', 'b'],
    ],
  )
})

const fix: VersionFixer = (path, version) => {
  if (version === 'gone') throw new Error(`${path}: no such version`)
  return version === 'main' ? 'v1.5.0' : version
}

test('a fixer turns queries into versions, also in retractions above the module line', () => {
  const source = `retract main\nretract [ v1.0.0,main]\nmodule ${m}\nrequire a.example/b main\n`
  assert.equal(
    format(parse('go.mod', source, fix).syntax),
    `retract v1.5.0\n\nretract [v1.0.0, v1.5.0]\n\nmodule ${m}\n\nrequire a.example/b v1.5.0\n`,
  )
  assert.equal(
    errorsOf(() => parse('go.mod', 'module m\nretract gone', fix)),
    'go.mod:2: m: no such version',
  )
  assert.equal(
    errorsOf(() => parse('go.mod', 'retract main\nretract main', fix)),
    'go.mod:1: no module directive found, so retract cannot be used',
  )
})

test('a version loses its build metadata and its quotes', () => {
  const file = parse('go.mod', `require "${m}" "v1.2.3+meta"`)
  assert.equal(format(file.syntax), `require ${m} v1.2.3\n`)
})

test('go.work has directives of its own', () => {
  const file = parseWork(
    'go.work',
    'go 1.21\ntoolchain go1.22\ngodebug a=b\nuse (\n./a\n"./b c"\n)\nreplace a => ../a\n',
  )
  assert.deepEqual(workToJSON(file), {
    Go: '1.21',
    Use: [
      { DiskPath: './a', ModPath: undefined },
      { DiskPath: './b c', ModPath: undefined },
    ],
    Replace: [{ Old: { Path: 'a', Version: undefined }, New: { Path: '../a', Version: undefined } }],
  })
  assert.equal(
    errorsOf(() => parseWork('go.work', 'module m')),
    'go.work:1: unknown directive: module',
  )
  assert.equal(
    errorsOf(() => parseWork('go.work', 'use a b')),
    'go.work:1: usage: use local/dir',
  )
  assert.equal(
    errorsOf(() => parseWork('go.work', 'require (\n)')),
    'go.work:1: unknown block type: require',
  )
})
