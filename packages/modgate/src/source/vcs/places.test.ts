import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { places } from './places.ts'

const patient = { inAll: 4, forHost: 2, waitMs: 600_000 }

/** What a promise has come to by now. */
async function now<T>(promise: Promise<T>): Promise<T | 'waiting'> {
  return Promise.race([promise, new Promise<'waiting'>((resolve) => setImmediate(() => resolve('waiting')))])
}

test('a host that never answers leaves room for all others', async () => {
  const enter = places(patient)
  const slow = Array.from({ length: 10 }, () => enter({ host: 'slow.example' }))
  assert.notEqual(await now(enter({ host: 'other.example' })), 'waiting')
  assert.notEqual(await now(enter({ host: 'third.example' })), 'waiting')
  assert.equal(await now(enter({ host: 'late.example' })), 'waiting')
  assert.equal(await now(slow[2]!), 'waiting')
  ;(await slow[0]!)!()
  assert.notEqual(await now(slow[2]!), 'waiting', 'whoever came first is let in first')
})

test('who waits too long is told so, and who leaves stands in no line', async () => {
  const enter = places({ inAll: 1, forHost: 1, waitMs: 50 })
  const leave = (await enter({}))!
  assert.equal(await enter({ host: 'a.example' }), undefined)
  const leaving = new AbortController()
  const left = enter({ signal: leaving.signal })
  const last = enter({})
  leaving.abort(new Error('left'))
  await assert.rejects(left, /left/)
  await assert.rejects(enter({ signal: leaving.signal }), /left/)
  leave()
  // Either it got the place, or the clock was faster than this test.
  ;(await last)?.()
  assert.notEqual(await now(enter({})), 'waiting', 'the place came back')
})

test('there are never more than the limits allow, and in the end everybody was let in', async () => {
  const hosts = fc.array(fc.constantFrom('a', 'b', 'c', undefined), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(hosts, async (visits) => {
      const enter = places(patient)
      const inside: (string | undefined)[] = []
      let most = 0
      const visited = visits.map(async (host) => {
        const leave = await enter({ host })
        inside.push(host)
        most = Math.max(most, inside.length)
        if (host !== undefined) assert.ok(inside.filter((each) => each === host).length <= patient.forHost)
        await new Promise(setImmediate)
        inside.splice(inside.indexOf(host), 1)
        leave!()
      })
      await Promise.all(visited)
      assert.ok(most <= patient.inAll)
    }),
    { numRuns: 50 },
  )
})
