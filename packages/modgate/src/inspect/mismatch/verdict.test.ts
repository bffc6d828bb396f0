import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FileDifference } from './file-difference.ts'
import { absent, damaged, heard, type Testimony, type WitnessKind } from './testimony.ts'
import { judge, type MismatchClass } from './verdict.ts'

/** `proxy:a` says that a proxy has the hash a; `cache:!` that the cache is damaged. */
function testimonies(text: string): readonly Testimony[] {
  return text.split(' ').map((word) => {
    const [witness = '', h1 = '', goMod] = word.split(':')
    const zip = h1 === '!' ? damaged('bad') : h1 === '' ? absent('none') : heard(h1)
    return { witness: witness as WitnessKind, place: witness, zip, goMod: goMod ? heard(goMod) : absent('none') }
  })
}

const vendorOnly: FileDifference = { onlyFirst: [], onlySecond: ['x/vendor/y/z.go'], changed: [], same: 3 }
const oneChanged: FileDifference = {
  ...{ onlyFirst: [], onlySecond: ['vendor/y.go'], same: 3 },
  changed: [{ name: 'a.go', firstSize: 1, secondSize: 2, lineEndsOnly: false }],
}

const rows: readonly [
  claim: string,
  said: string,
  verdict: MismatchClass,
  suspects: string,
  difference?: FileDifference,
][] = [
  ['all agree', 'go.sum:a database:a proxy:a cache:a ziphash:a directory:a', 'agreement', ''],
  ['one hash alone says nothing', 'go.sum:a proxy: database:', 'too-little', ''],
  [
    'the cached zip is not what was hashed when it came',
    'go.sum:a database:a proxy:a cache:b ziphash:a',
    'damaged-cache',
    'cache',
  ],
  ['the cached zip does not open', 'go.sum:a database:a proxy:a cache:! ziphash:a', 'damaged-cache', 'cache'],
  [
    'the cache was filled from elsewhere',
    'go.sum:a database:a proxy:a cache:b ziphash:b',
    'foreign-cache',
    'cache ziphash',
  ],
  [
    'the unpacked directory was edited',
    'go.sum:a database:a cache:a ziphash:a directory:b',
    'edited-directory',
    'directory',
  ],
  ['go.sum alone says something else', 'go.sum:b database:a proxy:a', 'edited-go-sum', 'go.sum'],
  ['a proxy says something else than the database', 'go.sum:a database:a proxy:b', 'lying-proxy', 'proxy'],
  ['a proxy gives what is no module zip', 'go.sum:a database:a proxy:!', 'lying-proxy', 'proxy'],
  ['one of two proxies says something else', 'go.sum:a proxy:a proxy:b', 'lying-proxy', 'proxy'],
  ['a proxy says something else than the repository', 'go.sum:a proxy:b origin:a', 'lying-proxy', 'proxy'],
  ['the repository says something else than all', 'go.sum:a database:a proxy:a origin:b', 'moved-tag', 'origin'],
  [
    'the repository and a proxy that asked it again',
    'go.sum:a database:a proxy:b origin:b',
    'moved-tag',
    'proxy origin',
  ],
  ['go.sum came from the moved tag', 'go.sum:b database:a proxy:a origin:b', 'moved-tag', 'go.sum origin'],
  ['go.sum against the only source', 'go.sum:a proxy:b', 'two-sources', 'proxy'],
  ['vendored files more, nothing changed', 'go.sum:a database:a proxy:b', 'zip-rules', 'proxy', vendorOnly],
  ['vendored files more, and one changed', 'go.sum:a database:a proxy:b', 'lying-proxy', 'proxy', oneChanged],
  ['only go.mod differs', 'go.sum:a:m database:a:n proxy:a:n', 'edited-go-sum', 'go.sum'],
]

for (const [claim, said, verdict, suspects, difference] of rows) {
  test(`${claim}: ${verdict}`, () => {
    const found = judge(testimonies(said), difference)
    assert.deepEqual([found.class, found.suspects.map(({ witness }) => witness).join(' ')], [verdict, suspects])
  })
}
