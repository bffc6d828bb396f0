import assert from 'node:assert/strict'
import { test } from 'node:test'
import { produced } from './produced.ts'

const bytes = (text: string) => Buffer.from(text)

test('what is written is read, in order', async () => {
  const read: string[] = []
  for await (const chunk of produced(async (sink) => {
    for (const text of ['a', 'b', 'c']) await sink.write(bytes(text))
  })) {
    read.push(Buffer.from(chunk).toString())
  }
  assert.deepEqual(read, ['a', 'b', 'c'])
})

test('the writer is at most one chunk ahead of its reader', async () => {
  let written = 0
  let read = 0
  for await (const chunk of produced(async (sink) => {
    for (let at = 0; at < 20; at++) {
      await sink.write(bytes('x'))
      written++
    }
  })) {
    read += chunk.length
    await new Promise((resolve) => setImmediate(resolve))
    assert.ok(written <= read + 1, `${written} written, ${read} read`)
  }
  assert.equal(read, 20)
})

test('a writer that fails makes its reader fail', async () => {
  const chunks = produced(async (sink) => {
    await sink.write(bytes('a'))
    throw new Error('torn')
  })
  await assert.rejects(async () => {
    for await (const chunk of chunks) assert.equal(chunk.length, 1)
  }, /torn/)
})

test('a reader that leaves ends the writer', async () => {
  let ended: unknown
  for await (const chunk of produced(async (sink) => {
    try {
      for (;;) await sink.write(bytes('x'))
    } catch (error) {
      ended = error
      throw error
    }
  })) {
    if (chunk.length > 0) break
  }
  assert.match(String(ended), /nobody reads any more/)
})
