import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { Failure } from '../core/failure.ts'
import { failureExitCode, failureText } from './report-failure.ts'

const stream = new PassThrough()
const report = (error: unknown, debug = false) => failureText(error, { stream, debug })

describe('failures at a terminal', () => {
  test('one reason stands on the first line, who and what next below it', () => {
    const failure = new Failure('upstream-denied', {
      asked: 'a.example/b@v1.0.0',
      who: 'https://p.example',
      why: 'answered 403',
      said: 'not\nyours',
      next: 'ask them',
    })
    assert.equal(
      report(failure),
      [
        'modgate: a.example/b@v1.0.0: answered 403',
        '  by: https://p.example',
        '  said:',
        '    not',
        '    yours',
        '  next: ask them',
      ].join('\n'),
    )
  })

  test('several reasons stand one below the other', () => {
    const failure = new Failure('configuration', { asked: 'configuration', who: 'modgate', why: 'a\nb', next: 'c' })
    assert.equal(report(failure), 'modgate: configuration:\n    a\n    b\n  next: c')
  })

  test('an unexpected error is called a defect, and shows its stack only when asked', () => {
    const text = report(new TypeError('x is undefined'))
    assert.match(text, /an unexpected error inside the gate\n {2}error: x is undefined\n {2}next: this is a defect/)
    assert.doesNotMatch(text, /report-failure\.test/)
    assert.match(report(new TypeError('x is undefined'), true), /report-failure\.test/)
  })

  test('control characters of others never reach the terminal', () => {
    const text = report(
      new Failure('upstream-error', { asked: '\u001b[2Ja', who: 'p', why: 'b\u0007', said: 'c\u009b1m\rd' }),
    )
    // Line ends are ours.
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\u0000-\u001f\u007f-\u009f]/)
  })

  test('wrong use ends with 2, everything else with 1', () => {
    const details = { asked: 'a', who: 'b', why: 'c' }
    assert.equal(failureExitCode(new Failure('configuration', details)), 2)
    assert.equal(failureExitCode(new Failure('usage', details)), 2)
    assert.equal(failureExitCode(new Failure('upstream-timeout', details)), 1)
    assert.equal(failureExitCode(new Error('x')), 1)
  })
})
