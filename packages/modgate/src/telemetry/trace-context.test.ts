import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { identifiers } from './identifiers.ts'
import { formatTraceparent, parseTraceparent } from './trace-context.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'

const headers: [header: string | undefined, sampled: boolean | undefined][] = [
  [`00-${trace}-${span}-01`, true],
  [`00-${trace}-${span}-00`, false],
  [`00-${trace}-${span}-03`, true],
  [`cc-${trace}-${span}-01-what-the-future-will-be`, true],
  [`00-${trace}-${span}-01-more`, undefined],
  [`ff-${trace}-${span}-01`, undefined],
  [`00-${'0'.repeat(32)}-${span}-01`, undefined],
  [`00-${trace}-${'0'.repeat(16)}-01`, undefined],
  [`00-${trace.toUpperCase()}-${span}-01`, undefined],
  [`00-${trace}-${span}`, undefined],
  [`cc-${trace}-${span}-01-${'x'.repeat(1000)}`, undefined],
  ['', undefined],
  [undefined, undefined],
]

for (const [header, sampled] of headers) {
  test(`traceparent ${header?.slice(0, 70)} is ${sampled === undefined ? 'refused' : 'taken'}`, () => {
    assert.deepEqual(
      parseTraceparent(header),
      sampled === undefined ? undefined : { traceId: trace, spanId: span, sampled },
    )
  })
}

test('every context survives its header', () => {
  const ids = identifiers()
  fc.assert(
    fc.property(fc.boolean(), (sampled) => {
      const context = ids.newTrace(sampled)
      assert.deepEqual(parseTraceparent(formatTraceparent(context)), context)
    }),
  )
})

test('a child keeps its trace and gets a span of its own', () => {
  const ids = identifiers()
  const parent = ids.newTrace(true)
  const child = ids.child(parent)
  assert.deepEqual({ ...child, spanId: '' }, { ...parent, spanId: '' })
  assert.notEqual(child.spanId, parent.spanId)
})

test('identifiers are not made of zeros alone', () => {
  let fills = 0
  const ids = identifiers((bytes) => bytes.fill(fills++ === 0 ? 0 : 0x11))
  assert.equal(ids.newTrace().traceId, '1'.repeat(32))
})

const requestIds: [header: string | undefined, taken: boolean][] = [
  ['build-17:3_a.B', true],
  ['x'.repeat(64), true],
  ['x'.repeat(65), false],
  ['a b', false],
  ['a\nb', false],
  ['a\n', false],
  ['', false],
  [undefined, false],
]

for (const [header, taken] of requestIds) {
  test(`request id ${JSON.stringify(header)} is ${taken ? 'taken' : 'replaced'}`, () => {
    const id = identifiers().requestId(header)
    assert.equal(id === header, taken)
    assert.match(id, /^[A-Za-z0-9._:-]{1,64}$/)
  })
}

test('a thousand requests have a thousand identifiers', () => {
  const ids = identifiers()
  const all = Array.from({ length: 1000 }, () => [ids.requestId(undefined), ids.newTrace().traceId]).flat()
  assert.equal(new Set(all).size, 2000)
})
