/**
 * The files of a tar stream as `git archive` writes it: ustar, with pax records where a name or a size does not fit (POSIX.1-2001, pax
 * Interchange Format). Names stay bytes, one character each. Content is passed through, never collected.
 */

import type { ArchiveFile } from './code-host.ts'

const blockBytes = 512
/** Pax records hold a name, a link and a comment: more is no archive of git. */
const maxRecordBytes = 1 << 20

/** Regular files in their order; links and directories are passed over. Throws what `broken` makes where it is no tar. */
export async function* readTar(chunks: AsyncIterable<Uint8Array>, broken: () => Error): AsyncIterable<ArchiveFile> {
  const input = new Blocks(chunks, broken)
  try {
    yield* filesIn(input, broken)
  } finally {
    await input.close()
  }
}

async function* filesIn(input: Blocks, broken: () => Error): AsyncIterable<ArchiveFile> {
  let records: ReadonlyMap<string, string> = new Map()
  for (;;) {
    const header = await input.take(blockBytes)
    if (header.every((byte) => byte === 0)) break
    const { type, name, size } = headerOf(header, records, broken)
    const padding = (blockBytes - (size % blockBytes)) % blockBytes
    if (type === 'x' || type === 'g') {
      if (size > maxRecordBytes) throw broken()
      const data = await input.take(size)
      if (type === 'x') records = paxRecords(data)
      await input.skip(padding)
      continue
    }
    records = new Map()
    if (type === '0') {
      const content = input.content(size)
      yield { name, size, content }
      // What the reader has left of it.
      await content.return(undefined)
    }
    await input.skip(type === '0' ? input.left + padding : size + padding)
  }
  await input.drain()
}

interface Header {
  readonly type: string
  readonly name: string
  readonly size: number
}

function headerOf(block: Uint8Array, records: ReadonlyMap<string, string>, broken: () => Error): Header {
  const text = Buffer.from(block).toString('latin1')
  const field = (start: number, end: number) => text.slice(start, end).replace(/\0.*$/s, '')
  if (!text.startsWith('ustar', 257) || checksum(block) !== parseInt(field(148, 156), 8)) throw broken()
  const prefix = field(345, 500)
  const name = records.get('path') ?? (prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`)
  const size = records.has('size') ? Number(records.get('size')) : parseInt(field(124, 136), 8)
  if (!Number.isSafeInteger(size) || size < 0) throw broken()
  const type = field(156, 157)
  return { type: type === '' ? '0' : type, name, size: type === '2' || type === '5' ? 0 : size }
}

/** The sum of a header's bytes, its own field read as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 8 * 0x20
  for (let at = 0; at < block.length; at++) if (at < 148 || at >= 156) sum += block[at]!
  return sum
}

/** `<length> <key>=<value>\n`, the length in bytes and its own digits included. */
function paxRecords(data: Uint8Array): ReadonlyMap<string, string> {
  const text = Buffer.from(data).toString('latin1')
  const records = new Map<string, string>()
  for (let at = 0; at < text.length;) {
    const length = /^\d+ /.exec(text.slice(at, at + 12))?.[0] ?? ''
    const record = text.slice(at + length.length, at + Number(length) - 1)
    const equals = record.indexOf('=')
    if (length === '' || equals < 0) break
    records.set(record.slice(0, equals), record.slice(equals + 1))
    at += Number(length)
  }
  return records
}

/** A stream of chunks, taken apart as the reader wants it. */
class Blocks {
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #broken: () => Error
  #chunk: Uint8Array = new Uint8Array(0)
  /** Bytes of the current content that nobody has taken yet. */
  left = 0

  constructor(chunks: AsyncIterable<Uint8Array>, broken: () => Error) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#broken = broken
  }

  /** Some bytes, at most `size`. */
  async #some(size: number): Promise<Uint8Array> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next()
      if (next.done === true) throw this.#broken()
      this.#chunk = next.value
    }
    const part = this.#chunk.subarray(0, size)
    this.#chunk = this.#chunk.subarray(part.length)
    return part
  }

  async take(size: number): Promise<Uint8Array> {
    const whole = new Uint8Array(size)
    for (let at = 0; at < size;) {
      const part = await this.#some(size - at)
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  content(size: number): AsyncGenerator<Uint8Array, undefined> {
    this.left = size
    return this.#content()
  }

  async *#content(): AsyncGenerator<Uint8Array, undefined> {
    while (this.left > 0) {
      const part = await this.#some(this.left)
      this.left -= part.length
      yield part
    }
  }

  async skip(size: number): Promise<void> {
    this.left = 0
    for (let rest = size; rest > 0;) rest -= (await this.#some(rest)).length
  }

  /** Reads to the end, so that the end of the program behind it is seen. */
  async drain(): Promise<void> {
    while ((await this.#chunks.next()).done !== true);
  }

  /** Lets go of what is behind the chunks. */
  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}
