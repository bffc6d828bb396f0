import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkFiles } from './check-files.ts'
import type { ModuleFile } from './check-files.ts'
import { maxGoMod, maxZipFile } from './limits.ts'

type Given = string | (Partial<ModuleFile> & { readonly path: string; readonly content?: string })

function moduleFile(given: Given): ModuleFile {
  const { content = '', ...rest } = typeof given === 'string' ? { path: given } : given
  return { kind: 'file', size: content.length, open: () => [Buffer.from(content)], ...rest }
}

const goMod = (version: string) => ({ path: 'go.mod', content: `module example.com/m\n\ngo ${version}\n` })

interface Verdict {
  readonly valid?: string[]
  readonly omitted?: Record<string, RegExp>
  readonly invalid?: Record<string, RegExp>
}

const vendored = ['vendor/modules.txt', 'vendor/x.go', 'vendor/a/b.go', 'pkg/vendor/v.go', 'pkg/vendor/a/b.go']
const rows: [claim: string, files: Given[], verdict: Verdict][] = [
  ['nothing makes an empty module', [], {}],
  ['plain files are valid in their order', ['b.go', 'a.go', 'go.mod'], { valid: ['b.go', 'a.go', 'go.mod'] }],
  [
    'before go 1.24 vendor/modules.txt stays and pkg/vendor goes',
    [goMod('1.23'), ...vendored],
    {
      valid: ['go.mod', 'vendor/modules.txt', 'vendor/x.go'],
      omitted: { 'vendor/a/b.go': /vendor/, 'pkg/vendor/v.go': /vendor/, 'pkg/vendor/a/b.go': /vendor/ },
    },
  ],
  [
    'since go 1.24 vendor/modules.txt goes and pkg/vendor stays',
    [goMod('1.24'), ...vendored],
    {
      valid: ['go.mod', 'vendor/x.go', 'pkg/vendor/v.go'],
      omitted: { 'vendor/modules.txt': /vendor/, 'vendor/a/b.go': /vendor/, 'pkg/vendor/a/b.go': /vendor/ },
    },
  ],
  [
    'a go.mod that cannot be parsed has the old vendor rules',
    [{ path: 'go.mod', content: 'go 1.24\nmodule (((\n' }, 'vendor/modules.txt'],
    { valid: ['go.mod', 'vendor/modules.txt'] },
  ],
  [
    'only the go.mod at the root decides on vendor rules',
    [{ ...goMod('1.24'), path: 'sub/go.mod' }, 'vendor/modules.txt'],
    { valid: ['vendor/modules.txt'], omitted: { 'sub/go.mod': /another module/ } },
  ],
  [
    'files of nested modules are omitted, whatever the case of their go.mod',
    ['a/go.mod', 'a/x.go', 'a/b/y.go', 'c/GO.MOD', 'c/z.go', 'd.go'],
    {
      valid: ['d.go'],
      omitted: {
        'a/go.mod': /another module/,
        'a/x.go': /another module/,
        'a/b/y.go': /another module/,
        'c/GO.MOD': /another module/,
        'c/z.go': /another module/,
      },
    },
  ],
  [
    'a directory named go.mod makes no module',
    [{ path: 'a/go.mod', kind: 'directory' }, 'a/x.go'],
    { valid: ['a/x.go'], omitted: { 'a/go.mod': /not a regular file/ } },
  ],
  [
    'links, directories and devices are omitted',
    [
      { path: 'l', kind: 'symlink' },
      { path: 'd', kind: 'directory' },
      { path: 'p', kind: 'irregular' },
    ],
    { omitted: { l: /symbolic link/, d: /not a regular/, p: /not a regular/ } },
  ],
  ["what 'hg archive' adds is omitted", ['.hg_archival.txt'], { omitted: { '.hg_archival.txt': /hg archive/ } }],
  [
    'paths that are unclean, absolute or forbidden are invalid',
    ['a/../b', '/a', 'a/', 'a\\b', 'con', ''],
    {
      invalid: {
        'a/../b': /not clean/,
        '/a': /not relative/,
        'a/': /not clean/,
        'a\\b': /invalid char/,
        con: /disallowed/,
        '': /not clean/,
      },
    },
  ],
  ['another case of go.mod is invalid', ['GO.mod'], { invalid: { 'GO.mod': /lowercase/ } }],
  ['two cases of a file are invalid', ['a', 'A'], { valid: ['a'], invalid: { A: /case-insensitive/ } }],
  ['a file twice is invalid', ['a', 'a'], { valid: ['a'], invalid: { a: /multiple entries/ } }],
  [
    'a link takes part in collisions',
    [{ path: 'a', kind: 'symlink' }, 'A'],
    { omitted: { a: /symbolic/ }, invalid: { A: /case-insensitive/ } },
  ],
  ['a huge go.mod is invalid', [{ path: 'go.mod', size: maxGoMod + 1 }], { invalid: { 'go.mod': /too large/ } }],
]

for (const [claim, files, { valid = [], omitted = {}, invalid = {} }] of rows) {
  test(claim, async () => {
    const checked = await checkFiles(files.map(moduleFile))
    assert.deepEqual(checked.valid, valid)
    for (const [faults, expected] of [
      [checked.omitted, omitted],
      [checked.invalid, invalid],
    ] as const) {
      assert.deepEqual(
        faults.map((fault) => fault.path),
        Object.keys(expected),
      )
      for (const { path, reason } of faults) assert.match(reason, expected[path]!)
    }
  })
}

test('files of more than 500 MiB together are too large', async () => {
  const files = (size: number) => [moduleFile({ path: 'a', size: maxZipFile - 1 }), moduleFile({ path: 'b', size })]
  assert.equal((await checkFiles(files(1))).sizeError, undefined)
  assert.match(
    (await checkFiles(files(2))).sizeError ?? '',
    /module source tree too large \(max size is 524288000 bytes\)/,
  )
})
