import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findingInWords } from './origin-findings.ts'

const of = { module: 'a.example/x', version: 'v1.0.0', was: 'a'.repeat(40), now: 'b'.repeat(40), since: '' } as const

describe('what is said to be served is what is kept', () => {
  const rows: readonly (readonly [Parameters<typeof findingInWords>[0], RegExp])[] = [
    [{ kind: 'tag-deleted', ...of }, /is gone, and was aaaaaaaaaaaa when it was fetched: what was kept is served$/],
    [
      { kind: 'tag-deleted', ...of, lacks: ['mod', 'zip'] },
      /its info is served, and its go\.mod and zip, which nobody had asked for, cannot be had any more$/,
    ],
    [{ kind: 'tag-moved', ...of }, /leads to bbbbbbbbbbbb, .*: the first one is served$/],
    [
      { kind: 'tag-moved', ...of, lacks: ['zip'] },
      /its info is the first one, and its zip, .*, would come from where the tag leads now$/,
    ],
  ]
  for (const [finding, words] of rows)
    test(`${finding.kind} without ${finding.lacks?.join() ?? 'nothing'}`, () =>
      assert.match(findingInWords(finding), words))
})
