import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { bytesBody } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import type { FailureCode } from '../core/failure-codes.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { chain, noDirect, off } from './chain.ts'
import { failsWith } from './test-peers.ts'

const request: ModuleRequest = { kind: 'list', path: 'a.example/m' }
const context: Context = {
  id: 'x',
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal: new AbortController().signal,
  cachedOnly: false,
}

const good: Source = {
  get: async () => ({
    body: bytesBody(Buffer.from('v1.0.0\n')),
    type: 'text/plain',
    trust: 'answer',
    source: 'good',
    cache: { status: 'miss' },
  }),
}
const bad = (code: FailureCode, who = 'p1'): Source => ({
  get: async () => {
    throw new Failure(code, { asked: 'it', who, why: 'so' })
  },
})

const absences: readonly FailureCode[] = ['module-not-found', 'module-gone']
const troubles: readonly FailureCode[] = [
  'upstream-error',
  'upstream-unauthorized',
  'upstream-denied',
  'upstream-rate-limited',
  'upstream-unavailable',
  'upstream-timeout',
  'upstream-unreachable',
  'upstream-truncated',
  'upstream-invalid',
  'redirect-refused',
]

for (const code of absences) {
  test(`after ${code} both separators lead on`, async () => {
    for (const fallback of ['not-found', 'any'] as const) {
      const list = chain([
        { source: bad(code), fallback },
        { source: good, fallback: 'not-found' },
      ])
      assert.equal((await list.get(request, context)).source, 'good')
    }
  })
}

test('of several absences the first one is told, unless the origin was asked', async () => {
  const links = ['p1', 'p2', 'origin'].map((who) => ({
    source: bad('module-not-found', who),
    fallback: 'not-found' as const,
    isOrigin: who === 'origin',
  }))
  await assert.rejects(chain(links.slice(0, 2)).get(request, context), { who: 'p1' })
  await assert.rejects(chain(links).get(request, context), { who: 'origin' })
})

for (const code of troubles) {
  test(`after ${code} a pipe leads on and a comma does not`, async () => {
    const second: Source = { get: (...given) => (asked++, good.get(...given)) }
    let asked = 0
    const list = (fallback: 'not-found' | 'any') =>
      chain([
        { source: bad(code), fallback },
        { source: second, fallback: 'not-found' },
      ])
    await assert.rejects(list('not-found').get(request, context), failsWith(code))
    assert.equal(asked, 0)
    assert.equal((await list('any').get(request, context)).source, 'good')
  })
}

const reports: readonly [list: string, expected: FailureCode, who: string][] = [
  ['module-not-found,module-gone', 'module-not-found', 'p1'],
  ['module-gone,module-not-found', 'module-gone', 'p1'],
  ['upstream-error|module-not-found', 'upstream-error', 'p1'],
  ['module-not-found,upstream-timeout', 'upstream-timeout', 'p2'],
  ['upstream-error|upstream-denied', 'upstream-denied', 'p2'],
  ['module-not-found|upstream-error|module-gone', 'upstream-error', 'p2'],
  ['upstream-unavailable|upstream-error|module-gone', 'upstream-unavailable', 'p1'],
]

for (const [list, expected, who] of reports) {
  test(`${list} is reported as ${expected}: an outage is never taken for absence`, async () => {
    const links = [...list.matchAll(/([a-z-]+)([,|]?)/g)].map(([, code, separator], i) => ({
      source: bad(code as FailureCode, `p${i + 1}`),
      fallback: separator === '|' ? ('any' as const) : ('not-found' as const),
    }))
    await assert.rejects(chain(links).get(request, context), { code: expected, who })
  })
}

test('what is no Failure counts as trouble of the gate', async () => {
  const broken: Source = {
    get: async () => {
      throw new TypeError('boom')
    },
  }
  const list = chain([{ source: broken, fallback: 'not-found' }])
  await assert.rejects(list.get(request, context), failsWith('internal-error'))
})

test('who has given up asks nobody else, and its own reason comes through', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const leaving: Source = {
    get: async () => {
      controller.abort(reason)
      throw reason
    },
  }
  const list = chain([
    { source: leaving, fallback: 'any' },
    { source: good, fallback: 'any' },
  ])
  await assert.rejects(list.get(request, { ...context, signal: controller.signal }), reason)
})

test('off, direct and an empty list are refusals, not absence', async () => {
  await assert.rejects(off.get(request, context), failsWith('disabled-by-off'))
  await assert.rejects(noDirect.get(request, context), failsWith('direct-unsupported'))
  await assert.rejects(chain([]).get(request, context), failsWith('configuration'))
})
