import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../core/failure.ts'
import { testRequest, testTrace } from './test-trace.ts'
import { parseTrace } from './trace-file.ts'

const trace = testTrace([
  testRequest(0, 0, { cause: 'go.mod', redirects: ['https://b.example/x'], silence: { fromMs: 1, ms: 2000 } }),
  testRequest(1, 3, { outcome: 'failed', trouble: 'cut' }),
])

test('what is written is what is read', () => {
  assert.deepEqual(parseTrace(JSON.stringify(trace), 't.json'), trace)
})

const wrongs: readonly (readonly [claim: string, text: string, why: RegExp])[] = [
  ['no JSON', 'go build', /is no JSON/],
  ['other JSON', '{"log":{}}', /is no trace: format/],
  ['a later format', JSON.stringify({ ...trace, format: 'modgate-trace/2' }), /is no trace: format/],
  ['a place that is not there', JSON.stringify({ ...trace, places: [] }), /names a place that is not there/],
  ['times below zero', JSON.stringify({ ...trace, totalMs: -1 }), /is no trace: totalMs/],
  [
    'a request without phases',
    JSON.stringify({ ...trace, requests: [{ ...trace.requests[0], phases: 1 }] }),
    /is no trace: requests\.0\.phases/,
  ],
  ['nothing', '', /is no JSON/],
]
for (const [claim, text, why] of wrongs) {
  test(`${claim} is refused with the reason`, () => {
    assert.throws(
      () => parseTrace(text, 't.json'),
      (error) => error instanceof Failure && error.code === 'usage' && why.test(error.why),
    )
  })
}
