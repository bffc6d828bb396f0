import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesBody } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { FailureCode } from '../core/failure-codes.ts'
import type { Resource } from '../core/resource.ts'
import { refusals } from './refusals.ts'

const context: Context = {
  id: 'test',
  trace: { traceId: '', spanId: '', sampled: false },
  signal: new AbortController().signal,
  cachedOnly: false,
}
const list = (path: string) => ({ kind: 'list', path }) as const
const failure = (code: FailureCode) => new Failure(code, { asked: 'it', who: 'test', why: 'it is so' })

/** Refusals over a source that counts what reaches it. */
function over(answer: () => Resource) {
  let now = 0
  let asked = 0
  const layer = refusals(10_000, { now: () => now })
  const source = layer({
    async get() {
      asked++
      return answer()
    },
  })
  return {
    layer,
    move: (milliseconds: number) => void (now += milliseconds),
    asked: () => asked,
    ask: (path = 'a.example/m') => source.get(list(path), context),
  }
}

const always = (code: FailureCode) => () => {
  throw failure(code)
}

for (const [code, remembered] of [
  ['module-not-found', true],
  ['module-gone', true],
  ['checksum-mismatch', true],
  ['no-record', true],
  ['zip-invalid', true],
  ['database-untrusted', true],
  ['database-unreachable', false],
  ['upstream-unreachable', false],
  ['upstream-timeout', false],
  ['upstream-denied', false],
  ['upstream-rate-limited', false],
  ['overloaded', false],
  ['store-failed', false],
] as const) {
  test(`${code} is ${remembered ? 'remembered' : 'asked again'}`, async () => {
    const gate = over(always(code))
    for (let i = 0; i < 3; i++) await assert.rejects(gate.ask(), { code })
    assert.equal(gate.asked(), remembered ? 1 : 3)
    gate.move(10_000)
    await assert.rejects(gate.ask(), { code })
    assert.equal(gate.asked(), remembered ? 2 : 4)
  })
}

test('what passes is remembered for a second', async () => {
  const gate = over(() => {
    throw failure('module-not-found').with({ isPassing: true })
  })
  for (const move of [0, 999, 1]) {
    gate.move(move)
    await assert.rejects(gate.ask(), { code: 'module-not-found' })
  }
  assert.equal(gate.asked(), 2)
})

test('an error that is no Failure is not remembered', async () => {
  const gate = over(() => {
    throw new TypeError('a defect')
  })
  for (let i = 0; i < 2; i++) await assert.rejects(gate.ask(), TypeError)
  assert.equal(gate.asked(), 2)
})

test('a body that turns out to be untrue is remembered when that is known', async () => {
  const settled = Promise.withResolvers<Failure | undefined>()
  const gate = over(() => ({
    body: bytesBody(new Uint8Array()),
    type: '',
    trust: 'record',
    source: '',
    cache: { status: 'miss' },
    settled: settled.promise,
  }))
  await gate.ask()
  await gate.ask()
  settled.resolve(failure('checksum-mismatch'))
  await settled.promise
  await assert.rejects(gate.ask(), { code: 'checksum-mismatch' })
  assert.equal(gate.asked(), 2)
})

test('of very many refusals the oldest go', async () => {
  const gate = over(always('module-not-found'))
  for (let i = 0; i <= 10_000; i++) await assert.rejects(gate.ask(`m${i}.example/m`))
  await assert.rejects(gate.ask('m1.example/m'))
  assert.equal(gate.asked(), 10_001)
  await assert.rejects(gate.ask('m0.example/m'))
  assert.equal(gate.asked(), 10_002)
})

test('forgetting a module leaves others', async () => {
  const gate = over(always('module-not-found'))
  for (const path of ['a.example/m', 'a.example/mm']) await assert.rejects(gate.ask(path))
  gate.layer.forget('a.example/m/')
  await assert.rejects(gate.ask('a.example/mm'))
  assert.equal(gate.asked(), 2)
  await assert.rejects(gate.ask('a.example/m'))
  assert.equal(gate.asked(), 3)
})
