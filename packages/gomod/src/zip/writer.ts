import { constants, crc32, deflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib'
import { blocks, concat } from './content.ts'
import type { Content } from './content.ts'
import type { DirectoryEnd } from './directory-end.ts'
import { ZipError } from './error.ts'

/** Takes the bytes of an archive in order. The bytes of one call do not change afterwards. */
export interface ZipSink {
  write(bytes: Uint8Array): void | Promise<void>
}

interface Written {
  readonly name: Uint8Array
  readonly flags: number
  readonly crc: number
  readonly compressedSize: number
  readonly size: number
  readonly offset: number
}

const blockSize = 1 << 20
/** Deflating more than this takes milliseconds, in which the event loop should do something else. */
const offLoopFrom = 64 << 10
/** The sink gets so much at a time: a small file is four writes of a few bytes. */
const gatherBytes = 128 << 10
const windowSize = 1 << 15
const version = 20
const version64 = 45
/** Size of the zip64 end record without its first two fields. */
const end64Size = 44
const deflate = 8
const descriptorFlag = 0x0008
const utf8Flag = 0x0800

/**
 * Writes a zip as a stream: local headers with a data descriptor behind the data, no times, no modes, all files deflated.
 * Equal names and contents give equal bytes, however the content was cut into chunks. The archive stays below 4 GiB, far above
 * what a module zip may have; more is refused.
 */
export class ZipWriter {
  readonly #sink: ZipSink
  readonly #written: Written[] = []
  #gathered: Uint8Array[] = []
  #gatheredBytes = 0
  #offset = 0

  constructor(sink: ZipSink) {
    this.#sink = sink
  }

  /**
   * Adds a file with at most `size` bytes.
   * @throws ZipError `size` if there are more; whatever the content and the sink throw.
   */
  async add(path: string, content: Content, size: number): Promise<void> {
    const name = new TextEncoder().encode(path)
    // Go sets the flag only for names that need it.
    const flags = descriptorFlag | (name.some((byte) => byte >= 0x80) ? utf8Flag : 0)
    const offset = this.#offset
    await this.#write(localHeader(name, flags))
    const start = this.#offset
    let crc = 0
    let read = 0
    for await (const [block, compressed] of deflateBlocks(content)) {
      read += block.length
      if (read > size) throw new ZipError('size', `file ${JSON.stringify(path)} is larger than declared size`)
      crc = crc32(block, crc)
      await this.#write(compressed)
    }
    const written = { name, flags, crc, compressedSize: this.#offset - start, size: read, offset }
    await this.#write(descriptor(written))
    this.#written.push(written)
  }

  /** Writes the central directory. Nothing may be added after it. */
  async close(): Promise<void> {
    const start = this.#offset
    for (const written of this.#written) await this.#write(directoryHeader(written))
    await this.#write(directoryEnd({ count: this.#written.length, size: this.#offset - start, offset: start }))
    await this.#pass()
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#offset += bytes.length
    if (this.#offset > 0xffffffff) throw new ZipError('size', 'the archive is larger than 4 GiB')
    this.#gathered.push(bytes)
    this.#gatheredBytes += bytes.length
    if (this.#gatheredBytes >= gatherBytes) await this.#pass()
  }

  async #pass(): Promise<void> {
    const whole = concat(this.#gathered, this.#gatheredBytes)
    this.#gathered = []
    this.#gatheredBytes = 0
    await this.#sink.write(whole)
  }
}

const deflated = (block: Uint8Array, options: ZlibOptions): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    deflateRaw(block, options, (error, bytes) => (error ? reject(error) : resolve(bytes)))
  })

/**
 * Deflates content in blocks of 1 MiB, each with the window of the one before as its dictionary and closed by a sync flush; an
 * empty last block ends the stream. That bounds memory, and a small file needs no stream of the runtime's, which would cost more than it does.
 */
async function* deflateBlocks(content: Content): AsyncGenerator<[block: Uint8Array, compressed: Uint8Array]> {
  const flush = { finishFlush: constants.Z_SYNC_FLUSH }
  let dictionary: Uint8Array | undefined
  for await (const block of blocks(content, blockSize)) {
    const last = block.length < blockSize
    const options = { ...(last ? {} : flush), ...(dictionary ? { dictionary } : {}) }
    yield [block, block.length < offLoopFrom ? deflateRawSync(block, options) : await deflated(block, options)]
    if (last) return
    dictionary = block.subarray(-windowSize)
  }
  yield [new Uint8Array(0), deflateRawSync(new Uint8Array(0))]
}

/** Fields of a structure in order: 2 or 4 bytes each, little-endian. */
function record(fields: readonly [size: 2 | 4, value: number][], tail: Uint8Array = new Uint8Array(0)): Uint8Array {
  const length = fields.reduce((sum, [size]) => sum + size, 0)
  const bytes = new Uint8Array(length + tail.length)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += size
  }
  bytes.set(tail, at)
  return bytes
}

const twos = (...values: number[]): [2, number][] => values.map((value) => [2, value])
const fours = (...values: number[]): [4, number][] => values.map((value) => [4, value])

/** APPNOTE 4.3.7. Time and date are 0, checksum and sizes stand in the descriptor. */
function localHeader(name: Uint8Array, flags: number): Uint8Array {
  const fields = [
    ...fours(0x04034b50),
    ...twos(version, flags, deflate, 0, 0),
    ...fours(0, 0, 0),
    ...twos(name.length, 0),
  ]
  return record(fields, name)
}

/** APPNOTE 4.3.9. */
function descriptor({ crc, compressedSize, size }: Written): Uint8Array {
  return record(fours(0x08074b50, crc, compressedSize, size))
}

/** APPNOTE 4.3.12. */
function directoryHeader({ name, flags, crc, compressedSize, size, offset }: Written): Uint8Array {
  const fields = [
    ...fours(0x02014b50),
    ...twos(version, version, flags, deflate, 0, 0),
    ...fours(crc, compressedSize, size),
    ...twos(name.length, 0, 0, 0, 0),
    ...fours(0, offset),
  ]
  return record(fields, name)
}

/** The end of the directory (APPNOTE 4.3.14 to 4.3.16), with zip64 records in front where the count needs them. */
export function directoryEnd({ count, size, offset }: DirectoryEnd): Uint8Array {
  if (count < 0xffff)
    return record([...fours(0x06054b50), ...twos(0, 0, count, count), ...fours(size, offset), ...twos(0)])
  return record([
    ...fours(0x06064b50, end64Size, 0),
    ...twos(version64, version64),
    ...fours(0, 0, count, 0, count, 0, size, 0, offset, 0),
    ...fours(0x07064b50, 0, offset + size, 0, 1),
    ...fours(0x06054b50),
    ...twos(0, 0, 0xffff, 0xffff),
    ...fours(0xffffffff, 0xffffffff),
    ...twos(0),
  ])
}
