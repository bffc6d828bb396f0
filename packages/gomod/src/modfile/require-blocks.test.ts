import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cleanup,
  format,
  parse,
  setRequire,
  setRequireAtMostTwo,
  setRequireSeparateIndirect,
  toJSON,
  type ModFile,
  type Requirement,
} from './index.ts'

type SetRequire = (file: ModFile, requirements: readonly Requirement[]) => void

/** `a v1.0.0` or `a v1.0.0 // indirect`. */
const requirement = (line: string): Requirement => {
  const [path = '', version = '', mark] = line.split(' ')
  return { path, version, indirect: mark !== undefined }
}

const block = (...lines: string[]) => `require (\n${lines.map((line) => `\t${line}\n`).join('')})\n`

const rows: [claim: string, set: SetRequire, source: string, wanted: string[], after: string][] = [
  ['a file gets its first requirement', setRequire, '', ['a v1.0.0'], 'require a v1.0.0\n'],
  [
    'versions and marks change, comments stay, the rest goes',
    setRequire,
    block('b v1.0.0 // why', '', 'a v1.0.0 // indirect; old', 'c v1.0.0', 'a v1.9.0'),
    ['a v1.1.0', 'b v1.1.0 // indirect', 'd v1.0.0'],
    block('a v1.1.0 // old', 'b v1.1.0 // indirect; why', 'd v1.0.0'),
  ],
  ['nothing wanted leaves nothing', setRequire, block('a v1.0.0', 'b v1.0.0'), [], ''],
  [
    'a single block is split',
    setRequireSeparateIndirect,
    block('a v1.0.0 // indirect', 'b v1.0.0', 'c v1.0.0', 'd v1.0.0 // indirect'),
    ['a v1.0.0 // indirect', 'b v1.0.0', 'c v1.0.0', 'd v1.0.0 // indirect'],
    block('b v1.0.0', 'c v1.0.0') + '\n' + block('a v1.0.0 // indirect', 'd v1.0.0 // indirect'),
  ],
  [
    'a requirement whose mark changes moves',
    setRequireSeparateIndirect,
    block('a v1.0.0', 'b v1.0.0') + '\n' + block('c v1.0.0 // indirect', 'd v1.0.0 // indirect'),
    ['a v1.0.0', 'b v1.0.0 // indirect', 'c v1.0.0', 'd v1.1.0 // indirect'],
    block('a v1.0.0', 'c v1.0.0') + '\n' + block('b v1.0.0 // indirect', 'd v1.1.0 // indirect'),
  ],
  [
    'a commented block is left alone',
    setRequireSeparateIndirect,
    '// mine\n' + block('a v1.0.0', 'b v1.0.0 // indirect'),
    ['a v1.0.0 // indirect', 'b v1.0.0', 'c v1.0.0', 'd v1.0.0 // indirect'],
    '// mine\n' + block('a v1.0.0 // indirect', 'b v1.0.0') + '\nrequire c v1.0.0\n\nrequire d v1.0.0 // indirect\n',
  ],
  [
    'a new direct block stands before the indirect one',
    setRequireSeparateIndirect,
    'require a v1.0.0 // indirect\n\nrequire b v1.0.0 // indirect\n',
    ['a v1.0.0 // indirect', 'b v1.0.0 // indirect', 'c v1.0.0'],
    'require a v1.0.0 // indirect\n\nrequire c v1.0.0\n\nrequire b v1.0.0 // indirect\n',
  ],
  [
    'at most two blocks remain, with all comments',
    setRequireAtMostTwo,
    '// one\n' + block('a v1.0.0', 'b v1.0.0 // indirect') + '\n// two\n' + block('c v1.0.0', 'd v1.0.0'),
    ['a v1.0.0', 'b v1.0.0 // indirect', 'c v1.0.0', 'd v1.0.0'],
    '// one\n//\n// two\n' + block('a v1.0.0', 'c v1.0.0', 'd v1.0.0') + '\nrequire b v1.0.0 // indirect\n',
  ],
]

test('requirements are set as the go command sets them', async (t) => {
  for (const [claim, set, source, wanted, after] of rows) {
    await t.test(claim, () => {
      const file = parse('go.mod', source)
      set(file, wanted.map(requirement))
      cleanup(file)
      assert.equal(format(file.syntax), after)
      const listed = (json: ModFile) =>
        toJSON(json)
          .Require?.map((entry) => JSON.stringify(entry))
          .sort()
      assert.deepEqual(listed(file), listed(parse('go.mod', after)))
      set(file, wanted.map(requirement))
      cleanup(file)
      assert.equal(format(file.syntax), after, 'and stay so')
    })
  }
})
