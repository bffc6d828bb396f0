import { Bits } from './bits.ts'
import { ZipError } from './error.ts'
import { huffman, nextSymbol } from './huffman.ts'
import type { Huffman } from './huffman.ts'

const windowSize = 1 << 15
const outputSize = 1 << 17
const longestMatch = 258

const lengthBase = Uint16Array.of(
  ...[
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ],
)
const lengthExtra = Uint8Array.of(
  ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
)
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

interface BlockCodes {
  readonly literals: Huffman
  readonly distances: Huffman
}

/** RFC 1951, 3.2.6. */
const fixedCodes: BlockCodes = {
  literals: huffman(Uint8Array.from({ length: 288 }, (_, n) => (n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8))),
  distances: huffman(new Uint8Array(32).fill(5)),
}

/**
 * Inflates a raw deflate stream (RFC 1951) chunk by chunk, synchronously and in constant memory, whatever its size.
 *
 * The runtime's zlib inflates either all at once or asynchronously; a member of hundreds of megabytes needs neither. Zlib is
 * some times faster and stays the choice for members of ordinary size.
 *
 * @param pull the next compressed bytes; an empty array is their end.
 * @returns chunks of at most 128 KiB, each valid until the next one is asked for.
 * @throws ZipError `format` for corrupt or cut off data and for data after the end of the stream.
 */
export function* inflate(pull: () => Uint8Array): Generator<Uint8Array> {
  const bits = new Bits(pull)
  const output = new Output()
  for (let last = false; !last;) {
    last = bits.take(1) === 1
    const type = bits.take(2)
    if (type === 0) yield* copyStored(bits, output)
    else if (type === 1) yield* inflateBlock(bits, output, fixedCodes)
    else if (type === 2) yield* inflateBlock(bits, output, readCodes(bits))
    else throw corrupt()
  }
  yield* output.flush()
  if (!bits.atEnd()) throw new ZipError('format', 'data after the end of deflate data')
}

/** The window of the last 32 KiB, followed by what is not yet handed out. */
class Output {
  readonly bytes = new Uint8Array(windowSize + outputSize)
  at = windowSize
  #total = 0

  room(): number {
    return this.bytes.length - this.at
  }

  /** Hands out everything since the last flush, and keeps the end of it as the window. */
  *flush(): Generator<Uint8Array> {
    yield this.bytes.subarray(windowSize, this.at)
    this.#total += this.at - windowSize
    this.bytes.copyWithin(0, this.at - windowSize, this.at)
    this.at = windowSize
  }

  copyMatch(length: number, distance: number): void {
    if (distance > this.#total + this.at - windowSize) throw corrupt()
    const { bytes, at } = this
    const end = at + length
    for (let i = at; i < end; i++) bytes[i] = bytes[i - distance]!
    this.at = end
  }
}

function* copyStored(bits: Bits, output: Output): Generator<Uint8Array> {
  bits.align()
  let length = bits.take(16)
  if (bits.take(16) !== (length ^ 0xffff)) throw corrupt()
  while (length > 0) {
    if (output.room() === 0) yield* output.flush()
    const bytes = bits.bytes(Math.min(length, output.room()))
    output.bytes.set(bytes, output.at)
    output.at += bytes.length
    length -= bytes.length
  }
}

function* inflateBlock(bits: Bits, output: Output, codes: BlockCodes): Generator<Uint8Array> {
  while (fillOutput(bits, output, codes)) yield* output.flush()
}

/** Decodes until the output is full (true) or the block has ended (false). */
function fillOutput(bits: Bits, output: Output, { literals, distances }: BlockCodes): boolean {
  while (output.room() >= longestMatch) {
    const symbol = nextSymbol(bits, literals)
    if (symbol < 256) output.bytes[output.at++] = symbol
    else if (symbol === 256) return false
    else output.copyMatch(matchLength(bits, symbol - 257), matchDistance(bits, nextSymbol(bits, distances)))
  }
  return true
}

function matchLength(bits: Bits, symbol: number): number {
  if (symbol >= lengthBase.length) throw corrupt()
  return lengthBase[symbol]! + bits.take(lengthExtra[symbol]!)
}

function matchDistance(bits: Bits, symbol: number): number {
  if (symbol >= 30) throw corrupt()
  if (symbol < 4) return symbol + 1
  const extra = (symbol >> 1) - 1
  return ((2 + (symbol & 1)) << extra) + 1 + bits.take(extra)
}

/** RFC 1951, 3.2.7. */
function readCodes(bits: Bits): BlockCodes {
  const literalCount = bits.take(5) + 257
  const distanceCount = bits.take(5) + 1
  const lengthCount = bits.take(4) + 4
  if (literalCount > 286 || distanceCount > 30) throw corrupt()
  const codeLengths = new Uint8Array(19)
  for (const symbol of lengthOrder.slice(0, lengthCount)) codeLengths[symbol] = bits.take(3)
  const lengths = readLengths(bits, huffman(codeLengths), literalCount + distanceCount)
  // Without an end of block symbol the block could never end.
  if (lengths[256] === 0) throw corrupt()
  return { literals: huffman(lengths.subarray(0, literalCount)), distances: huffman(lengths.subarray(literalCount)) }
}

function readLengths(bits: Bits, code: Huffman, count: number): Uint8Array {
  const lengths = new Uint8Array(count)
  for (let at = 0; at < count;) {
    const symbol = nextSymbol(bits, code)
    if (symbol < 16) {
      lengths[at++] = symbol
      continue
    }
    if (symbol === 16 && at === 0) throw corrupt()
    const value = symbol === 16 ? lengths[at - 1]! : 0
    const repeat = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7)
    if (at + repeat > count) throw corrupt()
    lengths.fill(value, at, at + repeat)
    at += repeat
  }
  return lengths
}

function corrupt(): ZipError {
  return new ZipError('format', 'corrupt deflate data')
}
