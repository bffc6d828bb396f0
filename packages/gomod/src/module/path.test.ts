import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkFilePath, checkImportPath, checkPath } from './path.ts'
import { ModuleError, type ModuleErrorKind } from './error.ts'

// Which of the three kinds takes the path, and why the narrowest that does not refuses it.
const ROWS: readonly [path: string, mod: boolean, imp: boolean, file: boolean, reason?: string][] = [
  ['example.com', true, true, true],
  ['example.com/a/B-c_d.e~f', true, true, true],
  ['example.com/m/v2', true, true, true],
  ['example.com/m/v10', true, true, true],
  ['golang.org/toolchain', true, true, true],
  ['gopkg.in/yaml.v3', true, true, true],
  ['gopkg.in/yaml.v0-unstable', false, true, true, 'invalid version'],
  ['gopkg.in/yaml', false, true, true, 'invalid version'],
  ['example.com/m/v1', false, true, true, 'invalid version'],
  ['example.com/m/v02', false, true, true, 'invalid version'],
  ['example.com/m/v2.0', false, true, true, 'invalid version'],
  ['sumdb/x', false, true, true, 'missing dot in first path element'],
  ['Example.com', false, true, true, "invalid char 'E' in first path element"],
  ['ex_ample.com/m', false, true, true, "invalid char '_' in first path element"],
  ['example.com/.git', false, true, true, 'leading dot in path element'],
  ['example.com/c++', false, true, true, "invalid char '+'"],
  ['example.com/a b', false, false, true, "invalid char ' '"],
  ['example.com/a@v1', false, false, true, "invalid char '@'"],
  ['example.com/a!b', false, false, true, "invalid char '!'"],
  ['example.com/é中', false, false, true, "invalid char 'é'"],
  ['-example.com', false, false, true, 'leading dash'],
  ['example.com/progra~1', false, false, true, 'trailing tilde and digits in path element'],
  ['example.com/progra~1.txt', false, false, true, 'trailing tilde and digits in path element'],
  ['example.com/progra~1a', true, true, true],
  ['example.com/~', true, true, true],
  ['example.com/con', false, false, false, '"con" disallowed as path element component on Windows'],
  ['example.com/NUL.txt', false, false, false, '"NUL" disallowed as path element component on Windows'],
  ['example.com/com0', true, true, true],
  ['example.com/xcon', true, true, true],
  ['', false, false, false, 'empty string'],
  ['/example.com', false, false, false, 'empty path element'],
  ['example.com/', false, false, false, 'trailing slash'],
  ['example.com//m', false, false, false, 'double slash'],
  ['example.com/..', false, false, false, 'invalid path element ".."'],
  ['example.com/.', false, false, false, 'invalid path element "."'],
  ['example.com/m.', false, false, false, 'trailing dot in path element'],
  ['example.com/a\\b', false, false, false, "invalid char '\\\\'"],
  ['example.com/a:b', false, false, false, "invalid char ':'"],
  ['example.com/a*', false, false, false, "invalid char '*'"],
  ['example.com/\u202ea', false, false, false, "invalid char '\\u202e'"],
  ['example.com/a\0', false, false, false, "invalid char '\\x00'"],
  ['example.com/😀', false, false, false, "invalid char '😀'"],
  ['example.com/\ud800', false, false, false, 'invalid UTF-8'],
]

function refusal(checkIt: (path: string) => void, path: string): ModuleError | undefined {
  try {
    checkIt(path)
    return undefined
  } catch (error) {
    assert.ok(error instanceof ModuleError, `${path}: ${String(error)}`)
    return error
  }
}

const KINDS: readonly [kind: ModuleErrorKind, checkIt: (path: string) => void][] = [
  ['path', checkPath],
  ['import-path', checkImportPath],
  ['file-path', checkFilePath],
]

test('module, import and file paths take and refuse what Go takes and refuses, with its reasons', () => {
  for (const [path, mod, imp, file, reason] of ROWS) {
    const errors = KINDS.map(([, checkIt]) => refusal(checkIt, path))
    assert.deepEqual(
      [mod, imp, file],
      errors.map((error) => error === undefined),
      JSON.stringify(path),
    )
    assert.equal(errors.find((error) => error)?.reason, reason, JSON.stringify(path))
  }
})

test('a refused path is named in the error, together with its kind', () => {
  for (const [kind, checkIt] of KINDS) {
    const error = refusal(checkIt, 'a//b')
    assert.deepEqual([error?.kind, error?.value, error?.path], [kind, 'a//b', undefined])
  }
  assert.equal(refusal(checkPath, 'a/b')?.message, 'malformed module path "a/b": missing dot in first path element')
  assert.equal(refusal(checkFilePath, 'a\n')?.message, 'malformed file path "a\\n": invalid char \'\\n\'')
})
