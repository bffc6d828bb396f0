import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesAccess } from './access.ts'
import { readDirectory } from './directory.ts'
import { readEntry } from './entry.ts'
import { ZipError } from './error.ts'
import type { ZipErrorCode } from './error.ts'
import { forge, number } from './forge.ts'
import type { ForgedArchive, ForgedMember } from './forge.ts'

const text = (value: string) => Buffer.from(value)
const file: ForgedMember = { name: 'a', content: 'hello' }
const descriptor = (crc: number) => Buffer.concat([number(4, 0x08074b50), number(4, crc), number(4, 7), number(4, 5)])
const helloCrc = 0x3610a686

function readAll(bytes: Uint8Array): Record<string, string> {
  const access = bytesAccess(bytes)
  const contents = readDirectory(access).map((entry) => {
    const chunks = Array.from(readEntry(access, entry), (chunk) => Buffer.from(chunk))
    return [entry.name, Buffer.concat(chunks).toString()] as const
  })
  return Object.fromEntries(contents)
}

const accepted: [claim: string, archive: ForgedArchive][] = [
  ['a deflated file', { members: [file] }],
  ['a stored file', { members: [{ ...file, method: 0 }] }],
  ['an archive comment', { members: [file], comment: text('hi') }],
  ['zip64 end records', { members: [file], zip64: {}, count: 0xffff, directoryOffset: 0xffffffff }],
  ['zip64 end records that the plain ones repeat', { members: [file], zip64: {} }],
  [
    'a size in a zip64 field',
    { members: [{ ...file, size: 0xffffffff, extra: Buffer.concat([number(2, 1), number(2, 8), number(8, 5)]) }] },
  ],
  ['an extra field that is cut off', { members: [{ ...file, extra: text('\x01\x00\x63') }] }],
  ['a data descriptor', { members: [{ ...file, flags: 8, descriptor: descriptor(helloCrc) }] }],
  [
    'a data descriptor without signature',
    { members: [{ ...file, flags: 8, descriptor: descriptor(helloCrc).subarray(4) }] },
  ],
  ['a checksum that is not set', { members: [{ ...file, crc32: 0 }] }],
  ['a gap between members and directory', { members: [file], gap: text('gap') }],
]

for (const [claim, archive] of accepted) {
  test(`a zip may have ${claim}`, () => {
    assert.deepEqual(readAll(forge(archive)), { a: 'hello' })
  })
}

test('an empty zip has no entries', () => {
  assert.deepEqual(readDirectory(bytesAccess(forge({ members: [] }))), [])
})

test('a directory may have compressed bytes, but no content', () => {
  assert.deepEqual(readAll(forge({ members: [{ name: 'a/' }] })), { 'a/': '' })
})

const bomb = Buffer.alloc(1 << 20)
const refused: [claim: string, archive: ForgedArchive, code: ZipErrorCode][] = [
  ['data after the archive', { members: [file], after: text('x') }, 'format'],
  ['a second end in the comment', { members: [file], comment: text(`PK\x05\x06${'\0'.repeat(18)}`) }, 'format'],
  ['data before the archive', { members: [file], before: text('#!/bin/sh\n') }, 'format'],
  ['a directory offset that lies', { members: [file], directoryOffset: 1 }, 'format'],
  ['a directory size that lies', { members: [file], directorySize: 46 }, 'format'],
  ['more entries than declared', { members: [file, { name: 'b' }], count: 1 }, 'format'],
  ['fewer entries than declared', { members: [file], count: 2 }, 'format'],
  ['a zip64 count that contradicts the plain one', { members: [file], zip64: { count: 2 } }, 'format'],
  ['a zip64 count out of range', { members: [file], zip64: { count: 2 ** 53 }, count: 0xffff }, 'format'],
  ['several disks', { members: [file], disk: 1 }, 'format'],
  ['a name that is not UTF-8', { members: [{ ...file, name: Uint8Array.of(0xff) }] }, 'format'],
  ['a compressed size without its zip64 field', { members: [{ ...file, compressedSize: 0xffffffff }] }, 'format'],
  [
    'a zip64 field that is cut off',
    { members: [{ ...file, size: 0xffffffff, extra: Buffer.concat([number(2, 1), number(2, 4), number(4, 5)]) }] },
    'format',
  ],
  ['two entries that share their data', { members: [file, { ...file, name: 'b', offset: 0 }] }, 'format'],
  ['an entry inside the directory', { members: [{ ...file, offset: 40 }] }, 'format'],
  ['another name in the local header', { members: [{ ...file, localName: 'b' }] }, 'format'],
  ['another size in the local header', { members: [{ ...file, localSize: 6 }] }, 'format'],
  ['another method in the local header', { members: [{ ...file, localMethod: 0 }] }, 'format'],
  ['a wrong checksum', { members: [{ ...file, crc32: 1 }] }, 'checksum'],
  ['a wrong checksum in its descriptor', { members: [{ ...file, flags: 8, descriptor: descriptor(1) }] }, 'checksum'],
  ['no room for its descriptor', { members: [{ ...file, flags: 8 }] }, 'format'],
  [
    'no room for a signed descriptor',
    { members: [{ ...file, flags: 8, descriptor: descriptor(helloCrc).subarray(0, 12) }] },
    'format',
  ],
  ['more content than declared', { members: [{ ...file, size: 4 }] }, 'size'],
  ['less content than declared', { members: [{ ...file, size: 6 }] }, 'format'],
  ['a bomb behind a small size', { members: [{ name: 'a', content: bomb, size: 5 }] }, 'size'],
  ['a bomb behind the size 0', { members: [{ name: 'a', content: bomb, size: 0, crc32: 0 }] }, 'size'],
  ['a stored file with two sizes', { members: [{ ...file, method: 0, size: 4 }] }, 'format'],
  ['a directory with content', { members: [{ name: 'a/', content: 'x' }] }, 'format'],
  ['an encrypted file', { members: [{ ...file, flags: 1 }] }, 'algorithm'],
  ['an unknown compression method', { members: [{ ...file, method: 12 }] }, 'algorithm'],
  ['corrupt deflate data', { members: [{ ...file, compressed: Uint8Array.of(7, 7, 7) }] }, 'format'],
  ['no deflate data', { members: [{ ...file, compressed: new Uint8Array(0) }] }, 'format'],
  ['data behind deflate data', { members: [{ name: 'a', compressed: Uint8Array.of(3, 0, 9) }] }, 'format'],
]

for (const [claim, archive, code] of refused) {
  test(`a zip may not have ${claim}`, () => {
    assert.throws(
      () => readAll(forge(archive)),
      (error) => error instanceof ZipError && error.code === code,
    )
  })
}

test('bytes that are no zip are refused', () => {
  for (const bytes of [new Uint8Array(0), text('PK'), text('<html>login</html>'), Buffer.alloc(100_000)]) {
    assert.throws(() => readDirectory(bytesAccess(bytes)), /not a valid zip file/)
  }
})

test('limits on entries and on the directory are kept', () => {
  const access = bytesAccess(forge({ members: [file, { name: 'b' }] }))
  assert.throws(() => readDirectory(access, { maxEntries: 1, maxDirectory: 1000 }), /more than 1 entries/)
  assert.throws(() => readDirectory(access, { maxEntries: 2, maxDirectory: 93 }), /larger than 93 bytes/)
  assert.equal(readDirectory(access, { maxEntries: 2, maxDirectory: 94 }).length, 2)
})

test('a member of 40 MiB is read in chunks', () => {
  const size = 40 << 20
  const access = bytesAccess(forge({ members: [{ name: 'a', content: Buffer.alloc(size, 'x') }] }))
  const lengths = Array.from(readEntry(access, readDirectory(access)[0]!), ({ length }) => length)
  assert.equal(
    lengths.reduce((sum, length) => sum + length, 0),
    size,
  )
  assert.ok(lengths.every((length) => length <= 1 << 17))
})

test('a member larger than it says stops at its declared size', () => {
  const content = Buffer.alloc(40 << 20)
  const access = bytesAccess(forge({ members: [{ name: 'a', content, size: 17 << 20 }] }))
  let read = 0
  assert.throws(() => {
    for (const chunk of readEntry(access, readDirectory(access)[0]!)) read += chunk.length
  }, /larger than its declared size/)
  assert.ok(read <= 17 << 20)
})
