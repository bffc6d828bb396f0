import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseLax } from '../modfile/index.ts'
import { plainSummary, readSummary } from './read-summary.ts'
import { summaryOf, type ModSummary } from './summary.ts'

const slow = (text: string): ModSummary | undefined => {
  try {
    return summaryOf(parseLax('go.mod', text))
  } catch {
    return undefined
  }
}

const quick = (text: string): ModSummary | undefined => {
  try {
    return readSummary(text)
  } catch {
    return undefined
  }
}

const rows = [
  ['module example.com/m\n\ngo 1.20\n', 'the usual'],
  ['module example.com/m\ngo 1.21.0\nrequire (\n\ta.example v1.0.0 // indirect\n\tb.example/v2 v2.0.0\n)\n', 'a block'],
  ['module example.com/m\nrequire a.example v2.0.0+incompatible\n', 'an incompatible version'],
  ['module example.com/m\nrequire a.example v2.0.0\n', 'a version of another major'],
  ['module example.com/m\nrequire a.example v1.0.0+meta\n', 'build metadata'],
  ['module example.com/m\nrequire a.example v1.0\n', 'a short version'],
  ['module example.com/m\nrequire a.example v1.0.0-01\n', 'a leading zero'],
  ['module example.com/m\nrequire gopkg.in/yaml.v3 v3.0.1\nrequire gopkg.in/x v0.1.0\n', 'gopkg.in'],
  ['module "example.com/m"\nrequire `a.example` v1.0.0\n', 'quotes'],
  ['module "example.com/m"\n\nrequire (\n\t"a.example/b" v1.0.0\n\tc.example v1.0.0\n)\n', 'quotes of go 1.11'],
  ['module example.com/m\n"require/x" a.example v1.0.0\n"module" a.example\ngo "1.20"\n', 'quoted verbs'],
  ['module "example.com//m"\nrequire "a.example/b"v1.0.0 "c/d"//e\n', 'quotes that stand close to something'],
  ['// Deprecated: use n.\nmodule example.com/m\n', 'a deprecation'],
  ['module example.com/m // Deprecated: here, too\n', 'a deprecation behind it'],
  ['module example.com/m\nretract v1.0.0 // why\nretract [v1.1.0, v1.2.0]\n', 'retractions'],
  ['module example.com/m\nmodule example.com/n\n', 'two module lines'],
  ['module example.com/m\ngo 1.20\ngo 1.21\n', 'two go lines'],
  ['module example.com/m\ngo v1.20-x\n', 'a go line that only a dependency may have'],
  ['module example.com/m\r\ngo 1.20\r\n', 'carriage returns'],
  ['module example.com/m\nrequire (\na.example v1.0.0\n', 'a block that does not end'],
  [
    'module example.com/m\nreplace a.example => ../a\nreplace (\nb.example v1.0.0 => c.example v1.0.0\n)\n',
    'replacements',
  ],
  ['module example.com/m\nrequire (\ngo v1.0.0\nmodule v1.0.0\n)\n', 'verbs as paths'],
  ['module example.com/m\nexclude a.example nonsense\ntoolchain nonsense\nunknown thing here\n', 'what is passed over'],
  ['module example.com/m\nrequire a.example//x v1.0.0\n', 'slashes within a path'],
  ['module example.com/m/* c */\n', 'a comment of the other kind'],
  ['require ( a.example v1.0.0 )\n', 'a block on one line'],
  ['module example.com/m\nrequire a.example \\\n v1.0.0\n', 'a continued line'],
  ['', 'nothing'],
] as const

test('a summary that is read quickly is that of the whole parser, and so is a refusal', () => {
  for (const [text, claim] of rows) assert.deepEqual(quick(text), slow(text), claim)
})

test('what go mod tidy writes of the usual go.mod is read quickly', () => {
  const usual = ['the usual', 'a block', 'an incompatible version', 'gopkg.in', 'replacements', 'quotes of go 1.11']
  for (const [text, claim] of rows) {
    if (usual.includes(claim))
      assert.notEqual(plainSummary(text.replace('require gopkg.in/x v0.1.0\n', '')), undefined, claim)
  }
})

test('the same of any sequence of pieces of a go.mod', () => {
  const pieces = [
    'module',
    'go',
    'require',
    'exclude',
    'replace',
    'retract',
    'toolchain',
    'a.example',
    'b.example/v2',
    '(',
    ')',
  ]
  const more = [
    'v1.0.0',
    'v2.1.0',
    'v2.0.0+incompatible',
    'v0.0.0-20210101000000-abcdefabcdef',
    '1.17',
    '1.21.3',
    '=>',
    '../x',
    '"q.example/m"',
    '"q.example/m/v2"',
    '"../x"',
    '"1.2/3"',
  ]
  const marks = ['// indirect', '//', '"', '`', ',', '[', '\r', '/*', '\u00e9', ' ', '\t', '\n', '\n', '\n']
  const text = fc.array(fc.constantFrom(...pieces, ...more, ...marks), { maxLength: 24 }).map((list) => list.join(' '))
  const lines = fc.array(
    fc.tuple(
      fc.constantFrom('', 'require ', 'module ', 'go ', '\t'),
      fc.constantFrom(...pieces, ...more),
      fc.constantFrom('', ...more.map((x) => ` ${x}`)),
      fc.constantFrom('', ' // indirect', '//x'),
    ),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(text, (one) => assert.deepEqual(quick(one), slow(one))),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(lines, fc.boolean(), (list, isBlock) => {
      const body = list.map((line) => line.join('')).join('\n')
      const one = isBlock ? `require (\n${body}\n)\n` : body
      assert.deepEqual(quick(one), slow(one))
    }),
    { numRuns: 2000 },
  )
})

test('bytes that are no UTF-8 are read as the whole parser reads them', () => {
  const bytes = Buffer.from('module example.com/m // caf\xe9\nrequire a.example v1.0.0 // \xff\n', 'latin1')
  assert.deepEqual(readSummary(bytes), summaryOf(parseLax('go.mod', bytes)))
  const path = Buffer.from('module example.com/caf\xe9\n', 'latin1')
  assert.deepEqual(readSummary(path), summaryOf(parseLax('go.mod', path)))
})
