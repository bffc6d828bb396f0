import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { ZipError } from './error.ts'
import { inflate } from './inflate.ts'

const none = new Uint8Array(0)

function inflateAll(compressed: Uint8Array, chunkSize: number): Buffer {
  let at = 0
  const pull = () => {
    const chunk = compressed.subarray(at, at + chunkSize)
    at += chunk.length
    return chunk
  }
  return Buffer.concat(Array.from(inflate(pull), (chunk) => Buffer.from(chunk)))
}

const settings = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy: fc.constantFrom(constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE),
})
const content = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 3000 })), { maxLength: 6 })
  .map((parts) => Buffer.concat(parts.map(([bytes, times]) => Buffer.concat(Array<Uint8Array>(times).fill(bytes)))))

test('inflate inverts deflate for all levels and strategies, however the input is cut', () => {
  fc.assert(
    fc.property(content, settings, fc.integer({ min: 1, max: 5000 }), (bytes, options, chunkSize) => {
      assert.ok(inflateAll(deflateRawSync(bytes, options), chunkSize).equals(bytes))
    }),
    { numRuns: 60 },
  )
})

test('inflate takes what zlib takes and refuses what zlib refuses', () => {
  const bytes = Buffer.from('the quick brown fox jumps over the lazy dog, '.repeat(20))
  const mutation = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))
  fc.assert(
    fc.property(settings, fc.array(mutation, { minLength: 1, maxLength: 3 }), (options, mutations) => {
      const compressed = Buffer.from(deflateRawSync(bytes, options))
      for (const [position, value] of mutations) compressed[position % compressed.length] = value
      assert.deepEqual(
        outcome(() => inflateAll(compressed, 7)),
        outcome(() => inflateStrict(compressed)),
      )
    }),
    { numRuns: 800 },
  )
})

function inflateStrict(compressed: Uint8Array): Buffer {
  const { buffer, engine } = inflateRawSync(compressed, { info: true }) as unknown as {
    buffer: Buffer
    engine: { bytesWritten: number }
  }
  if (engine.bytesWritten !== compressed.length) throw new RangeError('data after the end')
  return buffer
}

function outcome(run: () => Buffer): string {
  try {
    return run().toString('hex')
  } catch (error) {
    assert.ok(error instanceof ZipError || error instanceof Error)
    return 'refused'
  }
}

const corrupt: [claim: string, bytes: number[]][] = [
  ['nothing', []],
  ['a reserved block type', [0x07]],
  ['a stored length that disagrees with its complement', [0x01, 0x01, 0x00, 0x00, 0x00, 0x41]],
  ['a stored block that is cut off', [0x01, 0x02, 0x00, 0xfd, 0xff, 0x41]],
  ['a match before the beginning', [0x4b, 0x04, 0x0a, 0x00]],
  ['data after the end', [0x03, 0x00, 0x00]],
]

for (const [claim, bytes] of corrupt) {
  test(`inflate refuses ${claim}`, () => {
    assert.throws(() => inflateAll(Uint8Array.from(bytes), 1), ZipError)
  })
}

test('inflate makes no more than one chunk of a bomb at a time', () => {
  const bomb = deflateRawSync(new Uint8Array(16 << 20))
  const chunks = inflate(pullOnce(bomb))
  const { value } = chunks.next() as IteratorYieldResult<Uint8Array>
  assert.ok(value.length > 0 && value.length <= 1 << 17)
})

function pullOnce(bytes: Uint8Array): () => Uint8Array {
  const chunks = [bytes]
  return () => chunks.pop() ?? none
}
