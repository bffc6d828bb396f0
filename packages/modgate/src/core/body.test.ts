import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesBody, readAll, type Body } from './body.ts'

const tooLarge = () => new Error('too large')

/** A body whose chunks are one buffer, used again, as files have it; counts the chunks that were asked for. */
function growing(chunks: readonly string[], size?: number): Body & { given: number } {
  const buffer = Buffer.alloc(16)
  return {
    given: 0,
    size,
    async *read() {
      for (const chunk of chunks) {
        this.given++
        yield buffer.subarray(0, buffer.write(chunk))
      }
    },
  }
}

const rows: readonly [name: string, chunks: readonly string[], size: number | undefined, all: string | undefined][] = [
  ['nothing', [], undefined, ''],
  ['one chunk', ['abc'], 3, 'abc'],
  ['several chunks in one buffer', ['abc', 'de', 'fghi'], undefined, 'abcdefghi'],
  ['as many bytes as are allowed', ['12345', '67890'], undefined, '1234567890'],
  ['one byte more', ['12345', '678901'], undefined, undefined],
  ['more than it announced', ['12345', '678901'], 2, undefined],
]

for (const [name, chunks, size, all] of rows) {
  test(`readAll of ${name} is ${all === undefined ? 'refused' : 'a copy of its own'}`, async () => {
    const reading = readAll(growing(chunks, size), 10, tooLarge)
    if (all === undefined) await assert.rejects(reading, /too large/)
    else assert.equal(Buffer.from(await reading).toString(), all)
  })
}

test('readAll stops at the limit, and reads nothing where the announced size is over it', async () => {
  const endless = growing(Array<string>(100).fill('12345'))
  await assert.rejects(readAll(endless, 10, tooLarge), /too large/)
  assert.equal(endless.given, 3)
  const announced = growing(['1'], 11)
  await assert.rejects(readAll(announced, 10, tooLarge), /too large/)
  assert.equal(announced.given, 0)
  await assert.rejects(readAll(bytesBody(new Uint8Array(11)), 10, tooLarge), /too large/)
})

test('bytes in memory are given as they are, whole and in parts', async () => {
  const bytes = Buffer.from('0123456789')
  const body = bytesBody(bytes)
  assert.equal(await readAll(body, 10, tooLarge), bytes)
  const parts: string[] = []
  for await (const chunk of body.read({ start: 2, end: 5 })) parts.push(Buffer.from(chunk).toString())
  assert.deepEqual(parts, ['234'])
})
