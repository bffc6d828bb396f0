import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../core/failure.ts'
import type { Clock } from '../core/ports.ts'
import { memoryCheckpoints } from '../store/memory-store.ts'
import { originBook, type OriginFinding } from '../store/origin-book.ts'
import { originWatch } from './origin-watch.ts'

const everyMs = 3_600_000
const nameOf = (repository: string) => repository.slice('code.example/'.length)
const moved: OriginFinding = {
  ...{ kind: 'tag-moved', module: 'go.example/m', version: 'v1.0.0', was: 'aaaa', now: 'bbbb' },
  since: '2026-01-01T00:00:00.000Z',
}

async function world(repositories: number) {
  let now = 1_000_000
  const slept: number[] = []
  // Whoever sleeps wakes at once, when that much time has passed.
  const clock: Clock = {
    now: () => now,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted()
      slept.push(milliseconds)
      now += milliseconds
    },
  }
  const checkpoints = memoryCheckpoints(clock)
  const names: string[] = []
  const store = {
    async *list() {
      for (const key of names) yield { key, size: 0 }
    },
  }
  const remembering = {
    ...checkpoints,
    replace: async (...change: Parameters<typeof checkpoints.replace>) => {
      if (!names.includes(change[0])) names.push(change[0])
      return checkpoints.replace(...change)
    },
  }
  const open = () => originBook({ checkpoints: remembering, store, clock })
  const book = open()
  for (let i = 0; i < repositories; i++)
    await book.note({ path: `go.example/m${i}`, url: `https://code.example/m${i}` })
  const seen: string[] = []
  const state = { findings: [] as readonly OriginFinding[], failure: undefined as Error | undefined }
  const watch = () =>
    originWatch({
      ...{ book: open(), clock, everyMs },
      async check({ repository }) {
        seen.push(`look ${nameOf(repository)}`)
        if (state.failure) throw state.failure
        return state.findings
      },
      report: {
        checked(repository, failure) {
          if (failure) seen.push(`${failure.code} ${nameOf(repository)}`)
        },
        found: ({ kind }) => void seen.push(`found ${kind}`),
        settled: ({ kind }) => void seen.push(`settled ${kind}`),
      },
    })
  return { watch, seen, slept, state, book, pass: (ms: number) => void (now += ms) }
}

test('a repository is looked at when the time since it was fetched from is over, and then again', async () => {
  const { watch, seen, pass } = await world(1)
  const made = watch()
  await made.pass()
  assert.deepEqual(seen, [])
  pass(everyMs)
  await made.pass()
  await made.pass()
  assert.deepEqual(seen, ['look m0'])
  pass(everyMs)
  await made.pass()
  assert.deepEqual(seen, ['look m0', 'look m0'])
})

test('many are looked at one after the other, spread over the time', async () => {
  for (const [repositories, pauseMs] of [
    [2, 30_000],
    [720, everyMs / 720],
  ] as const) {
    const { watch, seen, slept, pass } = await world(repositories)
    pass(everyMs)
    await watch().pass()
    assert.equal(new Set(seen).size, repositories)
    assert.deepEqual(slept, Array<number>(repositories - 1).fill(pauseMs))
  }
})

test('a finding is said once, also by a gate that is started anew, and once when it is over', async () => {
  const { watch, seen, state, book, pass } = await world(1)
  state.findings = [moved]
  const first = watch()
  assert.equal(first.findings, undefined)
  for (let round = 0; round < 2; round++) {
    pass(everyMs)
    await first.pass()
  }
  assert.deepEqual(seen, ['look m0', 'found tag-moved', 'look m0'])
  assert.equal(first.findings?.['tag-moved'], 1)
  assert.deepEqual((await book.find('code.example/m0'))?.findings, [moved])
  const second = watch()
  await second.pass()
  assert.equal(second.findings?.['tag-moved'], 1)
  pass(everyMs)
  await second.pass()
  state.findings = []
  pass(everyMs)
  await second.pass()
  assert.deepEqual(seen.slice(3), ['look m0', 'look m0', 'settled tag-moved'])
  assert.equal(second.findings['tag-moved'], 0)
})

test('a repository that fails is left alone for longer each time, and what was found of it stays', async () => {
  const { watch, seen, state, book, pass } = await world(1)
  const made = watch()
  state.findings = [moved]
  pass(everyMs)
  await made.pass()
  state.failure = new Failure('origin-unreachable', { asked: 'x', who: 'git', why: 'no route' })
  const looks: number[] = []
  for (let round = 1; round <= 40; round++) {
    pass(everyMs)
    const before = seen.length
    await made.pass()
    if (seen.length > before) looks.push(round)
  }
  assert.deepEqual(looks, [1, 2, 4, 8, 16, 32])
  assert.ok(seen.includes('origin-unreachable m0') && !seen.includes('settled tag-moved'))
  assert.deepEqual((await book.find('code.example/m0'))?.findings, [moved])
  state.failure = undefined
  pass(32 * everyMs)
  await made.pass()
  pass(everyMs)
  await made.pass()
  assert.deepEqual(seen.slice(-2), ['look m0', 'look m0'])
})

test('an unexpected error is a failure like others, and ends no watch', async () => {
  const { watch, seen, state, pass } = await world(2)
  state.failure = new Error('a defect')
  pass(everyMs)
  await watch().pass()
  assert.deepEqual(seen.filter((each) => each.startsWith('internal-error')).length, 2)
})

test('a watch that is closed ends, also in the middle of a look', async () => {
  const { book } = await world(1)
  const begun = Promise.withResolvers<undefined>()
  let now = 1_000_000 + everyMs
  const made = originWatch({
    book: {
      ...book,
      async *list() {
        yield { repository: 'code.example/m0', modules: [], checkedAt: 0, findings: [] }
      },
    },
    clock: { now: () => now, sleep: async (milliseconds) => void (now += milliseconds) },
    everyMs,
    check: () => {
      begun.resolve(undefined)
      return new Promise(() => undefined)
    },
    report: {
      checked: () => assert.fail('a look that was broken off says nothing'),
      found: () => assert.fail(),
      settled: () => assert.fail(),
    },
  })
  const running = made.run()
  await begun.promise
  made.close()
  await running
})
