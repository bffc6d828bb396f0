import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { failureCodes, type FailureCode } from './failure-codes.ts'
import { failureJSON, goText } from './failure-text.ts'
import { failureKinds } from './failure-kinds.ts'
import { Failure } from './failure.ts'

const codes = Object.keys(failureCodes) as FailureCode[]

/** What cmd/go shows of a refusal (errors of package web): undefined where it drops the text or a part of it. */
function shownByGo(text: string): string | undefined {
  if (/[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\t\n\v\f\r\u0085]/u.test(text)) return undefined
  let detail = ''
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') break
    if (i > 0) detail += '\n\t'
    if (i >= 8 || Buffer.byteLength(detail) + Buffer.byteLength(line) > 648) return undefined
    detail += line
  }
  return detail
}

test('a refusal says what, why, who, what next, and its code and request', () => {
  const failure = new Failure('upstream-denied', {
    asked: 'a.example/m@v1.0.0 (zip)',
    who: 'https://up.example',
    why: 'the upstream answered 403',
    said: 'blocked by policy\n\nask security',
  })
  assert.deepEqual(goText(failure, 'r1').split('\n'), [
    'denied: a.example/m@v1.0.0 (zip): the upstream answered 403',
    'refused by: https://up.example',
    'said: blocked by policy',
    'said: ask security',
    `next: ${failureCodes['upstream-denied'].next}`,
    'modgate: upstream-denied request r1',
    '',
  ])
})

test('the advice of every code fits', () => {
  for (const code of codes) {
    const failure = new Failure(code, { asked: 'a.example/m@v1.0.0', who: 'modgate', why: 'so' })
    const text = goText(failure, 'r'.repeat(64))
    assert.ok(text.includes(`next: ${failureCodes[code].next}\n`), code)
  }
})

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 900 }),
  fc.string({
    unit: fc.constantFrom('\n', '\r', '\u0000', '\u001b', '\u202e', '\u200b', '\ufeff', 'é', '😀', '\ud800', ' ', 'x'),
  }),
  fc
    .array(fc.constantFrom('', ' ', 'words', 'ü'.repeat(300), '\u2028'), { maxLength: 20 })
    .map((lines) => lines.join('\n')),
)

test('whatever comes in, the go command shows all of it: 8 lines, 648 bytes, nothing that moves a terminal', () => {
  const failures = fc.record({
    code: fc.constantFrom(...codes),
    asked: hostile,
    who: hostile,
    why: hostile,
    said: hostile,
    next: fc.option(hostile, { nil: undefined }),
    id: hostile,
  })
  fc.assert(
    fc.property(failures, ({ code, next, id, ...details }) => {
      const text = goText(new Failure(code, { ...details, ...(next === undefined ? {} : { next }) }), id)
      assert.ok(Buffer.byteLength(text) <= 648)
      assert.ok(text.trimEnd().split('\n').length <= 8)
      assert.equal(Buffer.from(text).toString(), text)
      assert.equal(shownByGo(text)?.replaceAll('\n\t', '\n'), text.slice(0, -1))
      assert.ok(text.includes(`modgate: ${code} request`))
    }),
    { numRuns: 1000 },
  )
})

test('a long field leaves room for the others', () => {
  const long = 'x'.repeat(5000)
  const text = goText(
    new Failure('upstream-error', { asked: long, who: 'https://up.example', why: long, said: long }),
    'r1',
  )
  assert.match(text, /\nrefused by: https:\/\/up\.example\n/)
  assert.match(text, /\nmodgate: upstream-error request r1\n$/)
})

test('as JSON a failure has its fields, and no more', () => {
  const failure = new Failure('upstream-rate-limited', {
    asked: 'a',
    who: 'b',
    why: 'c',
    said: '"\u0000',
    retryAfterSeconds: 7,
    cause: new Error('inside'),
  })
  assert.deepEqual(failureJSON(failure, 'r1'), {
    code: 'upstream-rate-limited',
    kind: 'rate-limited',
    status: 429,
    asked: 'a',
    who: 'b',
    why: 'c',
    next: failureCodes['upstream-rate-limited'].next,
    said: '"\u0000',
    retryAfterSeconds: 7,
    requestId: 'r1',
  })
  assert.doesNotMatch(JSON.stringify(failureJSON(failure, 'r1')), /inside/)
})

test('only true absence answers 404 or 410', () => {
  for (const [kind, row] of Object.entries(failureKinds)) {
    const absent = kind === 'not-found' || kind === 'gone'
    assert.equal(row.status === 404 || row.status === 410, absent, kind)
    assert.ok(row.cacheSeconds === 0 || absent, kind)
  }
  for (const code of codes) {
    const failure = new Failure(code, { asked: '', who: '', why: '' })
    assert.equal(failure.absent, [404, 410].includes(failure.row.status), code)
    assert.ok(failure.row.status >= 400 && failure.row.status < 600)
  }
})
