import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testRequest, testTrace } from '../trace/test-trace.ts'
import { traceSvg } from './trace-svg.ts'

test('each request is a row with a bar for each of its phases', () => {
  const svg = traceSvg(testTrace([testRequest(0, 0), testRequest(1, 20, { status: 404 })]))
  assert.equal(svg.match(/<rect x="[\d.]+" y="(44|60)"/g)?.length, 4)
  assert.match(svg, /fill="#b3261e" font-weight="600">mod m1\.example\/lib@v1\.0\.0</)
})

test('many requests make thin rows, not an endless picture', () => {
  const svg = traceSvg(testTrace(Array.from({ length: 3000 }, (_, id) => testRequest(id, id / 10))))
  assert.match(svg, /height="3052"/)
  assert.doesNotMatch(svg, /m7\.example/)
})

test('what comes from outside stays text', () => {
  const request = testRequest(0, 0, { module: '<script>&"\u0007' })
  assert.match(traceSvg(testTrace([request])), />mod &lt;script&gt;&amp;&quot; @v1\.0\.0</)
})
