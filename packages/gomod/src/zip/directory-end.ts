import type { RandomAccess } from './access.ts'
import { ZipError } from './error.ts'
import { ZipRecord } from './record.ts'

/** Where the central directory lies, and how many entries it claims. */
export interface DirectoryEnd {
  readonly offset: number
  readonly size: number
  readonly count: number
}

const endSize = 22
const endSignature = 0x06054b50
const maxComment = 0xffff
const locatorSize = 20
const locatorSignature = 0x07064b50
const end64Size = 56
const end64Signature = 0x06064b50

/**
 * Finds the end of central directory record (APPNOTE 4.3.14 to 4.3.16), searching backwards as Go's archive/zip does.
 *
 * Go then forgives what we do not: bytes after the comment, bytes before the archive or between directory and end, and
 * 32-bit fields that contradict their zip64 twins. Each of these lets two readers see two archives in one file.
 *
 * @throws ZipError `format`
 */
export function readDirectoryEnd(access: RandomAccess): DirectoryEnd {
  const tail = Math.min(access.size, endSize + maxComment)
  const position = access.size - tail + findEnd(access.read(access.size - tail, tail))
  const record = new ZipRecord(access.read(position, endSize))
  if (record.uint16(4) !== 0 || record.uint16(6) !== 0) throw new ZipError('format', 'the archive spans several disks')
  if (record.uint16(8) !== record.uint16(10)) throw disagree()
  const end = { count: record.uint16(10), size: record.uint32(12), offset: record.uint32(16) }
  const position64 = findEnd64(access, position)
  if (position64 === undefined) return checkEnd(end, position)
  return checkEnd(readEnd64(access, position64, end), position64)
}

/** Offset of the last end record in the tail of the file. Its comment must reach exactly to the end of the file. */
function findEnd(tail: Uint8Array): number {
  const record = new ZipRecord(tail)
  for (let i = tail.length - endSize; i >= 0; i--) {
    if (record.uint32(i) !== endSignature) continue
    if (i + endSize + record.uint16(i + endSize - 2) === tail.length) return i
    throw new ZipError('format', 'data after the archive, or its end is cut off')
  }
  throw new ZipError('format', 'not a valid zip file')
}

function findEnd64(access: RandomAccess, position: number): number | undefined {
  const at = position - locatorSize
  if (at < 0) return undefined
  const locator = new ZipRecord(access.read(at, locatorSize))
  if (locator.uint32(0) !== locatorSignature) return undefined
  if (locator.uint32(4) !== 0 || locator.uint32(16) !== 1)
    throw new ZipError('format', 'the archive spans several disks')
  const position64 = locator.uint64(8)
  if (position64 + end64Size > at) throw new ZipError('format', 'the zip64 end of directory is not where it should be')
  return position64
}

function readEnd64(access: RandomAccess, position: number, end: DirectoryEnd): DirectoryEnd {
  const record = new ZipRecord(access.read(position, end64Size))
  if (record.uint32(0) !== end64Signature) throw new ZipError('format', 'not a valid zip64 end of directory')
  if (record.uint32(16) !== 0 || record.uint32(20) !== 0)
    throw new ZipError('format', 'the archive spans several disks')
  const end64 = { count: record.uint64(32), size: record.uint64(40), offset: record.uint64(48) }
  const agree =
    record.uint64(24) === end64.count &&
    (end.count === 0xffff || end.count === end64.count) &&
    (end.size === 0xffffffff || end.size === end64.size) &&
    (end.offset === 0xffffffff || end.offset === end64.offset)
  if (!agree) throw disagree()
  return end64
}

function checkEnd(end: DirectoryEnd, position: number): DirectoryEnd {
  if (end.offset + end.size !== position) {
    throw new ZipError('format', 'the directory does not end where the archive says, or data stands before the archive')
  }
  return end
}

function disagree(): ZipError {
  return new ZipError('format', 'the fields of the end of directory contradict each other')
}
