import assert from 'node:assert/strict'
import { test } from 'node:test'
import { versionControlList } from './version-control-list.ts'

const rows: readonly (readonly [text: string, want: readonly string[] | RegExp])[] = [
  ['git', ['git']],
  ['fossil, hg,git,hg', ['git', 'hg', 'fossil']],
  ['svn,', ['svn']],
  ['', /names none of git, hg, svn, fossil/],
  [' , ', /names none of/],
  ['git,bzr', /has "bzr", which is none of git, hg, svn, fossil/],
  ['Git', /has "Git"/],
]

for (const [text, want] of rows) {
  test(`${JSON.stringify(text)} is ${String(want)}`, () => {
    const { data, error } = versionControlList.safeParse(text)
    if (want instanceof RegExp) assert.match(error!.issues[0]!.message, want)
    else assert.deepEqual(data, want)
  })
}
