import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { parseKey } from '@modgate/gomod/proxy'
import { readBody, testContext, testGate } from './test-gate.ts'
import { testModule, unreachable } from './test-world.ts'

const module = await testModule()
const key = (file: string, path = 'a.example/m') => `${path}/@v/${file}`
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise(setImmediate)
}

const rows: readonly (readonly [key: string, reply: string | Uint8Array])[] = [
  [key('list'), 'v1.0.0\n'],
  ['a.example/m/@latest', '{"Version":"v1.0.0"}'],
  [key('main.info'), '{"Version":"v1.0.0"}'],
  [key('v1.0.0.info'), module.info],
  [key('v1.0.0.mod'), module.mod],
  [key('v1.0.0.zip'), module.zip],
]

for (const [asked, reply] of rows) {
  test(`fifty clients who ask for ${asked} at once cost one question`, async (t) => {
    let joined = 0
    const report = {
      flights: () => undefined,
      joined: () => {
        joined++
      },
    }
    const gate = await testGate(t, { more: { flight: { deadlineMs: 60_000, limit: 100, report } } })
    gate.origin.publish(module)
    gate.sumdb.record(module)
    const opened = Promise.withResolvers<undefined>()
    gate.origin.replies.set(asked, () => opened.promise.then(() => reply))
    const answers = Promise.all(Array.from({ length: 50 }, () => gate.get(asked)))
    for (let i = 0; i < 100_000 && joined < 49; i++) await turns(1)
    opened.resolve(undefined)
    for (const { bytes } of await answers) assert.deepEqual(bytes, Buffer.from(reply))
    assert.deepEqual(gate.origin.asked, [asked])
    const collapsed = (await answers).filter(({ resource }) => resource.cache.collapsed)
    assert.equal(collapsed.length, 49)
  })

  test(`a fetch of ${asked} that fails fails all who wait, and is not remembered`, async (t) => {
    const gate = await testGate(t)
    gate.sumdb.record(module)
    gate.origin.replies.set(asked, async () => {
      await turns(5)
      return unreachable()
    })
    const answers = await Promise.all(Array.from({ length: 10 }, () => gate.refusal(asked)))
    assert.deepEqual(new Set(answers.map(({ code }) => code)), new Set(['upstream-unreachable']))
    assert.equal(gate.origin.asked.length, 1)
    gate.origin.replies.set(asked, reply)
    assert.deepEqual((await gate.get(asked)).bytes, Buffer.from(reply))
  })
}

test('a client that leaves does not end the fetch for the others', async (t) => {
  const gate = await testGate(t)
  gate.sumdb.record(module)
  const opened = Promise.withResolvers<undefined>()
  gate.origin.replies.set(key('v1.0.0.mod'), () => opened.promise.then(() => module.mod))
  const leaving = new AbortController()
  const first = gate.get(key('v1.0.0.mod'), { signal: leaving.signal })
  const second = gate.get(key('v1.0.0.mod'))
  await turns(10)
  leaving.abort()
  opened.resolve(undefined)
  assert.deepEqual((await second).bytes, Buffer.from(module.mod))
  await first
  assert.deepEqual(await gate.keys(), [key('v1.0.0.mod')])
})

test('nothing waits behind a fetch that hangs: not a hit, not an info of the same version, not another module', async (t) => {
  const gate = await testGate(t)
  const other = await testModule({ path: 'b.example/m' })
  for (const each of [module, other]) {
    gate.origin.publish(each)
    gate.sumdb.record(each)
  }
  const opened = Promise.withResolvers<undefined>()
  gate.origin.replies.set(key('v1.0.0.zip'), () => opened.promise.then(() => module.zip))
  await gate.get(key('v1.0.0.zip', 'b.example/m'))
  const hanging = gate.get(key('v1.0.0.zip'))
  await turns(10)
  await gate.get(key('v1.0.0.info'))
  await gate.get(key('v1.0.0.mod'))
  assert.equal((await gate.get(key('v1.0.0.zip', 'b.example/m'))).resource.cache.status, 'hit')
  await gate.get(key('v1.0.0.mod', 'b.example/m'))
  opened.resolve(undefined)
  assert.deepEqual((await hanging).bytes, Buffer.from(module.zip))
})

test('who comes late follows the same growing zip, from its beginning', async (t) => {
  const big = await testModule({ content: randomBytes(5 << 20) })
  const gate = await testGate(t)
  gate.sumdb.record(big)
  const more = Promise.withResolvers<undefined>()
  gate.origin.replies.set(key('v1.0.0.zip'), {
    size: big.zip.byteLength,
    async *read() {
      yield big.zip.subarray(0, 2 << 20)
      await more.promise
      yield big.zip.subarray(2 << 20)
    },
  })
  const early = await gate.gateway.get(parseKey(key('v1.0.0.zip')), testContext())
  const quitter = early.body.read()[Symbol.asyncIterator]()
  await quitter.next()
  await quitter.return?.()
  const first = readBody(early)
  await turns(20)
  const late = await gate.gateway.get(parseKey(key('v1.0.0.zip')), testContext())
  assert.equal(late.cache.collapsed, true)
  const second = readBody(late)
  more.resolve(undefined)
  assert.deepEqual(await Promise.all([first, second]), [Buffer.from(big.zip), Buffer.from(big.zip)])
  assert.deepEqual(await readBody(early), Buffer.from(big.zip), 'a body can be read again after it was kept')
  assert.deepEqual(gate.origin.asked, [key('v1.0.0.zip')])
  assert.deepEqual(await readdir(gate.directory.spool), [])
})

test('more fetches than the limit are refused, and joining is no fetch', async (t) => {
  const gate = await testGate(t, { more: { flight: { deadlineMs: 60_000, limit: 2 } } })
  const opened = Promise.withResolvers<undefined>()
  const list = (i: number) => `m${i}.example/m/@v/list`
  for (let i = 0; i < 3; i++) gate.origin.replies.set(list(i), () => opened.promise.then(() => 'v1.0.0\n'))
  const underway = [gate.get(list(0)), gate.get(list(1)), gate.get(list(1))]
  await turns(10)
  assert.equal((await gate.refusal(list(2))).code, 'overloaded')
  opened.resolve(undefined)
  await Promise.all(underway)
  await gate.get(list(2))
})

test('absence is remembered for its time, forgotten on demand, and a clock set back does not prolong it', async (t) => {
  const gate = await testGate(t)
  const asked = key('v1.0.0.info')
  const ask = async () => [(await gate.refusal(asked)).code, gate.origin.asked.length]
  assert.deepEqual(await ask(), ['module-not-found', 1])
  gate.clock.move(9_999)
  assert.deepEqual(await ask(), ['module-not-found', 1])
  gate.clock.move(1)
  assert.deepEqual(await ask(), ['module-not-found', 2])
  gate.gateway.forget('b.example/m')
  assert.deepEqual(await ask(), ['module-not-found', 2])
  gate.gateway.forget('a.example/m')
  assert.deepEqual(await ask(), ['module-not-found', 3])
  gate.clock.move(-3_600_000)
  assert.deepEqual(await ask(), ['module-not-found', 4])
})

test('without a database its paths are refused, and no name in them reaches the upstream', async (t) => {
  const gate = await testGate(t, { withoutDatabase: true, private: 'corp.example' })
  const failure = await gate.refusal('sumdb/sum.example/lookup/corp.example/secret@v1.0.0')
  assert.equal(failure.code, 'database-unknown')
  assert.deepEqual(gate.origin.asked, [])
})
