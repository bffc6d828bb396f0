import type { Bits } from './bits.ts'
import { ZipError } from './error.ts'

const maxLength = 15
/** Codes up to this length are looked up at once. A full table would let a small block cost 2^15 steps to set up. */
const fastBits = 9

/** A canonical prefix code (RFC 1951, 3.2.2). */
export interface Huffman {
  /** For each `fastBits` next bits: symbol * 16 + length, or 0 if the code is longer. */
  readonly fast: Uint16Array
  /** Number of codes of each length, and the symbols in order of their codes: the slow way. */
  readonly counts: Uint16Array
  readonly symbols: Uint16Array
}

/**
 * Builds the code for these code lengths (0: unused).
 *
 * As zlib, it accepts no code at all and one single code of length 1, which is incomplete, and refuses other codes that
 * are incomplete or oversubscribed.
 *
 * @throws ZipError `format`
 */
export function huffman(lengths: Uint8Array): Huffman {
  const counts = new Uint16Array(maxLength + 1)
  for (const length of lengths) counts[length]!++
  const used = lengths.length - counts[0]!
  counts[0] = 0
  checkComplete(counts, used)
  const symbols = new Uint16Array(used)
  const offsets = new Uint16Array(maxLength + 2)
  for (let length = 1; length <= maxLength; length++) offsets[length + 1] = offsets[length]! + counts[length]!
  lengths.forEach((length, symbol) => {
    if (length !== 0) symbols[offsets[length]!++] = symbol
  })
  return { fast: fastTable(counts, symbols), counts, symbols }
}

function checkComplete(counts: Uint16Array, used: number): void {
  let left = 1
  for (let length = 1; length <= maxLength; length++) {
    left = 2 * left - counts[length]!
    if (left < 0) throw new ZipError('format', 'deflate data has an oversubscribed code')
  }
  if (left > 0 && used > 0 && !(used === 1 && counts[1] === 1)) {
    throw new ZipError('format', 'deflate data has an incomplete code')
  }
}

function fastTable(counts: Uint16Array, symbols: Uint16Array): Uint16Array {
  const fast = new Uint16Array(1 << fastBits)
  let code = 0
  let index = 0
  for (let length = 1; length <= fastBits; length++, code <<= 1) {
    for (let n = counts[length]!; n > 0; n--, code++, index++) {
      const entry = symbols[index]! * 16 + length
      for (let slot = reverse(code, length); slot < fast.length; slot += 1 << length) fast[slot] = entry
    }
  }
  return fast
}

function reverse(code: number, length: number): number {
  let result = 0
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit)
  return result
}

/** Takes the next symbol. @throws ZipError `format` */
export function nextSymbol(bits: Bits, code: Huffman): number {
  bits.fill()
  const entry = code.fast[bits.hold & ((1 << fastBits) - 1)]!
  if (entry === 0) return slowSymbol(bits, code)
  bits.drop(entry & 15)
  return entry >> 4
}

function slowSymbol(bits: Bits, { counts, symbols }: Huffman): number {
  let value = 0
  let first = 0
  let index = 0
  for (let length = 1; length <= maxLength; length++) {
    value |= (bits.hold >> (length - 1)) & 1
    const count = counts[length]!
    if (value - first < count) {
      bits.drop(length)
      return symbols[index + value - first]!
    }
    index += count
    first = (first + count) << 1
    value <<= 1
  }
  throw new ZipError('format', 'deflate data has an unknown code')
}
