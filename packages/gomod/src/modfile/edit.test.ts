import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as edit from './index.ts'
import type { ModFile, WorkFile } from './index.ts'

const lines = (...text: string[]) => text.join('\n') + '\n'

/** A file's JSON with its lists as sets: an edit may order lines and directives differently. */
function unordered(json: object): [string, unknown][] {
  return Object.entries(json).map(([name, value]: [string, unknown]) => [
    name,
    Array.isArray(value) ? value.map((entry) => JSON.stringify(entry)).sort() : value,
  ])
}

type Row<File> = [claim: string, source: string, apply: (file: File) => void, after: string]

const rows: Row<ModFile>[] = [
  ['a module path is added', '', (f) => edit.addModuleStmt(f, 'a b'), 'module "a b"\n'],
  ['a module path is changed', 'module a // c\n', (f) => edit.addModuleStmt(f, 'b'), 'module b // c\n'],
  [
    'a go line follows the module',
    'module a\nrequire b v1.0.0\n',
    (f) => edit.addGoStmt(f, '1.21'),
    'module a\n\ngo 1.21\n\nrequire b v1.0.0\n',
  ],
  ['a go line is changed', 'go 1.20 // c\n', (f) => edit.addGoStmt(f, '1.21'), 'go 1.21 // c\n'],
  ['a go line is dropped with its comment', 'module a\ngo 1.20 // c\n', edit.dropGoStmt, 'module a\n'],
  [
    'a toolchain follows go',
    'go 1.20\ntool a\n',
    (f) => edit.addToolchainStmt(f, 'go1.22.0'),
    'go 1.20\n\ntoolchain go1.22.0\n\ntool a\n',
  ],
  ['a toolchain is changed', 'toolchain go1.21.0\n', (f) => edit.addToolchainStmt(f, 'default'), 'toolchain default\n'],
  ['a toolchain is dropped', 'toolchain go1.21.0\n', edit.dropToolchainStmt, ''],
  ['a godebug key has one line', 'godebug a=b\ngodebug a=c\n', (f) => edit.addGodebug(f, 'a', 'd'), 'godebug a=d\n'],
  ['a godebug key is dropped', 'godebug (\na=b\nb=c\n)\n', (f) => edit.dropGodebug(f, 'a'), 'godebug b=c\n'],
  ['a comment ends the file', 'module a\n', (f) => edit.addComment(f, '// b\nc'), 'module a\n\n// b\n// c\n'],
  [
    'a requirement is changed in its first line',
    'require (\na v1.0.0 // c\na v1.1.0\n)\n',
    (f) => edit.addRequire(f, 'a', 'v1.2.0'),
    'require a v1.2.0 // c\n',
  ],
  [
    'a requirement joins the last block',
    'require a v1.0.0\ngo 1.21\n',
    (f) => edit.addRequire(f, 'b', 'v1.0.0'),
    'require (\n\ta v1.0.0\n\tb v1.0.0\n)\n\ngo 1.21\n',
  ],
  [
    'a requirement may be there twice',
    'require a v1.0.0\n',
    (f) => edit.addNewRequire(f, { path: 'a', version: 'v1.1.0', indirect: true }),
    'require (\n\ta v1.0.0\n\ta v1.1.0 // indirect\n)\n',
  ],
  [
    'a dropped requirement leaves a line, not a block',
    '// c\nrequire (\n// d\na v1.0.0 // e\nb v1.0.0\n)\n',
    (f) => edit.dropRequire(f, 'b'),
    '// c\n// d\nrequire a v1.0.0 // e\n',
  ],
  [
    'a block with a comment at its end stays a block',
    'require (\na v1.0.0\n// c\n)\n',
    edit.cleanup,
    'require (\n\ta v1.0.0\n// c\n)\n',
  ],
  [
    'an exclusion stands with those of its path',
    'exclude a v1.0.0\nexclude b v1.0.0\n',
    (f) => edit.addExclude(f, 'a', 'v1.1.0'),
    'exclude (\n\ta v1.0.0\n\ta v1.1.0\n)\n\nexclude b v1.0.0\n',
  ],
  [
    'an exclusion of another path ends the file',
    'exclude a v1.0.0\ngo 1.21\n',
    (f) => edit.addExclude(f, 'b', 'v1.1.0'),
    'exclude a v1.0.0\n\ngo 1.21\n\nexclude b v1.1.0\n',
  ],
  ['an exclusion is there once', 'exclude a v1.0.0\n', (f) => edit.addExclude(f, 'a', 'v1.0.0'), 'exclude a v1.0.0\n'],
  [
    'an exclusion is dropped',
    'exclude a v1.0.0\nexclude a v1.1.0\n',
    (f) => edit.dropExclude(f, 'a', 'v1.0.0'),
    'exclude a v1.1.0\n',
  ],
  [
    'a replacement of one version is changed',
    'replace a v1.0.0 => ../a // c\n',
    (f) => edit.addReplace(f, { path: 'a', version: 'v1.0.0' }, { path: 'b', version: 'v1.1.0' }),
    'replace a v1.0.0 => b v1.1.0 // c\n',
  ],
  [
    'a replacement of all versions takes the place of others',
    'replace (\na v1.0.0 => ../a\na v1.1.0 => ../b\n)\n',
    (f) => edit.addReplace(f, { path: 'a' }, { path: '../c d' }),
    'replace a => "../c d"\n',
  ],
  [
    'a replacement of another version joins its path',
    'replace a v1.0.0 => ../a\n',
    (f) => edit.addReplace(f, { path: 'a', version: 'v1.1.0' }, { path: '../b' }),
    'replace (\n\ta v1.0.0 => ../a\n\ta v1.1.0 => ../b\n)\n',
  ],
  [
    'only the named replacement is dropped',
    'replace a => ../a\nreplace a v1.0.0 => ../b\n',
    (f) => edit.dropReplace(f, { path: 'a' }),
    'replace a v1.0.0 => ../b\n',
  ],
  [
    'a retraction gives its reason above',
    'module a\n',
    (f) => edit.addRetract(f, { low: 'v1.0.0', high: 'v1.1.0' }, 'broken\nbadly'),
    'module a\n\n// broken\n// badly\nretract [v1.0.0, v1.1.0]\n',
  ],
  [
    'a retraction of one version is short',
    'module a\n',
    (f) => edit.addRetract(f, { low: 'v1.0.0', high: 'v1.0.0' }),
    'module a\n\nretract v1.0.0\n',
  ],
  [
    'a retraction is dropped',
    'retract [v1.0.0, v1.0.0]\nretract v1.1.0\n',
    (f) => edit.dropRetract(f, { low: 'v1.0.0', high: 'v1.0.0' }),
    'retract v1.1.0\n',
  ],
  ['tools are sorted', 'tool b\n', (f) => edit.addTool(f, 'a'), 'tool (\n\ta\n\tb\n)\n'],
  ['a tool is there once', 'tool b\n', (f) => edit.addTool(f, 'b'), 'tool b\n'],
  ['a tool is dropped', 'tool (\na\nb\n)\n', (f) => edit.dropTool(f, 'a'), 'tool b\n'],
  ['a path to ignore is quoted', '', (f) => edit.addIgnore(f, './a b'), 'ignore "./a b"\n'],
  ['a path to ignore is dropped', 'ignore ./a\n', (f) => edit.dropIgnore(f, './a'), ''],
  [
    'duplicates go before sorting',
    'exclude (\nb v1.0.0\na v1.0.0\nb v1.0.0 // 2\n)\nreplace a => ../1\nreplace a => ../2\n',
    edit.sortBlocks,
    'exclude (\n\ta v1.0.0\n\tb v1.0.0\n)\n\nreplace a => ../2\n',
  ],
  [
    'exclusions are sorted as text before go 1.21',
    'go 1.20\nexclude (\na v1.9.0\na v1.10.0\n)\n',
    edit.sortBlocks,
    'go 1.20\n\nexclude (\n\ta v1.10.0\n\ta v1.9.0\n)\n',
  ],
  [
    'exclusions are sorted by version since go 1.21',
    'go 1.21\nexclude (\na v1.10.0\na v1.9.0\n)\n',
    edit.sortBlocks,
    'go 1.21\n\nexclude (\n\ta v1.9.0\n\ta v1.10.0\n)\n',
  ],
  [
    'retractions are sorted newest first',
    'retract (\nv1.9.0\n[v1.10.0, v1.11.0]\n[v1.10.0, v1.12.0]\n)\n',
    edit.sortBlocks,
    'retract (\n\t[v1.10.0, v1.12.0]\n\t[v1.10.0, v1.11.0]\n\tv1.9.0\n)\n',
  ],
]

test('an edit changes its lines and nothing else', async (t) => {
  for (const [claim, source, apply, after] of rows) {
    await t.test(claim, () => {
      const file = edit.parse('go.mod', source)
      apply(file)
      edit.cleanup(file)
      assert.equal(edit.format(file.syntax), after)
      assert.deepEqual(unordered(edit.toJSON(file)), unordered(edit.toJSON(edit.parse('go.mod', after))))
    })
  }
})

const workRows: Row<WorkFile>[] = [
  [
    'a go line comes first, below the comments',
    '// c\n\nuse ./a\n',
    (f) => edit.addWorkGoStmt(f, '1.21'),
    '// c\n\ngo 1.21\n\nuse ./a\n',
  ],
  ['a go line is changed', 'go 1.20\n', (f) => edit.addWorkGoStmt(f, '1.21'), 'go 1.21\n'],
  [
    'a toolchain follows go',
    'go 1.20\nuse ./a\n',
    (f) => edit.addWorkToolchainStmt(f, 'go1.22.0'),
    'go 1.20\n\ntoolchain go1.22.0\n\nuse ./a\n',
  ],
  [
    'a toolchain without go comes first',
    'use ./a\n',
    (f) => edit.addWorkToolchainStmt(f, 'go1.22.0'),
    'toolchain go1.22.0\n\nuse ./a\n',
  ],
  [
    'a toolchain is changed',
    'toolchain go1.21.0\n',
    (f) => edit.addWorkToolchainStmt(f, 'default'),
    'toolchain default\n',
  ],
  ['a directory is used once', 'use ./a\nuse ./a\n', (f) => edit.addUse(f, './a'), 'use ./a\n'],
  ['a directory is added', 'use ./a\n', (f) => edit.addUse(f, './b c'), 'use (\n\t./a\n\t"./b c"\n)\n'],
  ['a directory is dropped', 'use (\n./a\n./b\n)\n', (f) => edit.dropUse(f, './a'), 'use ./b\n'],
  [
    'directories are set',
    'use (\n./c // c\n./a\n)\n',
    (f) => edit.setUse(f, [{ path: './b' }, { path: './c' }]),
    'use (\n\t./b\n\t./c // c\n)\n',
  ],
]

test('an edit of go.work changes its lines and nothing else', async (t) => {
  for (const [claim, source, apply, after] of workRows) {
    await t.test(claim, () => {
      const file = edit.parseWork('go.work', source)
      apply(file)
      edit.cleanup(file)
      assert.equal(edit.format(file.syntax), after)
      assert.deepEqual(unordered(edit.workToJSON(file)), unordered(edit.workToJSON(edit.parseWork('go.work', after))))
    })
  }
})

test('an edit that no file can hold is refused and changes nothing', () => {
  const source = lines('module a/v2', '', 'retract v2.0.0')
  const refused: [apply: (file: ModFile) => void, message: string][] = [
    [(f) => edit.addGoStmt(f, '1'), 'invalid language version "1"'],
    [(f) => edit.addToolchainStmt(f, 'x'), 'invalid toolchain name "x"'],
    [(f) => edit.addToolchainStmt(f, 'go1.2 // c'), 'invalid toolchain name "go1.2 // c"'],
    [(f) => edit.addGodebug(f, 'a', 'b\ngo 1.99'), 'invalid godebug setting "a=b\\ngo 1.99"'],
    [(f) => edit.addGodebug(f, 'a=b', 'c'), 'invalid godebug setting "a=b=c"'],
    [(f) => edit.addExclude(f, 'b', 'v1'), 'version "v1" invalid: must be of the form v1.2.3'],
    [
      (f) => edit.addExclude(f, 'b', 'v2.0.0'),
      'version "v2.0.0" invalid: should be v2.0.0+incompatible (or module b/v2)',
    ],
    [(f) => edit.addExclude(f, 'b/v2', 'v1.0.0'), 'version "v1.0.0" invalid: should be v2, not v1'],
    [(f) => edit.addRetract(f, { low: 'v2.0', high: 'v2.0.0' }), 'version "v2.0" invalid: must be of the form v2.2.3'],
    [
      (f) =>
        edit.setRequire(f, [
          { path: 'b', version: 'v1.0.0', indirect: false },
          { path: 'b', version: 'v1.1.0', indirect: false },
        ]),
      'conflicting versions for path b (v1.0.0 and v1.1.0)',
    ],
  ]
  for (const [apply, message] of refused) {
    const file = edit.parse('go.mod', source)
    assert.throws(() => apply(file), { name: 'ErrorList', message })
    assert.equal(edit.format(file.syntax), source)
  }
})

test('a file starts from nothing', () => {
  const file = edit.newModFile(edit.newSyntax('go.mod'))
  edit.addModuleStmt(file, 'a')
  edit.addToolchainStmt(file, 'go1.22.0')
  edit.addGoStmt(file, '1.21')
  assert.equal(edit.format(file.syntax), lines('module a', '', 'go 1.21', '', 'toolchain go1.22.0'))
  const work = edit.newWorkFile(edit.newSyntax('go.work'))
  edit.addUse(work, '.')
  assert.equal(edit.format(work.syntax), 'use .\n')
})

test('dropping twice is dropping once', () => {
  const file = edit.parse('go.mod', 'go 1.21\nrequire a v1.0.0\ntoolchain go1.22.0\n')
  for (let times = 0; times < 2; times++) {
    edit.dropRequire(file, 'a')
    edit.dropGoStmt(file)
    edit.dropToolchainStmt(file)
    edit.setRequire(file, [])
    edit.cleanup(file)
  }
  assert.equal(edit.format(file.syntax), '')
})
