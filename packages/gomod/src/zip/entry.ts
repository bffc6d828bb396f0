import { crc32, inflateRawSync } from 'node:zlib'
import type { RandomAccess } from './access.ts'
import type { ZipEntry } from './directory.ts'
import { ZipError } from './error.ts'
import { inflate } from './inflate.ts'
import { ZipRecord } from './record.ts'

const headerSize = 30
const headerSignature = 0x04034b50
const descriptorSignature = 0x08074b50
const descriptorFlag = 0x0008
/** Encrypted, strongly encrypted, masked header. */
const encryptionFlags = 0x2041
const chunkSize = 1 << 18
/** Members up to this size, compressed and not, are inflated at once by zlib. */
const wholeSize = 16 << 20
/** Deflate cannot make more of one byte. */
const maxRatio = 1032

/**
 * Reads the content of one member, checking it on the way: local header, declared size, CRC-32, data descriptor.
 *
 * Content may be trusted only when the last chunk has been taken without an error. No more than the declared size
 * plus one chunk is ever inflated; beyond 16 MiB, memory does not grow with the size. A chunk is valid until the next one.
 *
 * As Go, a CRC-32 of 0 without a data descriptor counts as not set.
 *
 * @throws ZipError `format`, `algorithm`, `checksum` or `size`; its message names the member.
 */
export function* readEntry(access: RandomAccess, entry: ZipEntry): Generator<Uint8Array> {
  const body = readLocalHeader(access, entry)
  if (entry.kind === 'directory') {
    if (entry.size !== 0) throw refuse(entry, 'format', 'a directory with content')
    return
  }
  let size = 0
  let checksum = 0
  for (const chunk of readContent(access, entry, body)) {
    size += chunk.length
    if (size > entry.size) throw refuse(entry, 'size', 'content is larger than its declared size')
    checksum = crc32(chunk, checksum)
    yield chunk
  }
  if (size !== entry.size) throw refuse(entry, 'format', 'content is smaller than its declared size')
  const described = (entry.flags & descriptorFlag) !== 0
  if (described) checkDescriptor(access, entry, body + entry.compressedSize)
  if (checksum !== entry.crc32 && (described || entry.crc32 !== 0)) throw refuse(entry, 'checksum', 'checksum error')
}

/** Checks the local header (APPNOTE 4.3.7) against the directory and answers the offset of the data behind it. */
function readLocalHeader(access: RandomAccess, entry: ZipEntry): number {
  const name = new TextEncoder().encode(entry.name)
  const length = Math.min(headerSize + name.length, entry.limit - entry.offset)
  const bytes = access.read(entry.offset, length)
  const header = new ZipRecord(bytes)
  if (header.uint32(0) !== headerSignature) throw refuse(entry, 'format', 'not a valid local header')
  if (((header.uint16(6) | entry.flags) & encryptionFlags) !== 0) throw refuse(entry, 'algorithm', 'encrypted')
  const body = entry.offset + headerSize + header.uint16(26) + header.uint16(28)
  const end = body + entry.compressedSize
  if (end > entry.limit) throw refuse(entry, 'format', 'overlaps another part of the archive')
  const sameName = header.uint16(26) === name.length && name.every((byte, i) => byte === bytes[headerSize + i])
  if (!sameName || header.uint16(8) !== entry.method || !sizesAgree(header, entry)) {
    throw refuse(entry, 'format', 'local header and directory contradict each other')
  }
  return body
}

/** With a data descriptor the local header need not know sizes; without, a reader of streams would believe them. */
function sizesAgree(header: ZipRecord, entry: ZipEntry): boolean {
  if ((header.uint16(6) & descriptorFlag) !== 0 || entry.kind === 'directory') return true
  const agrees = (field: number, size: number) => field === 0xffffffff || field === size
  return (
    header.uint32(14) === entry.crc32 &&
    agrees(header.uint32(18), entry.compressedSize) &&
    agrees(header.uint32(22), entry.size)
  )
}

function* readContent(access: RandomAccess, entry: ZipEntry, body: number): Generator<Uint8Array> {
  const compressed = chunks(access, body, entry.compressedSize)
  if (entry.method === 0) {
    if (entry.compressedSize !== entry.size) throw refuse(entry, 'format', 'a stored file with two sizes')
    yield* compressed
  } else if (entry.method !== 8) {
    throw refuse(entry, 'algorithm', `unsupported compression algorithm ${entry.method}`)
  } else if (Math.max(entry.size, entry.compressedSize) <= wholeSize) {
    yield inflateWhole(access.read(body, entry.compressedSize), entry)
  } else {
    yield* inflate(() => compressed.next().value ?? new Uint8Array(0))
  }
}

function* chunks(access: RandomAccess, start: number, length: number): Generator<Uint8Array, undefined> {
  for (let done = 0; done < length; done += chunkSize)
    yield access.read(start + done, Math.min(chunkSize, length - done))
}

/** The result of node:zlib with `info: true`, which its types do not know. */
interface Inflated {
  readonly buffer: Uint8Array
  readonly engine: { readonly bytesWritten: number }
}

function inflateWhole(compressed: Uint8Array, entry: ZipEntry): Uint8Array {
  // One byte more than declared: enough to see that there is more, and nothing is inflated beyond it.
  const room = Math.min(entry.size, compressed.length * maxRatio) + 1
  const options = { info: true, maxOutputLength: room, chunkSize: Math.max(64, room) }
  let inflated: Inflated
  try {
    inflated = inflateRawSync(compressed, options) as unknown as Inflated
  } catch (cause) {
    const tooLarge = cause instanceof RangeError
    throw refuse(
      entry,
      tooLarge ? 'size' : 'format',
      tooLarge ? 'content is larger than its declared size' : 'corrupt deflate data',
      cause,
    )
  }
  if (inflated.engine.bytesWritten !== compressed.length)
    throw refuse(entry, 'format', 'data after the end of deflate data')
  return inflated.buffer
}

/** The descriptor (APPNOTE 4.3.9) has 32-bit or 64-bit sizes, nobody knows which: only its checksum is compared, as Go does. */
function checkDescriptor(access: RandomAccess, entry: ZipEntry, offset: number): void {
  const length = Math.min(16, entry.limit - offset)
  if (length < 12) throw refuse(entry, 'format', 'the data descriptor is cut off')
  const record = new ZipRecord(access.read(offset, length))
  const signed = record.uint32(0) === descriptorSignature
  if (signed && length < 16) throw refuse(entry, 'format', 'the data descriptor is cut off')
  if (record.uint32(signed ? 4 : 0) !== entry.crc32)
    throw refuse(entry, 'checksum', 'the data descriptor has another checksum')
}

function refuse(entry: ZipEntry, code: ZipError['code'], reason: string, cause?: unknown): ZipError {
  return new ZipError(code, `${JSON.stringify(entry.name)}: ${reason}`, { cause })
}
