import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareChains } from '../timing/chain-comparison.ts'
import { failedFile, testChain, testTurn, testWork } from '../timing/test-turn.ts'
import { chainBenchMarkdown } from './chain-bench-markdown.ts'
import { chainBenchSvg } from './chain-bench-svg.ts'
import { chainBenchText } from './chain-bench-text.ts'
import { plainPaint } from './findings-paint.ts'

const nasty = 'https://a.example|<b>\u001b[31m'
const comparison = compareChains(
  [
    testChain('gate', testTurn(20), testTurn(10), testTurn(10)),
    testChain('now', testTurn(40), testTurn(30), testTurn(20)),
    testChain(nasty, testTurn(0, { files: [failedFile('zip', 'no <i>zip</i>\u0007 | here')] })),
  ],
  testWork,
)

test('a terminal has what was done, each pass of each chain, the ratios, and what failed', () => {
  const text = chainBenchText(comparison, plainPaint)
  assert.match(text, /^3 chains, 1 module \(3 files\), 3 rounds, 8 at once\n\nTimes of a file\n/)
  assert.match(text, /\n {2}now +later +20 ms +30 ms +40 ms +60 ms\n/)
  assert.match(text, /\n {2}gate +later +3 +1 +300 B +- +0 +100 ms\n/)
  assert.match(
    text,
    /Held against gate\n.*\n {2}now +first +2x +2x\n {2}now +later +2.5x \(2 to 3\) +2.5x \(2 to 3\)\n/,
  )
  assert.match(text, /failed once with upstream-error: no <i>zip<\/i> {1,2}\| here\n.*answered nothing/)
  assert.ok(text.split('\n').every((line) => !line.startsWith('  ') || line.length <= 100))
  assert.doesNotMatch(text, /[\u0007\u001b]/)
})

test('Markdown has the same, and text of others stays text in it', () => {
  const markdown = chainBenchMarkdown(comparison)
  assert.match(markdown, /\n\| now \| later \| 20 ms \| 30 ms \| 40 ms \| 60 ms \|\n/)
  assert.match(markdown, /\n\| https:\/\/a\.example\\\|\\<b\\> \\\[31m \| first \| - \|/)
  const tables = markdown.split('\n').filter((line) => line.startsWith('|'))
  const cells = tables.map((line) => line.replaceAll('\\|', '').split('|').length)
  assert.deepEqual([...new Set(cells)].toSorted(), [6, 7, 8, 10].toSorted())
})

test('the picture has a bar for each kind, chain and pass, and a word where nothing came', () => {
  const svg = chainBenchSvg(comparison)
  assert.equal(svg.match(/height="13"/g)?.length, 12)
  assert.equal(svg.match(/>no answer</g)?.length, 3)
  assert.match(svg, />https:\/\/a\.example\|&lt;b&gt; \[31m</)
  assert.match(svg, />10 ms \/ 10 ms</)
  assert.doesNotMatch(svg, /<script|href|NaN|undefined/)
})
