import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { test, type TestContext } from 'node:test'
import { parseKey } from '@modgate/gomod/proxy'
import type { Body } from '../core/body.ts'
import type { FailureCode } from '../core/failure-codes.ts'
import { heldBytes } from '../store/spool.ts'
import { localHasher, testContext, testGate, type TestGate, type TestGateOptions } from './test-gate.ts'
import { databaseDown, testModule, type TestModule } from './test-world.ts'

const info = 'a.example/m/@v/v1.0.0.info'
const mod = 'a.example/m/@v/v1.0.0.mod'
const zip = 'a.example/m/@v/v1.0.0.zip'

/** A gate over an upstream that has `module`, and a database that knows it. */
async function gateWith(t: TestContext, module: TestModule, options: TestGateOptions = {}): Promise<TestGate> {
  const gate = await testGate(t, options)
  gate.origin.publish(module)
  gate.sumdb.record(module)
  return gate
}

async function assertNothingLeft(gate: TestGate): Promise<void> {
  assert.deepEqual(await gate.keys(), [], 'nothing unverified is kept')
  await assertSpoolEmpties(gate)
}

/** What a lookup that nobody waits for any more still writes is the database's own. */
async function assertSpoolEmpties(gate: TestGate): Promise<void> {
  const left = (await readdir(gate.directory.spool)).filter((name) => !/^(checkpoint|lock)-/.test(name))
  assert.deepEqual(left, [], 'no temporary file is left')
}

for (const inMemory of [false, true]) {
  test(`what the record confirms is answered, kept, and answered again (in memory: ${inMemory})`, async (t) => {
    const module = await testModule()
    const gate = await gateWith(t, module, { inMemory })
    for (const [key, want, trust] of [
      [info, module.info, 'answer'],
      [mod, module.mod, 'record'],
      [zip, module.zip, 'record'],
    ] as const) {
      const first = await gate.get(key)
      assert.deepEqual([first.bytes, first.resource.trust], [Buffer.from(want), trust])
      const again = await gate.get(key)
      assert.deepEqual([again.bytes, again.resource.cache.status], [Buffer.from(want), 'hit'])
      assert.equal(again.resource.etag, first.resource.etag)
    }
    assert.deepEqual(gate.origin.asked, [info, mod, zip])
    assert.deepEqual(await gate.keys(), [info, mod, zip].toSorted())
    assert.deepEqual(await readdir(gate.directory.spool), [])
  })
}

const page = '<!DOCTYPE html><title>Log in</title>'
const other = await testModule({ content: 'package other\n' })
const good = await testModule()
const refused: readonly [what: string, key: string, code: FailureCode, change: (gate: TestGate) => void][] = [
  ['another mod', mod, 'checksum-mismatch', (g) => g.origin.replies.set(mod, 'module evil.example/m\n')],
  ['a mod with a newline more', mod, 'checksum-mismatch', (g) => g.origin.replies.set(mod, `${String(good.mod)}\n`)],
  ['a page instead of a mod', mod, 'checksum-mismatch', (g) => g.origin.replies.set(mod, page)],
  ['an empty mod', mod, 'checksum-mismatch', (g) => g.origin.replies.set(mod, '')],
  ['another zip', zip, 'checksum-mismatch', (g) => g.origin.replies.set(zip, other.zip)],
  ['a zip with a byte more', zip, 'zip-invalid', (g) => g.origin.replies.set(zip, Buffer.concat([good.zip, Buffer.of(0)]))],
  ['a zip cut short', zip, 'zip-invalid', (g) => g.origin.replies.set(zip, good.zip.subarray(0, -10))],
  ['a page instead of a zip', zip, 'zip-invalid', (g) => g.origin.replies.set(zip, page)],
  ['an empty zip', zip, 'zip-invalid', (g) => g.origin.replies.set(zip, '')],
  ['a page instead of an info', info, 'upstream-invalid', (g) => g.origin.replies.set(info, page)],
  ['an info of another version', info, 'upstream-invalid', (g) => g.origin.replies.set(info, '{"Version":"v1.0.1"}')],
  ['an info without version', info, 'upstream-invalid', (g) => g.origin.replies.set(info, '{}')],
  ['an info that is null', info, 'upstream-invalid', (g) => g.origin.replies.set(info, 'null')],
  ['a mod without record', mod, 'no-record', (g) => g.sumdb.forget(good)],
  ['a zip without record', zip, 'no-record', (g) => g.sumdb.forget(good)],
  ['a mod while the database is down', mod, 'database-unreachable', (g) => (g.sumdb.tamper = databaseDown)],
  ['a zip while the database is down', zip, 'database-unreachable', (g) => (g.sumdb.tamper = databaseDown)],
  ['a record of another module', mod, 'no-record', (g) => g.sumdb.record({ ...good, lines: other.lines.replaceAll('a.example/m', 'b.example/m') })],
  ['a record without the go.mod line', mod, 'no-record', (g) => g.sumdb.record({ ...good, lines: good.lines.split('\n', 1)[0]! + '\n' })],
  ['a record whose text was changed on the way', mod, 'database-untrusted', (g) => (g.sumdb.tamper = (path, body) => path.startsWith('/lookup/') ? Buffer.from(String(Buffer.from(body)).replace(/h1:.{4}/, 'h1:EvIl')) : body)],
  ['a forged tile', mod, 'database-untrusted', (g) => (g.sumdb.tamper = (path, body) => path.startsWith('/tile/') ? Buffer.alloc(body.byteLength, 1) : body)],
] // prettier-ignore

for (const inMemory of [false, true]) {
  for (const [what, key, code, change] of refused) {
    test(`${what} is refused as ${code}, and nothing of it stays (in memory: ${inMemory})`, async (t) => {
      const gate = await gateWith(t, good, { inMemory })
      change(gate)
      const failure = await gate.refusal(key)
      assert.equal(failure.code, code)
      await assertNothingLeft(gate)
      const wantEvidence = !inMemory && key === zip && failure.kind === 'untrusted' && code !== 'no-record'
      const evidence = await gate.evidence()
      assert.deepEqual(evidence.map(({ content }) => content), wantEvidence ? [true] : []) // prettier-ignore
      if (failure.kind !== 'untrusted') return
      assert.deepEqual(gate.refused, [failure])
      const before = gate.origin.asked.length
      assert.equal(await gate.refusal(key), failure, 'the retry hears the same reason')
      assert.equal(gate.origin.asked.length, before, 'and costs the upstream nothing')
    })
  }
}

test('a refusal is forgotten when the good content is there later', async (t) => {
  const gate = await gateWith(t, good)
  gate.origin.replies.set(zip, other.zip)
  assert.equal((await gate.refusal(zip)).code, 'checksum-mismatch')
  gate.origin.replies.set(zip, good.zip)
  gate.clock.move(10_000)
  assert.deepEqual((await gate.get(zip)).bytes, Buffer.from(good.zip))
})

test('the same evidence again takes no more room', async (t) => {
  const gate = await gateWith(t, good)
  gate.origin.replies.set(zip, other.zip)
  for (let i = 0; i < 3; i++) {
    await gate.refusal(zip)
    gate.clock.move(10_000)
  }
  const evidence = await gate.evidence()
  assert.equal(evidence.length, 1)
  assert.match(evidence[0]!.reason, /sum\.example has h1:/)
})

const big = await testModule({ content: randomBytes(5 << 20) })

/** Reads until the end or the failure, and says how much came before. */
async function follow(body: Body): Promise<{ readonly got: number; readonly error: unknown }> {
  let got = 0
  try {
    for await (const chunk of body.read()) got += chunk.byteLength
    return { got, error: undefined }
  } catch (error) {
    return { got, error }
  }
}

for (const announces of [true, false]) {
  test(`a big zip is followed, but its end waits for the verdict (size announced: ${announces})`, async (t) => {
    const gate = await gateWith(t, big)
    gate.origin.announces = announces
    const hashed = Promise.withResolvers<undefined>()
    const slow = await testGate(t, {
      world: gate,
      more: { hasher: { zip: (...args) => hashed.promise.then(() => localHasher.zip(...args)) } },
    })
    const resource = await slow.gateway.get(parseKey(zip), testContext())
    let got = 0
    const done = (async () => {
      for await (const chunk of resource.body.read()) got += chunk.byteLength
    })()
    for (let i = 0; i < 10_000 && got < big.zip.byteLength - heldBytes; i++) await new Promise(setImmediate)
    for (let i = 0; i < 20; i++) await new Promise(setImmediate)
    assert.equal(got, big.zip.byteLength - heldBytes)
    assert.deepEqual(await slow.keys(), [])
    hashed.resolve(undefined)
    await done
    assert.equal(got, big.zip.byteLength)
    assert.equal(await resource.settled, undefined)
    assert.deepEqual(await slow.keys(), [zip])
  })

  test(`a big zip with a bad verdict never ends (size announced: ${announces})`, async (t) => {
    const gate = await gateWith(t, { ...big, lines: good.lines })
    gate.origin.announces = announces
    const resource = await gate.gateway.get(parseKey(zip), testContext())
    const { got, error } = await follow(resource.body)
    assert.ok(got <= big.zip.byteLength - heldBytes, `${got} bytes came`)
    assert.equal((error as { code?: string }).code, 'checksum-mismatch')
    assert.equal((await resource.settled)?.code, 'checksum-mismatch')
    await assertNothingLeft(gate)
    assert.equal(gate.refused.length, 1)
    assert.equal((await gate.refusal(zip)).code, 'checksum-mismatch')
    assert.equal(gate.origin.asked.length, 1)
  })
}

test('a big zip without record is refused before any byte of it is given', async (t) => {
  const gate = await gateWith(t, big)
  gate.sumdb.tamper = databaseDown
  await assert.rejects(gate.gateway.get(parseKey(zip), testContext()), { code: 'database-unreachable' })
  await assertNothingLeft(gate)
})

for (const [what, size] of [
  ['fewer', big.zip.byteLength + 1],
  ['more', big.zip.byteLength - 1],
] as const) {
  test(`a body with ${what} bytes than announced is a broken fetch`, async (t) => {
    const gate = await gateWith(t, big)
    gate.origin.replies.set(zip, { size, async *read() { yield Buffer.from(big.zip) } }) // prettier-ignore
    assert.equal((await gate.refusal(zip)).code, 'upstream-truncated')
    await assertNothingLeft(gate)
  })
}

test('a body that is too large is let go of, and its connection with it', async (t) => {
  for (const key of [zip, mod, info]) {
    const gate = await gateWith(t, good)
    const left = Promise.withResolvers<undefined>()
    gate.origin.replies.set(key, {
      size: 2 ** 40,
      async *read() {
        try {
          for (;;) yield Buffer.alloc(1)
        } finally {
          left.resolve(undefined)
        }
      },
    })
    assert.equal((await gate.refusal(key)).code, 'upstream-too-large')
    await left.promise
    await assertNothingLeft(gate)
  }
})

test('an upstream that breaks in the middle fails all who follow, and is asked anew', async (t) => {
  const gate = await gateWith(t, big)
  let broken = true
  gate.origin.replies.set(zip, () => ({
    size: big.zip.byteLength,
    async *read() {
      yield Buffer.from(big.zip.subarray(0, 1 << 20))
      if (broken) throw new Error('connection reset')
      yield Buffer.from(big.zip.subarray(1 << 20))
    },
  }))
  const answers = await Promise.allSettled(Array.from({ length: 5 }, () => gate.get(zip)))
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set(['rejected']))
  assert.equal(gate.origin.asked.length, 1)
  await assertNothingLeft(gate)
  broken = false
  assert.deepEqual((await gate.get(zip)).bytes, Buffer.from(big.zip))
})
