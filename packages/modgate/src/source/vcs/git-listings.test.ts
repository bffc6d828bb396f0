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

test('names that do not do are asked for again, one question at a time and one a second, by whoever misses one', async () => {
  let now = 0
  const slept: number[] = []
  const sleep = async (ms: number) =>
    ms === goodMs ? new Promise<void>(() => undefined) : void (slept.push(ms), (now += ms))
  const goodMs = 5_000
  const all = listings({ now: () => now, sleep }, { goodMs, bytes: 1 << 20 })
  let asked = 0
  const ask = (since?: number) =>
    all.of('url', async () => (asked++, namesOf(1)), { ...contextOf(), ...(since === undefined ? {} : { since }) })
  const first = await ask()
  assert.equal(await ask(0), first, 'asked for at that very moment')
  now = 300
  assert.equal(await ask(), first)
  assert.deepEqual([asked, slept], [1, []])
  const [second, shared] = await Promise.all([ask(300), ask(300)])
  assert.notEqual(second, first)
  assert.equal(shared, second)
  assert.deepEqual([asked, slept[0]], [2, 700])
  now = 9_000
  assert.notEqual(await ask(9_000), second)
  assert.equal(asked, 3)
})

test('names that are being asked for are waited for before they are asked for again', async () => {
  let now = 0
  const all = listings({ now: () => now, sleep: () => new Promise(() => undefined) }, { goodMs: 5_000, bytes: 1 << 20 })
  const answers: ((refs: Refs) => void)[] = []
  const list = () => new Promise<Refs>((resolve) => answers.push(resolve))
  const first = all.of('url', list, contextOf())
  now = 2_000
  const second = all.of('url', list, { ...contextOf(), since: 2_000 })
  await new Promise(setImmediate)
  assert.equal(answers.length, 1)
  answers[0]!(namesOf(1))
  await first
  await new Promise(setImmediate)
  assert.equal(answers.length, 2)
  answers[1]!(namesOf(2))
  assert.notEqual(await second, await first)
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
