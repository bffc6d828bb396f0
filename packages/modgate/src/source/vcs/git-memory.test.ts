import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gitMemory } from './git-memory.ts'

test('all repositories share so many bytes, and what was not recalled for the longest time goes first', async () => {
  const memory = gitMemory(64 << 10)
  const asked: string[] = []
  const ask = (url: string, key: string) =>
    memory(url).recall(key, async () => {
      asked.push(`${url} ${key}`)
      return Buffer.alloc(10 << 10)
    })
  for (const url of ['a', 'b', 'c', 'd', 'e', 'f']) await ask(url, 'x')
  await ask('a', 'x')
  assert.equal(asked.length, 6)
  await ask('g', 'x')
  await ask('a', 'x')
  await ask('b', 'x')
  assert.deepEqual(asked.slice(6), ['g x', 'b x'])
})

test('what failed or is long is asked for again', async () => {
  const memory = gitMemory(1 << 20)('url')
  let asked = 0
  const answers = [
    () => Promise.reject(new Error('no')),
    async () => Buffer.alloc(1 << 20),
    async () => 'short',
    async () => 'never',
  ]
  const ask = () => memory.recall('key', () => (answers[asked++] as () => Promise<unknown>)())
  await assert.rejects(ask(), /no/)
  await ask()
  await ask()
  assert.equal(await ask(), 'short')
  assert.equal(asked, 3)
})
