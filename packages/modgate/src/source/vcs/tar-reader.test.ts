import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readTar } from './tar-reader.ts'

interface Member {
  readonly name: string
  readonly content: Buffer
  readonly type?: string
}

const block = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])

function header(name: string, size: number, type: string): Buffer {
  const bytes = Buffer.alloc(512)
  bytes.write(name, 0, 100, 'latin1')
  bytes.write(`${size.toString(8).padStart(11, '0')} `, 124)
  bytes.fill(' ', 148, 156)
  bytes.write(type, 156)
  bytes.write('ustar\0' + '00', 257)
  const sum = bytes.reduce((all, byte) => all + byte, 0)
  bytes.write(`${sum.toString(8).padStart(7, '0')}\0`, 148)
  return bytes
}

function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`, 'latin1')
  let length = rest + 1
  while (String(length).length + rest !== length) length++
  return Buffer.from(`${length} ${key}=${value}\n`, 'latin1')
}

/** As git writes it: the commit first, names that do not fit in records. */
function tar(members: readonly Member[]): Buffer {
  const comment = paxRecord('comment', 'a'.repeat(40))
  const parts = [header('pax_global_header', comment.length, 'g'), block(comment)]
  for (const { name, content, type = '0' } of members) {
    if (name.length > 100) {
      const record = paxRecord('path', name)
      parts.push(header('long', record.length, 'x'), block(record))
    }
    parts.push(header(name, content.length, type), block(content))
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

async function* inChunks(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(chunks: AsyncIterable<Uint8Array>, keep: (name: string) => boolean = () => true) {
  const found: [string, string][] = []
  for await (const { name, content } of readTar(chunks, () => new Error('broken'))) {
    if (!keep(name)) continue
    const parts: Buffer[] = []
    for await (const part of content) parts.push(Buffer.from(part))
    found.push([name, Buffer.concat(parts).toString('latin1')])
  }
  return found
}

const name = fc.string({ minLength: 1, maxLength: 240, unit: fc.constantFrom('a', '/', 'ü', '\n', ' ', '\\', '-') })
const members = fc.array(
  fc.record({ name, content: fc.uint8Array({ maxLength: 1500 }).map((bytes) => Buffer.from(bytes)) }),
  { maxLength: 6 },
)

test('every file is read as it was written, however the stream is cut and whichever are passed over', async () => {
  await fc.assert(
    fc.asyncProperty(
      members,
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 0, max: 2 }),
      async (all, size, skip) => {
        let count = 0
        const found = await read(inChunks(tar(all), size), () => count++ % 3 !== skip)
        const kept = all.filter((_, at) => at % 3 !== skip)
        assert.deepEqual(
          found,
          kept.map((each) => [each.name, each.content.toString('latin1')]),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('links and directories are passed over', async () => {
  const none = Buffer.alloc(0)
  const bytes = tar([
    { name: 'd/', content: none, type: '5' },
    { name: 'l', content: none, type: '2' },
    { name: 'f', content: Buffer.from('x') },
  ])
  assert.deepEqual(await read(inChunks(bytes, 512)), [['f', 'x']])
})

const good = tar([{ name: 'f', content: Buffer.from('x'.repeat(700)) }])
const spoiled: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['a stream that ends in a file', good.subarray(0, 1024 + 512 + 100)],
  ['a stream that ends in a header', good.subarray(0, 700)],
  ['a stream without its end', good.subarray(0, good.length - 1024)],
  ['a header with another sum', Buffer.concat([Buffer.from('x'), good.subarray(1)])],
  ['something else', Buffer.alloc(2048, 'x')],
]

for (const [what, bytes] of spoiled) {
  test(`${what} is broken`, async () => {
    await assert.rejects(read(inChunks(bytes, 100)), /broken/)
  })
}

test('a reader that leaves lets go of the stream', async () => {
  let isOver = false
  async function* source() {
    try {
      yield* inChunks(good, 512)
    } finally {
      isOver = true
    }
  }
  for await (const file of readTar(source(), () => new Error('broken'))) if (file.name === 'f') break
  assert.ok(isOver)
})
