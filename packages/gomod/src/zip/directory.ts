import type { RandomAccess } from './access.ts'
import { readDirectoryEnd } from './directory-end.ts'
import { ZipError } from './error.ts'
import { ZipRecord } from './record.ts'

/** One member of a zip, as the central directory describes it. Sizes and offsets are in bytes. */
export interface ZipEntry {
  readonly name: string
  /** What the entry stands for: a name that ends in a slash is a directory, whatever its mode says. */
  readonly kind: 'file' | 'directory' | 'irregular'
  /** Compression method: 0 is stored, 8 is deflate; anything else cannot be read. */
  readonly method: number
  /** General purpose bit flags (APPNOTE 4.4.4). */
  readonly flags: number
  readonly crc32: number
  readonly compressedSize: number
  readonly size: number
  /** Where the local header begins, and the offset that neither it nor the data may reach beyond. */
  readonly offset: number
  readonly limit: number
}

/** Bounds on what is kept in memory for one archive. */
export interface DirectoryLimits {
  readonly maxEntries: number
  /** Size of the central directory in bytes. */
  readonly maxDirectory: number
}

/** Ten times what the largest public modules need. */
export const defaultLimits: DirectoryLimits = { maxEntries: 1 << 19, maxDirectory: 128 << 20 }

const headerSize = 46
const headerSignature = 0x02014b50
const localHeaderSize = 30

/**
 * Reads the central directory (APPNOTE 4.3.12) in its own order. No member is read.
 *
 * Stricter than Go's archive/zip where an archive could mean two things: the directory holds exactly the entries that it
 * claims, names are UTF-8, and no two members share a byte. What Go accepts beyond that, no honest writer makes.
 *
 * @throws ZipError `format`; `size` beyond the limits.
 */
export function readDirectory(access: RandomAccess, limits = defaultLimits): readonly ZipEntry[] {
  const end = readDirectoryEnd(access)
  if (end.count > limits.maxEntries) throw new ZipError('size', `more than ${limits.maxEntries} entries`)
  if (end.size > limits.maxDirectory) throw new ZipError('size', `directory larger than ${limits.maxDirectory} bytes`)
  const bytes = access.read(end.offset, end.size)
  const entries: ZipEntry[] = []
  let position = 0
  while (position < bytes.length) {
    const [entry, next] = readHeader(bytes, position)
    entries.push(entry)
    position = next
  }
  if (entries.length !== end.count) throw new ZipError('format', 'the number of entries is not the one declared')
  return withLimits(entries, end.offset)
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readHeader(bytes: Uint8Array, start: number): [entry: ZipEntry, next: number] {
  if (start + headerSize > bytes.length) throw new ZipError('format', 'the directory is cut off')
  const record = new ZipRecord(bytes.subarray(start, start + headerSize))
  if (record.uint32(0) !== headerSignature) throw new ZipError('format', 'not a valid directory header')
  const nameEnd = start + headerSize + record.uint16(28)
  const extraEnd = nameEnd + record.uint16(30)
  const next = extraEnd + record.uint16(32)
  if (next > bytes.length) throw new ZipError('format', 'the directory is cut off')
  const name = readName(bytes.subarray(start + headerSize, nameEnd))
  const sizes = {
    size: record.uint32(24),
    compressedSize: record.uint32(20),
    offset: record.uint32(42),
  }
  const entry = {
    name,
    kind: readKind(name, record),
    method: record.uint16(10),
    flags: record.uint16(8),
    crc32: record.uint32(16),
    ...readZip64(bytes.subarray(nameEnd, extraEnd), sizes),
    limit: 0,
  }
  return [entry, next]
}

function readName(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new ZipError('format', 'a file name is not UTF-8', { cause })
  }
}

/** The file type stands in the upper half of the external attributes if the archive was made on Unix or macOS. */
function readKind(name: string, record: ZipRecord): ZipEntry['kind'] {
  if (name.endsWith('/')) return 'directory'
  const system = record.uint16(4) >> 8
  const type = system === 3 || system === 19 ? (record.uint32(38) >>> 16) & 0xf000 : 0
  return type === 0 || type === 0x8000 ? 'file' : 'irregular'
}

type Sizes = Pick<ZipEntry, 'size' | 'compressedSize' | 'offset'>

/** Replaces each field that is all ones by its 64-bit value from the zip64 extra field (APPNOTE 4.5.3). */
function readZip64(extra: Uint8Array, sizes: Sizes): Sizes {
  const result = { ...sizes }
  const missing = (['size', 'compressedSize', 'offset'] as const).filter((key) => sizes[key] === 0xffffffff)
  for (let start = 0; missing.length > 0 && start + 4 <= extra.length;) {
    const head = new ZipRecord(extra.subarray(start, start + 4))
    const end = start + 4 + head.uint16(2)
    if (end > extra.length) break
    const field = extra.subarray(start + 4, end)
    if (head.uint16(0) === 1) {
      if (field.length < 8 * missing.length) throw new ZipError('format', 'a zip64 field is cut off')
      missing.splice(0).forEach((key, index) => (result[key] = new ZipRecord(field).uint64(8 * index)))
    }
    start = end
  }
  // As Go: an uncompressed size of 2^32 - 1 is plausible without zip64, the other two are not.
  if (missing.some((key) => key !== 'size')) throw new ZipError('format', 'a zip64 field is missing')
  return result
}

/** Gives each member the room up to the next one; members that do not fit into their room overlap. */
function withLimits(entries: readonly ZipEntry[], directory: number): readonly ZipEntry[] {
  const order = entries.map((_, index) => index).sort((a, b) => entries[a]!.offset - entries[b]!.offset)
  const result = [...entries]
  let limit = directory
  for (const index of order.reverse()) {
    const entry = entries[index]!
    if (entry.offset + localHeaderSize + entry.compressedSize > limit) {
      throw new ZipError('format', `${JSON.stringify(entry.name)} overlaps another part of the archive`)
    }
    result[index] = { ...entry, limit }
    limit = entry.offset
  }
  return result
}
