import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { conflictInWords, conflictMarker } from './conflict-marker.ts'

describe('the first mark of a merge is found by its line', () => {
  const rows: readonly (readonly [claim: string, text: string, words: string | undefined])[] = [
    [
      'ours',
      'a\n<<<<<<< HEAD\nb\n=======\n>>>>>>> x\n',
      'line 2 is the mark of a merge that is not finished: <<<<<<< HEAD',
    ],
    ['theirs alone', '>>>>>>> branch', 'line 1 is the mark of a merge that is not finished: >>>>>>> branch'],
    [
      'the base of diff3',
      'x\r\n||||||| 1234567\r\n',
      'line 2 is the mark of a merge that is not finished: ||||||| 1234567',
    ],
    ['a rule of equal signs', '=======\n', undefined],
    ['fewer signs', '<<<<<< HEAD\n', undefined],
    ['signs behind something', '// <<<<<<< HEAD\n', undefined],
    ['nothing', '', undefined],
  ]
  for (const [claim, text, words] of rows) {
    test(claim, () => {
      const marker = conflictMarker(text)
      assert.equal(marker && conflictInWords(marker), words)
    })
  }
})
