import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '../../core/context.ts'
import type { Clock } from '../../core/ports.ts'
import { systemClock } from '../../core/system.ts'
import { listings } from './git-listings.ts'
import { parseRefs, type Refs } from './git-refs.ts'

const contextOf = (signal = new AbortController().signal): Context => ({
  id: 'x',
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal,
  cachedOnly: false,
})

/** Names whose listing has about so many bytes. */
const namesOf = (bytes: number): Refs =>
  parseRefs(Buffer.from(`${'a'.repeat(40)}\trefs/heads/main\n${'#'.repeat(bytes)}`))

test('what nobody waits for any more is given up, and whoever comes then begins anew', async () => {
  const all = listings(systemClock, { goodMs: 60_000, bytes: 1 << 20 })
  const begun: AbortSignal[] = []
  const hanging = ({ signal }: Context) => {
    begun.push(signal)
    return new Promise<Refs>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
  }
  const clients = [new AbortController(), new AbortController()]
  const waits = clients.map(({ signal }) => all.of('url', hanging, contextOf(signal)))
  clients[0]!.abort(new Error('left'))
  assert.deepEqual(
    begun.map(({ aborted }) => aborted),
    [false],
  )
  clients[1]!.abort(new Error('left'))
  const anew = all.of('url', async () => namesOf(1), contextOf())
  for (const wait of waits) await assert.rejects(wait, /left/)
  assert.deepEqual(
    begun.map(({ aborted }) => aborted),
    [true],
  )
  assert.ok((await anew).commits.has('refs/heads/main'))
})

test('all listings together have so many bytes, and none outlives its time', async () => {
  let wake: () => void = () => undefined
  const woken = new Promise<void>((resolve) => (wake = resolve))
  const clock: Clock = { now: () => 0, sleep: () => woken }
  const all = listings(clock, { goodMs: 5_000, bytes: 2_500 })
  const listed: string[] = []
  const ask = (url: string) =>
    all.of(
      url,
      async () => {
        listed.push(url)
        return namesOf(1_000)
      },
      contextOf(),
    )
  for (const url of ['a', 'b', 'c', 'c', 'b', 'a']) await ask(url)
  assert.deepEqual(listed, ['a', 'b', 'c', 'a'], 'the oldest had to go')
  wake()
  await new Promise(setImmediate)
  await ask('a')
  assert.equal(listed.length, 5)
})
