import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesBody } from '../core/body.ts'
import { Failure } from '../core/failure.ts'
import type { Repository } from '../source/vcs/code-host.ts'
import { memoryCheckpoints, memoryStore } from '../store/memory-store.ts'
import { originBook } from '../store/origin-book.ts'
import type { Gateway } from './gateway.ts'
import { originRefresh } from './origin-refresh.ts'
import { testContext } from './test-gate.ts'

const url = 'https://code.example/team/lib.git'
const key = 'code.example/team/lib'
const path = 'go.example/lib'

const clock = { now: () => 0 }

async function world() {
  const book = originBook({ checkpoints: memoryCheckpoints(clock), store: memoryStore(), clock })
  await book.note({ path, url })
  const seen: string[] = []
  const state = { open: async (): Promise<undefined> => undefined, collapsed: 0, version: 'v1.0.0' }
  const repository: Repository = {
    async open(context) {
      assert.equal(context.fresh, true)
      seen.push('names')
      await state.open()
      return undefined as never
    },
  }
  const gateway: Pick<Gateway, 'get' | 'forget'> = {
    forget: (of) => void seen.push(`forget ${of}`),
    async get(request, { fresh = false, cachedOnly }) {
      if (request.kind !== 'list')
        throw new Failure('not-cached', { asked: request.kind, who: 'test', why: 'not kept' })
      if (cachedOnly) return resource('v1.0.0\n')
      seen.push(`list${fresh ? ' fresh' : ''}`)
      return resource('v1.0.0\nv1.1.0\n', state.collapsed-- > 0)
    },
  }
  const refresh = originRefresh({
    book,
    gateway: gateway as Gateway,
    locate: async () => ({
      root: { vcs: 'git', url, root: 'go.example', subdirectory: '' },
      way: 'private',
      repository,
    }),
  })
  return { seen, state, refresh: (of = key) => refresh(of, testContext()) }
}

const resource = (text: string, collapsed = false) => ({
  body: bytesBody(Buffer.from(text)),
  type: 'text/plain',
  trust: 'answer' as const,
  source: url,
  cache: { status: 'miss' as const, collapsed },
})

test('what was remembered goes first, then the names are read, then the answers that were kept', async () => {
  const { seen, refresh } = await world()
  assert.deepEqual(await refresh(), {
    repository: key,
    modules: [{ module: path, answers: [{ answer: 'list', changed: true, before: '1 version', now: '2 versions' }] }],
  })
  assert.deepEqual(seen, [`forget ${path}`, 'forget go.example', 'names', 'names', 'list fresh'])
})

test('a fetch that was under way before does not count', async () => {
  const { seen, state, refresh } = await world()
  state.collapsed = 1
  await refresh()
  assert.deepEqual(seen.slice(-2), ['list fresh', 'list fresh'])
})

test('of many who ask while it is being refreshed all share one refresh that begins after', async () => {
  const { seen, state, refresh } = await world()
  const gate = Promise.withResolvers<undefined>()
  state.open = () => gate.promise
  const all = [refresh(), refresh(), refresh(), refresh()]
  gate.resolve(undefined)
  await Promise.all(all)
  assert.equal(seen.filter((each) => each === 'list fresh').length, 2)
  await refresh()
  assert.equal(seen.filter((each) => each === 'list fresh').length, 3)
})

test('a repository that cannot be read is a failure, and what was remembered has gone all the same', async () => {
  const { seen, state, refresh } = await world()
  state.open = async () => {
    throw new Failure('origin-unreachable', { asked: key, who: 'git', why: 'no route' })
  }
  const all = await Promise.allSettled([refresh(), refresh()])
  assert.deepEqual(
    all.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.equal(seen[0], `forget ${path}`)
  state.open = async () => undefined
  assert.notEqual(await refresh(), undefined)
})

test('a repository that nobody knows is asked for nothing', async () => {
  const { seen, refresh } = await world()
  assert.equal(await refresh('evil.example/x'), undefined)
  assert.deepEqual(seen, [])
})
