import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Failure } from '../core/failure.ts'
import type { FailureCode } from '../core/failure-codes.ts'
import { testGate, type TestGate } from './test-gate.ts'
import { notFound, testClock, unreachable } from './test-world.ts'

const list = 'a.example/m/@v/list'
const latest = 'a.example/m/@latest'
const query = 'a.example/m/@v/main.info'
const ttl = 60_000
const turns = async (count = 50) => {
  for (let i = 0; i < count; i++) await new Promise(setImmediate)
}

/** A gate in memory that has `first` as its answer, as old as told. */
async function aged(t: TestContext, key: string, ageMs: number): Promise<TestGate> {
  const gate = await testGate(t, { inMemory: true })
  gate.origin.replies.set(key, first(key))
  await gate.get(key)
  gate.clock.move(ageMs)
  gate.origin.asked.length = 0
  gate.origin.replies.set(key, second(key))
  return gate
}

const first = (key: string) => (key === list ? 'v1.0.0\n' : '{"Version":"v1.0.0"}')
const second = (key: string) => (key === list ? 'v1.0.0\nv1.1.0\n' : '{"Version":"v1.1.0"}')

for (const key of [list, latest, query]) {
  test(`${key} is good for its time, with its age, and then fresh again`, async (t) => {
    const gate = await aged(t, key, 30_400)
    const hit = await gate.get(key)
    assert.equal(String(hit.bytes), first(key))
    assert.deepEqual(hit.resource.cache, { status: 'hit' })
    assert.deepEqual(hit.resource.freshness, { ageSeconds: 30, ttlSeconds: 30 })
    assert.deepEqual(gate.origin.asked, [])
    gate.clock.move(ttl)
    const fresh = await gate.get(key)
    assert.equal(String(fresh.bytes), second(key))
    assert.deepEqual(fresh.resource.freshness, { ageSeconds: 0, ttlSeconds: 60 })
    assert.equal(String((await gate.get(key)).bytes), second(key))
    assert.deepEqual(gate.origin.asked, [key])
  })
}

test('in the last quarter an answer is renewed behind the back, once', async (t) => {
  const gate = await aged(t, list, 46_000)
  const answers = await Promise.all(Array.from({ length: 10 }, () => gate.get(list)))
  for (const { bytes } of answers) assert.equal(String(bytes), first(list))
  await turns()
  assert.deepEqual(gate.origin.asked, [list])
  assert.equal(String((await gate.get(list)).bytes), second(list))
})

test('a renewal behind the back that fails hurts nobody', async (t) => {
  const gate = await aged(t, list, 46_000)
  gate.origin.replies.set(list, unreachable())
  assert.equal(String((await gate.get(list)).bytes), first(list))
  await turns()
  assert.equal(String((await gate.get(list)).bytes), first(list))
})

const reply = (code: FailureCode) => new Failure(code, { asked: list, who: 'upstream.example', why: 'it says so' })
for (const code of ['upstream-unreachable', 'upstream-timeout', 'upstream-rate-limited', 'upstream-unavailable', 'upstream-invalid', 'overloaded'] as const) {
  test(`while the upstream fails with ${code} the last good answer stands in, marked stale`, async (t) => {
    const gate = await aged(t, list, 3 * ttl)
    gate.origin.replies.set(list, reply(code))
    const { bytes, resource } = await gate.get(list)
    assert.equal(String(bytes), first(list))
    assert.deepEqual(resource.cache, { status: 'stale', detail: code })
    assert.deepEqual(resource.freshness, { ageSeconds: 180, ttlSeconds: -120 })
  })
} // prettier-ignore

for (const code of ['module-not-found', 'module-gone', 'upstream-denied', 'upstream-unauthorized'] as const) {
  test(`${code} is an answer of its own: no older one covers it`, async (t) => {
    const gate = await aged(t, list, ttl)
    gate.origin.replies.set(list, reply(code))
    assert.equal((await gate.refusal(list)).code, code)
  })
}

for (const page of ['<html>log in</html>', '{"error":"log in"}']) {
  test(`${page} is no list, so the last good one stands in`, async (t) => {
    const gate = await aged(t, list, ttl)
    gate.origin.replies.set(list, page)
    assert.equal(String((await gate.get(list)).bytes), first(list))
    const strange = await testGate(t, { inMemory: true })
    strange.origin.replies.set(list, page)
    assert.equal((await strange.refusal(list)).code, 'upstream-invalid')
  })
}

for (const [what, answer] of [
  ['no JSON', 'v1.0.0'],
  ['no version', '{"Time":"2020-01-01T00:00:00Z"}'],
  ['a version that is not canonical', '{"Version":"v1.0"}'],
  ['a version of another major', '{"Version":"v2.0.0"}'],
  ['a number', '{"Version":1}'],
] as const) {
  test(`a latest version with ${what} is refused`, async (t) => {
    const gate = await testGate(t, { inMemory: true })
    gate.origin.replies.set(latest, answer)
    assert.equal((await gate.refusal(latest)).code, 'upstream-invalid')
  })
}

test('a slow upstream costs a client five seconds while there is an older answer, and its answer still counts', async (t) => {
  const gate = await aged(t, list, ttl)
  const opened = Promise.withResolvers<undefined>()
  gate.origin.replies.set(list, () => opened.promise.then(() => second(list)))
  const answer = gate.get(list)
  await turns()
  gate.clock.move(5000)
  const { bytes, resource } = await answer
  assert.equal(String(bytes), first(list))
  assert.deepEqual(resource.cache, { status: 'stale', detail: 'the upstream is slow' })
  opened.resolve(undefined)
  await turns()
  assert.equal(String((await gate.get(list)).bytes), second(list))
  assert.deepEqual(gate.origin.asked, [list])
})

test('a fetch that fails after its client got an older answer is no unhandled rejection', async (t) => {
  const gate = await aged(t, list, ttl)
  const opened = Promise.withResolvers<undefined>()
  gate.origin.replies.set(list, () => opened.promise.then(() => unreachable()))
  const answer = gate.get(list)
  await turns()
  gate.clock.move(5000)
  assert.equal(String((await answer).bytes), first(list))
  opened.resolve(undefined)
  await turns()
})

test('a request that allows no fetch gets the answer of any age, or absence', async (t) => {
  const gate = await aged(t, list, 100 * ttl)
  const { bytes, resource } = await gate.get(list, { cachedOnly: true })
  assert.equal(String(bytes), first(list))
  assert.deepEqual(resource.cache, { status: 'stale', detail: 'cached only' })
  assert.equal((await gate.refusal(latest, { cachedOnly: true })).code, 'not-cached')
  assert.deepEqual(gate.origin.asked, [])
})

test('a fresh answer is fetched though the kept one is good, and a failure then is told', async (t) => {
  const gate = await aged(t, list, 1000)
  assert.equal(String((await gate.get(list, { fresh: true })).bytes), second(list))
  gate.origin.replies.set(list, unreachable())
  assert.equal((await gate.refusal(list, { fresh: true })).code, 'upstream-unreachable')
  assert.equal(String((await gate.get(list)).bytes), second(list))
})

test('a clock that was set back makes an answer old, not young for ever', async (t) => {
  const gate = await aged(t, list, -24 * 3_600_000)
  assert.equal(String((await gate.get(list)).bytes), second(list))
  gate.origin.replies.set(list, unreachable())
  gate.clock.move(-3_600_000)
  assert.equal((await gate.get(list)).resource.freshness?.ageSeconds, 3600)
})

test('answers survive a restart with their age, and are all that an offline gate has', async (t) => {
  const gate = await testGate(t)
  gate.origin.replies.set(list, first(list))
  await gate.get(list)
  const clock = testClock(Date.now() + 11 * ttl)
  const again = await testGate(t, { root: gate.directory.root, world: { ...gate, clock }, offline: true })
  const { bytes, resource } = await again.get(list)
  assert.equal(String(bytes), first(list))
  assert.deepEqual(resource.cache, { status: 'stale', detail: 'offline' })
  assert.ok(resource.freshness!.ageSeconds >= 600)
  assert.equal((await again.refusal(latest)).code, 'offline')
  assert.deepEqual(gate.origin.asked, [list])
})

test('absence is not kept as an answer, and does not outlive its ten seconds', async (t) => {
  const gate = await testGate(t, { inMemory: true })
  gate.origin.replies.set(list, notFound(list))
  assert.equal((await gate.refusal(list)).code, 'module-not-found')
  gate.origin.replies.set(list, first(list))
  gate.clock.move(10_000)
  assert.equal(String((await gate.get(list)).bytes), first(list))
})
