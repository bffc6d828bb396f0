/*
 * Text as Go sees it: bytes that are UTF-8 by habit. A byte that is not UTF-8 becomes the lone surrogate U+DC00 + byte and
 * turns into that byte again on the way out, so that a comment in an old encoding survives an edit.
 */

const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u
const brokenByte = 0xdc00

/** Text of these bytes; never throws, and {@link encodeText} gives exactly these bytes back. */
export function decodeText(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data)
  } catch {
    return decodeBroken(data)
  }
}

function decodeBroken(data: Uint8Array): string {
  const parts: string[] = []
  let units: number[] = []
  for (let at = 0; at < data.length;) {
    const { code, size } = runeAt(data, at)
    at += size
    if (code > 0xffff) units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff))
    else units.push(code)
    if (units.length >= 4096) {
      parts.push(String.fromCharCode(...units))
      units = []
    }
  }
  return parts.join('') + String.fromCharCode(...units)
}

/** The rune that starts at `at`: RFC 3629, so no overlong form, no surrogate; any other byte stands for itself. */
function runeAt(data: Uint8Array, at: number): { code: number; size: number } {
  const first = data[at] ?? 0
  if (first < 0x80) return { code: first, size: 1 }
  const size = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1
  let code = first & (0x7f >> size)
  for (let next = at + 1; next < at + size; next++) {
    const byte = data[next] ?? 0
    if ((byte & 0xc0) !== 0x80) return { code: brokenByte + first, size: 1 }
    code = (code << 6) | (byte & 0x3f)
  }
  const tooSmall = [0, 0x80, 0x80, 0x800, 0x10000][size] ?? 0
  const surrogate = code >= 0xd800 && code < 0xe000
  if (size === 1 || code < tooSmall || surrogate || code > 0x10ffff) return { code: brokenByte + first, size: 1 }
  return { code, size }
}

/** The bytes of this text: UTF-8, and single bytes where {@link decodeText} found what was not. Other lone surrogates become U+FFFD. */
export function encodeText(text: string): Uint8Array {
  if (text.isWellFormed()) return new TextEncoder().encode(text)
  const out = new Uint8Array(text.length * 3)
  const encoder = new TextEncoder()
  let length = 0
  for (const rune of text) {
    const code = rune.codePointAt(0) ?? 0
    if (isBrokenByte(code)) out[length++] = code - brokenByte
    else length += encoder.encodeInto(rune, out.subarray(length)).written
  }
  return out.slice(0, length)
}

/** Whether this code point, alone, stands for a byte that is not UTF-8. */
export function isBrokenByte(code: number): boolean {
  return code >= brokenByte + 0x80 && code <= brokenByte + 0xff
}

/** How many bytes this code point has in a file. */
export function runeSize(code: number): number {
  if (code < 0x80 || isBrokenByte(code)) return 1
  return code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
}

/** Whether Go's unicode.IsPrint holds: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrint(code: number): boolean {
  if (code < 0x80) return code >= 0x20 && code < 0x7f
  // Go reads a broken byte as U+FFFD, which is a symbol.
  return isBrokenByte(code) || printable.test(String.fromCodePoint(code))
}

/** Whether Go's unicode.IsSpace holds: unlike in JavaScript U+0085 is a space, U+FEFF is none. */
export function isSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d)
  if (code < 0x1680) return code === 0x85 || code === 0xa0
  return (code >= 0x2000 && code <= 0x200a) || [0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000].includes(code)
}

/** The text without spaces at its ends: Go's strings.TrimSpace. */
export function trimSpace(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/** The pieces between spaces: Go's strings.Fields. */
export function fields(text: string): string[] {
  const out: string[] = []
  let start = -1
  for (let at = 0; at <= text.length; at++) {
    const inside = at < text.length && !isSpace(text.charCodeAt(at))
    if (inside && start < 0) start = at
    if (!inside && start >= 0) {
      out.push(text.slice(start, at))
      start = -1
    }
  }
  return out
}

/** Order by bytes, as Go compares strings; JavaScript compares UTF-16, where U+10000 comes before U+E000. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at)
    const y = b.charCodeAt(at)
    if (x !== y) return unitRank(x) - unitRank(y)
  }
  return a.length - b.length
}

function unitRank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
