import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asFailure, Failure } from './failure.ts'

test('a failure says in one line what, why and who, and keeps its cause', () => {
  const cause = new Error('inside')
  const failure = new Failure('store-failed', { asked: 'a@v1', who: 'store', why: 'the disk is full', cause })
  assert.equal(failure.message, 'a@v1: the disk is full (store)')
  assert.equal(failure.cause, cause)
  assert.deepEqual([failure.name, failure.kind, failure.row.status], ['Failure', 'internal', 500])
})

test('a failure in other words is the same failure, and its cause', () => {
  const details = { asked: 'a', who: 'b', why: 'c', next: 'd', said: 'e', retryAfterSeconds: 5, isPassing: true }
  const failure = new Failure('upstream-rate-limited', details)
  const other = failure.with({ asked: 'x' })
  assert.equal(other.cause, failure)
  const { code, asked, who, why, next, said, retryAfterSeconds, isPassing } = other
  assert.deepEqual({ asked, who, why, next, said, retryAfterSeconds, isPassing }, { ...details, asked: 'x' })
  assert.equal(code, 'upstream-rate-limited')
})

test('advice of its own stands before that of the code', () => {
  const details = { asked: 'a', who: 'b', why: 'c' }
  assert.equal(new Failure('usage', { ...details, next: 'so' }).next, 'so')
  assert.equal(new Failure('usage', details).next, 'see --help')
})

test('a Failure stays itself, anything else becomes an internal error that tells nothing of itself', () => {
  const failure = new Failure('offline', { asked: 'a', who: 'b', why: 'c' })
  assert.equal(asFailure(failure, 'x'), failure)
  for (const thrown of [new TypeError('/etc/secret'), 'text', undefined, null, { message: '/etc/secret' }]) {
    const made = asFailure(thrown, 'x')
    assert.equal(made.code, 'internal-error')
    assert.equal(made.cause, thrown)
    assert.doesNotMatch(made.message, /secret/)
  }
})
