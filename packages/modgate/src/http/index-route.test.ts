import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTimestamp, parseTimestamp } from '../core/timestamp.ts'
import fc from 'fast-check'
import { indexLines } from './index-route.ts'

const noon = Date.UTC(2026, 10, 28, 12) * 1000
const record = (i: number) => ({
  text: `m${i}.example v1.0.0 h1:x\nm${i}.example v1.0.0/go.mod h1:x\n`,
  time: noon + i,
})

async function asked(query: string) {
  const seen: number[] = []
  const text = await indexLines(query, async (time, most) => {
    seen.push(time, most)
    return [record(1), record(2)]
  })
  return { seen, text }
}

test('the index is JSON lines as Go has them', async () => {
  const { text } = await asked('')
  assert.deepEqual(text.split('\n'), [
    '{"Path":"m1.example","Version":"v1.0.0","Timestamp":"2026-11-28T12:00:00.000001Z"}',
    '{"Path":"m2.example","Version":"v1.0.0","Timestamp":"2026-11-28T12:00:00.000002Z"}',
    '',
  ])
})

for (const [query, time, most] of [
  ['', 0, 2000],
  ['since=&limit=', 0, 2000],
  ['limit=7', 0, 7],
  ['limit=100000', 0, 2000],
  ['since=2026-11-28T12:00:00Z', noon, 2000],
  ['since=2026-11-28T12:00:00.000001Z', noon + 1, 2000],
  ['since=2026-11-28T12:00:00.000000001Z', noon + 1, 2000],
  ['since=2026-11-28T14:00:00%2B02:00&limit=1', noon, 1],
  ['since=1901-01-01T00:00:00Z', 0, 2000],
] as const) {
  test(`?${query} asks for ${most} records since ${time}`, async () => {
    assert.deepEqual((await asked(query)).seen, [time, most])
  })
}

for (const query of [
  'since=yesterday',
  'since=2026-11-28',
  'since=2026-13-28T12:00:00Z',
  'since=2026-11-28T12:00:00',
  'since=2026-11-28T14:00:00+02:00',
  'limit=0',
  'limit=-1',
  'limit=1e3',
  'limit=x',
]) {
  test(`?${query} is refused in words`, async () => {
    await assert.rejects(asked(query), { code: 'bad-request', asked: '/index' })
  })
}

test('a timestamp is read as it was written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8e15 }), (time) => {
      assert.equal(parseTimestamp(formatTimestamp(time)), time)
    }),
  )
})
