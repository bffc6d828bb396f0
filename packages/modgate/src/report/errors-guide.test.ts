import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { knownErrors } from '../inspect/catalogue/index.ts'
import { errorsGuide } from './errors-guide.ts'

const page = errorsGuide()

describe('the page of errors', () => {
  test('has one anchor a row, and a line in the contents that leads to it', () => {
    const anchors = [...page.matchAll(/^<a id="(mg\d+)"><\/a>$/gm)].map(([, anchor]) => anchor)
    assert.deepEqual(
      anchors,
      knownErrors.map(({ id }) => id.toLowerCase()),
    )
    for (const anchor of anchors) assert.equal(page.split(`](#${anchor})`).length, 2, anchor)
  })

  test('has every sample to the letter, so that a search for it ends there', () => {
    for (const { id, sample } of knownErrors) assert.ok(page.includes(`\`\`\`text\n${sample}\n\`\`\``), id)
  })

  test('leaves no placeholder and no tag in its words', () => {
    const words = page.replaceAll(/^```[a-z]+\n[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '')
    assert.doesNotMatch(words, /\{[a-z]+\}/)
    assert.deepEqual(
      [...words.matchAll(/(?<!\\)<(?!a id|\/a)/g)].map(({ index }) => words.slice(index, index + 30)),
      [],
    )
  })
})
