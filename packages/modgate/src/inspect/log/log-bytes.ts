/** The bytes of a log as it was written, out of the file as it is kept: compressed by gzip, or in UTF-16 as PowerShell writes. */

import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Failure } from '../../core/failure.ts'

/** A gzip file of a megabyte can hold a gigabyte of zeros; what is beyond this is not read. */
export const mostInflated = 16 * 1024 ** 3

export interface LogBytesOptions {
  /** Where the bytes are from, for messages. */
  readonly name: string
  readonly mostInflated?: number
}

/**
 * The text of a log as UTF-8, piece by piece.
 * @throws {Failure} kind `configuration`, for other compressed files and archives, with the command that opens them; for gzip
 * data that is damaged, after what could be read.
 */
export async function* logBytes(
  source: AsyncIterable<Uint8Array>,
  options: LogBytesOptions,
): AsyncGenerator<Uint8Array> {
  const pieces = source[Symbol.asyncIterator]()
  const head = await headOf(pieces)
  const all = rejoined(head, pieces)
  const packed = archives.find(({ magic }) => magic.every((byte, at) => head[at] === byte))
  if (packed) throw unreadable(options.name, `this is ${packed.what}`, `${packed.open} | modgate explain -`)
  if (head[0] === 0x1f && head[1] === 0x8b) yield* inflated(all, options)
  else if (head[0] === 0xff && head[1] === 0xfe) yield* recoded(all, 'utf-16le')
  else if (head[0] === 0xfe && head[1] === 0xff) yield* recoded(all, 'utf-16be')
  else yield* all
}

const archives = [
  { magic: [0x50, 0x4b, 3, 4], what: 'a zip archive', open: 'unzip -p FILE' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], what: 'compressed by zstd', open: 'zstd -dc FILE' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'compressed by xz', open: 'xz -dc FILE' },
  { magic: [0x42, 0x5a, 0x68], what: 'compressed by bzip2', open: 'bzip2 -dc FILE' },
] as const

/** Enough to tell what it is, however small the pieces are. */
async function headOf(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array()
  while (head.length < 6) {
    const next = await pieces.next()
    if (next.done) break
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value])
  }
  return head
}

async function* rejoined(head: Uint8Array, pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value
}

async function* inflated(
  packed: AsyncIterable<Uint8Array>,
  { name, mostInflated: most = mostInflated }: LogBytesOptions,
): AsyncGenerator<Uint8Array> {
  const plain = createGunzip({ chunkSize: 256 * 1024 })
  // What goes wrong on the way ends `plain` too, and is thrown below.
  pipeline(Readable.from(packed, { objectMode: false }), plain, () => undefined)
  let bytes = 0
  try {
    for await (const piece of plain as AsyncIterable<Buffer>) {
      bytes += piece.length
      if (bytes > most) throw unreadable(name, `its content is larger than ${most} bytes`, 'split it')
      yield piece
    }
  } catch (error) {
    if (error instanceof Failure) throw error
    throw unreadable(name, 'its gzip data is damaged or breaks off', 'gzip -t FILE')
  }
}

async function* recoded(
  text: AsyncIterable<Uint8Array>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding)
  for await (const piece of text) yield Buffer.from(decoder.decode(piece, { stream: true }))
  yield Buffer.from(decoder.decode())
}

function unreadable(name: string, why: string, next: string): Failure {
  return new Failure('configuration', { asked: `explain ${name}`, who: 'modgate', why, next })
}
