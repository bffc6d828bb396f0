import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instruments } from './instruments.ts'
import { DurationTally, NumberTally } from './tally.ts'

test('a tally without labels stands at 0 before its first event', () => {
  assert.deepEqual(new NumberTally(instruments.probes).read().numbers, [{ labels: [], value: 0 }])
})

test('each combination of labels adds up by itself', () => {
  const tally = new NumberTally(instruments.upstreamRequests)
  for (const labels of [
    ['a', 'ok'],
    ['a', 'timeout'],
    ['b', 'ok'],
    ['a', 'ok'],
  ])
    tally.add(labels)
  assert.deepEqual(tally.read().numbers, [
    { labels: ['a', 'ok'], value: 2 },
    { labels: ['a', 'timeout'], value: 1 },
    { labels: ['b', 'ok'], value: 1 },
  ])
})

const buckets = [
  { seconds: 0, bucket: 0 },
  { seconds: 0.005, bucket: 0 },
  { seconds: 0.0051, bucket: 1 },
  { seconds: 120, bucket: 16 },
  { seconds: 121, bucket: 17 },
]

for (const { seconds, bucket } of buckets) {
  test(`${seconds} s falls into bucket ${bucket}, for a bound belongs to its bucket`, () => {
    const tally = new DurationTally(instruments.requestDuration)
    tally.record(['zip', 'hit'], seconds)
    const value = tally.read().histograms[0]!.value
    assert.equal(value.buckets.indexOf(1), bucket)
    assert.deepEqual({ count: value.count, sum: value.sum }, { count: 1, sum: seconds })
  })
}
