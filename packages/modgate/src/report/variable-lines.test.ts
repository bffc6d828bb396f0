import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDocument } from 'yaml'
import { unsetLines, variableLines, variableTargetNames, type VariableTarget } from './variable-lines.ts'

const rows: readonly [target: VariableTarget, line: string][] = [
  ['shell', "export GOPRIVATE='*.corp.example,git.x'"],
  ['fish', "set -gx GOPRIVATE '*.corp.example,git.x'"],
  ['powershell', "$env:GOPRIVATE = '*.corp.example,git.x'"],
  ['go-env', "go env -w GOPRIVATE='*.corp.example,git.x'"],
  ['go.env', 'GOPRIVATE=*.corp.example,git.x'],
  ['docker', 'ENV GOPRIVATE="*.corp.example,git.x"'],
  ['github', 'GOPRIVATE=*.corp.example,git.x'],
  ['gitlab', 'GOPRIVATE: "*.corp.example,git.x"'],
  ['azure', '##vso[task.setvariable variable=GOPRIVATE]*.corp.example,git.x'],
  ['jenkins', 'GOPRIVATE=*.corp.example,git.x'],
]

test('a setting as a line of each target', () => {
  assert.deepEqual(
    rows.map(([target]) => target),
    variableTargetNames,
  )
  for (const [target, line] of rows)
    assert.deepEqual(variableLines({ GOPRIVATE: '*.corp.example,git.x' }, target), [line])
})

test('a setting is taken away where lines can do that', () => {
  const taken = variableTargetNames.flatMap((target) => unsetLines(['GOPRIVATE'], target))
  assert.deepEqual(taken, ['unset GOPRIVATE', 'set -e GOPRIVATE', '$env:GOPRIVATE = $null', 'go env -u GOPRIVATE'])
})

test('a value with a line break is refused everywhere, since it would set something else', () => {
  for (const target of variableTargetNames) {
    for (const value of ['a\nGOSUMDB=off', 'a\rb', 'a\0b']) {
      assert.throws(() => variableLines({ GOPRIVATE: value }, target), RangeError)
    }
  }
})

test('whatever the value, a shell reads it back, and so does YAML', () => {
  const value = fc.string({ unit: fc.constantFrom(...Array.from('ab$`\'"\\ !*;#%{}')), minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(value, (text) => {
      const script = `${variableLines({ X: text }, 'shell').join('\n')}\nprintf %s "$X"`
      assert.equal(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }), text)
      const read = parseDocument(variableLines({ X: text }, 'gitlab').join('\n')).toJS() as { X: string }
      assert.equal(read.X.replaceAll('$$', '$'), text)
    }),
    { numRuns: 60 },
  )
})
