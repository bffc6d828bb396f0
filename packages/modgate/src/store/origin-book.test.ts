import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../core/failure.ts'
import { memoryCheckpoints, memoryStore } from './memory-store.ts'
import { originBook } from './origin-book.ts'

const url = 'https://code.example/team/lib.git'
const key = 'code.example/team/lib'
const lib = { path: 'go.example/lib', url }

const clock = { now: () => 0 }

function world() {
  const checkpoints = memoryCheckpoints(clock)
  const store = memoryStore()
  return { checkpoints, open: () => originBook({ checkpoints, store, clock }) }
}

test('what is noted is found by the key of any of its URLs, also by another process', async () => {
  const { open } = world()
  await open().note(lib)
  const book = open()
  await book.note({ path: 'go.example/lib/sub', url: 'ssh://git@code.example/team/lib' })
  assert.deepEqual(await open().find(key), {
    repository: key,
    modules: [lib, { path: 'go.example/lib/sub', url: 'ssh://git@code.example/team/lib' }],
    checkedAt: 0,
    findings: [],
  })
  assert.equal(await book.find('code.example/team/other'), undefined)
})

test('a module that comes by another URL now is noted with that one alone', async () => {
  const book = world().open()
  const moved = { ...lib, url: 'ssh://git@code.example/team/lib' }
  for (const each of [lib, moved, moved]) await book.note(each)
  assert.deepEqual((await book.find(key))?.modules, [moved])
})

test('of many modules the last thousand are known', async () => {
  const book = world().open()
  for (let i = 0; i < 1003; i++) await book.note({ path: `go.example/m${i}`, url })
  const { modules = [] } = (await book.find(key)) ?? {}
  assert.deepEqual([modules.length, modules[0]?.path], [1000, 'go.example/m3'])
})

test('writers at once lose nothing of each other', async () => {
  const { open } = world()
  await Promise.all(Array.from({ length: 20 }, (_, i) => open().note({ path: `go.example/m${i}`, url })))
  assert.equal((await open().find(key))?.modules.length, 20)
})

test('a damaged record is written anew, and a failed writing is tried again', async () => {
  const { checkpoints, open } = world()
  await open().note(lib)
  const failing = originBook({
    store: memoryStore(),
    clock,
    checkpoints: {
      ...checkpoints,
      replace: async (...change) => {
        if (failures++ === 0) throw new Failure('store-failed', { asked: 'x', who: 'x', why: 'full' })
        return checkpoints.replace(...change)
      },
    },
  })
  let failures = 0
  const other = { path: 'go.example/other', url }
  await assert.rejects(failing.note(other), Failure)
  await failing.note(other)
  assert.deepEqual((await open().find(key))?.modules, [lib, other])
})

test('a module that comes from elsewhere by now is as good as unknown, and known again when it comes back', async () => {
  const { checkpoints, open } = world()
  const other = { path: 'other.example/m', url }
  for (const each of [lib, other]) await open().note(each)
  const find = (isDirect: (path: string) => boolean) =>
    originBook({ checkpoints, store: memoryStore(), clock, isDirect }).find(key)
  assert.deepEqual((await find((path) => path !== other.path))?.modules, [lib])
  assert.equal(await find(() => false), undefined)
  assert.deepEqual((await open().find(key))?.modules, [lib, other])
})

test('a URL that names no repository on a network is not noted', async () => {
  const book = world().open()
  await book.note({ path: 'go.example/lib', url: 'file:///srv/lib.git' })
  assert.equal(await book.find(''), undefined)
})
