import { quote as quoteText } from '../module/index.ts'
import { decodeText, isPrint } from './text.ts'

const namedEscapes = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
])

/** A Go string literal in double quotes for this text: Go's strconv.Quote, also for bytes that are not UTF-8. */
export function quote(text: string): string {
  const literal = quoteText(text)
  return literal.replace(/\\\\|\\udc([89a-f][0-9a-f])/g, (all, byte?: string) =>
    byte === undefined ? all : `\\x${byte}`,
  )
}

/**
 * The text of a Go string literal in double quotes or back quotes (Go specification, "String literals"), or undefined where it
 * is malformed. Escapes that give bytes (`\xff`, `\377`) are joined as bytes.
 */
export function unquote(literal: string): string | undefined {
  const mark = literal[0]
  if (literal.length < 2 || !literal.endsWith(mark ?? '') || (mark !== '"' && mark !== '`')) return undefined
  const inner = literal.slice(1, -1)
  if (mark === '`') return inner.includes('`') ? undefined : inner.replaceAll('\r', '')
  if (inner.includes('\n')) return undefined
  if (!inner.includes('\\')) return inner.includes('"') ? undefined : inner.toWellFormed()
  return unquoteEscapes(inner)
}

const piece = /[^\\"]+|\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([abfnrtv\\"]))/gy

function unquoteEscapes(inner: string): string | undefined {
  const encoder = new TextEncoder()
  const out = new Uint8Array(inner.length * 3)
  let length = 0
  let end = 0
  for (const match of inner.matchAll(piece)) {
    const value = pieceValue(match)
    if (value === undefined) return undefined
    if (typeof value === 'number') out[length++] = value
    else length += encoder.encodeInto(value, out.subarray(length)).written
    end = match.index + match[0].length
  }
  return end === inner.length ? decodeText(out.subarray(0, length)) : undefined
}

/** The text or the single byte that a piece of a literal stands for. */
function pieceValue([text, hexByte, octalByte, short, long, name]: RegExpExecArray): string | number | undefined {
  if (name !== undefined) return namedEscapes.get(name)
  if (hexByte !== undefined) return Number.parseInt(hexByte, 16)
  if (octalByte !== undefined) {
    const byte = Number.parseInt(octalByte, 8)
    return byte > 0xff ? undefined : byte
  }
  const digits = short ?? long
  if (digits === undefined) return text
  const code = Number.parseInt(digits, 16)
  const valid = code <= 0x10ffff && (code < 0xd800 || code >= 0xe000)
  return valid ? String.fromCodePoint(code) : undefined
}

/** Whether this text needs quotes to be one token of a go.mod line. */
export function mustQuote(text: string): boolean {
  if (text === '' || text.includes('//') || text.includes('/*')) return true
  for (const rune of text) {
    if (' "\'`'.includes(rune)) return true
    if ('()[]{},'.includes(rune) ? text.length > 1 : !isPrint(rune.codePointAt(0) ?? 0)) return true
  }
  return false
}

/** This text as one token of a go.mod line: quoted where it must be. */
export function autoQuote(text: string): string {
  return mustQuote(text) ? quote(text) : text
}
