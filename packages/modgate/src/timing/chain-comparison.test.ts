import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareChains } from './chain-comparison.ts'
import { failedFile, testChain, testFile, testTurn, testWork } from './test-turn.ts'

test('the first round stands alone, and the later ones together', () => {
  const { chains } = compareChains([testChain('a', testTurn(50), testTurn(10), testTurn(20))], testWork)
  const { first, later, ratios } = chains[0]!
  assert.deepEqual([first.rounds, first.firstByteMs, first.totalMs?.p50], [1, { p50: 50, p95: 50 }, 100])
  assert.deepEqual([later!.rounds, later!.firstByteMs, later!.wallMs], [2, { p50: 10, p95: 20 }, 150])
  assert.deepEqual([later!.requests, later!.bytes, later!.byKind.zip?.firstByteMs], [3, 300, { p50: 10, p95: 20 }])
  assert.equal(ratios, undefined)
})

test('a ratio is the median of the ratios of rounds, so that a minute that hits both chains changes nothing', () => {
  const base = testChain('base', testTurn(10), testTurn(10), testTurn(1000), testTurn(10))
  const half = testChain('half', testTurn(20), testTurn(5), testTurn(500), testTurn(4))
  const { ratios } = compareChains([base, half], testWork).chains[1]!
  assert.deepEqual(ratios?.first?.firstByte, { median: 2, samples: [2] })
  assert.deepEqual(ratios.later?.firstByte, { median: 0.5, samples: [0.5, 0.5, 0.4] })
  assert.equal(ratios.later.total.median, 0.5)
})

test('whoever fails fast is not fast: a ratio is over the files that both answered', () => {
  const base = testTurn(0, { files: [testFile('info', 10), testFile('mod', 10), testFile('zip', 1000)] })
  const failing = testTurn(0, { files: [testFile('info', 10), testFile('mod', 10), failedFile('zip')] })
  const [, other] = compareChains([testChain('base', base), testChain('failing', failing)], testWork).chains
  assert.deepEqual([other!.ratios?.first?.total.median, other!.ratios?.later], [1, undefined])
  assert.deepEqual([other!.first.asked, other!.first.answered], [3, 2])
  assert.deepEqual(other!.first.failures, [{ code: 'upstream-error', count: 1, example: 'it broke' }])
})

test('a chain that answered nothing has no times and no ratio', () => {
  const nothing = testTurn(0, { files: [failedFile('info'), failedFile('mod')] })
  const [, dead] = compareChains([testChain('base', testTurn(10)), testChain('dead', nothing)], testWork).chains
  assert.deepEqual([dead!.first.firstByteMs, dead!.first.byKind, dead!.ratios], [undefined, {}, {}])
  assert.equal(dead!.first.failures[0]!.count, 2)
})
