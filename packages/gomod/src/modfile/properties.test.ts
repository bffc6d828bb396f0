import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as modfile from './index.ts'

/** Text that is often nearly a go.mod file. */
const pieces = [
  'require',
  'go',
  '1.21',
  'a',
  'b/v2',
  'v1.0.0',
  '=>',
  '(',
  ')',
  '[',
  ']',
  ',',
  '"c d"',
  '"',
  '`',
  '//',
  '// x',
]
const source = fc
  .array(fc.tuple(fc.constantFrom(...pieces, 'é', '\xff', '/*'), fc.constantFrom(' ', '\n', '\t', '', '\n\n', '\r\n')))
  .map((list) => list.flat().join(''))

function parsed<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    assert.ok(error instanceof modfile.ErrorList)
    return undefined
  }
}

test('any text is read or refused with an error list', () => {
  fc.assert(
    fc.property(source, (text) => {
      for (const error of [modfile.parse, modfile.parseLax, modfile.parseWork].map((read) =>
        parsed(() => read('f', text)),
      )) {
        assert.ok(error === undefined || error.syntax.name === 'f')
      }
    }),
  )
})

test('formatting twice is formatting once', () => {
  fc.assert(
    fc.property(source, (text) => {
      const syntax = parsed(() => modfile.parseSyntax('f', text))
      if (!syntax) return
      const once = modfile.format(syntax)
      // Comments behind a statement with a quoted newline go to the top, one by one.
      if (!/\\\n/.test(once)) assert.equal(modfile.format(modfile.parseSyntax('f', once)), once)
    }),
  )
})

const path = fc.constantFrom('a.example/m', 'b.example/m', 'b.example/m/v2', 'c.example/é', 'd.example/x y')
const minor = fc.nat({ max: 12 })
const mod = fc.tuple(path, minor).map(([name, number]) => ({
  path: name,
  version: name.endsWith('/v2') ? `v2.${number}.0` : `v1.${number}.0`,
}))

const edits: fc.Arbitrary<(file: modfile.ModFile) => void> = fc.oneof(
  mod.map((m) => (file: modfile.ModFile) => modfile.addRequire(file, m.path, m.version)),
  mod.map((m) => (file: modfile.ModFile) => modfile.dropRequire(file, m.path)),
  mod.map((m) => (file: modfile.ModFile) => modfile.addExclude(file, m.path, m.version)),
  mod.map((m) => (file: modfile.ModFile) => modfile.dropExclude(file, m.path, m.version)),
  fc.tuple(mod, mod).map(
    ([a, b]) =>
      (file: modfile.ModFile) =>
        modfile.addReplace(file, a, b),
  ),
  mod.map((m) => (file: modfile.ModFile) => modfile.addReplace(file, { path: m.path }, { path: '../d' })),
  minor.map((n) => (file: modfile.ModFile) => modfile.addRetract(file, { low: 'v1.0.0', high: `v1.${n}.0` }, 'why')),
  path.map((name) => (file: modfile.ModFile) => modfile.addTool(file, name)),
  path.map((name) => (file: modfile.ModFile) => modfile.dropTool(file, name)),
  path.map((name) => (file: modfile.ModFile) => modfile.addIgnore(file, name)),
  fc.constantFrom('a', 'b').map((key) => (file: modfile.ModFile) => modfile.addGodebug(file, key, 'x')),
  fc.constantFrom(modfile.dropGoStmt, modfile.sortBlocks, modfile.cleanup),
  fc.constant((file: modfile.ModFile) => modfile.addGoStmt(file, '1.21')),
  fc.uniqueArray(fc.tuple(mod, fc.boolean()), { selector: ([m]) => m.path }).chain((list) => {
    const wanted = list.map(([m, indirect]) => ({ ...m, indirect }))
    const { setRequire, setRequireAtMostTwo, setRequireSeparateIndirect } = modfile
    return fc
      .constantFrom(setRequire, setRequireAtMostTwo, setRequireSeparateIndirect)
      .map((set) => (file: modfile.ModFile) => set(file, wanted))
  }),
)

test('after any edits the lines say what the directives say', () => {
  fc.assert(
    fc.property(fc.array(edits, { maxLength: 12 }), (list) => {
      const file = modfile.parse('go.mod', '// top\n\nmodule m\n\nrequire a.example/m v1.0.0 // indirect\n')
      for (const apply of list) apply(file)
      modfile.cleanup(file)
      const text = modfile.format(file.syntax)
      const again = modfile.parse('go.mod', text)
      assert.deepEqual(unordered(again), unordered(file))
      assert.equal(modfile.format(again.syntax), text)
    }),
  )
})

/** A file's JSON with its lists as sets: sorting blocks moves lines, not directives. */
function unordered(file: modfile.ModFile): Map<string, unknown> {
  const entries = Object.entries(modfile.toJSON(file)) as [string, unknown][]
  return new Map(
    entries.map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map((entry) => JSON.stringify(entry)).sort() : value,
    ]),
  )
}
