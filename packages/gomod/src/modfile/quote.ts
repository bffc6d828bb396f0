import { quote as quoteText } from '../module/index.ts'
import { decodeText, encodeText, isPrint } from './text.ts'

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
  const parts: Uint8Array[] = []
  let end = 0
  for (const match of inner.matchAll(piece)) {
    const bytes = pieceBytes(match)
    if (bytes === undefined) return undefined
    parts.push(bytes)
    end = match.index + match[0].length
  }
  return end === inner.length ? decodeText(joined(parts)) : undefined
}

function pieceBytes([text, hexByte, octalByte, short, long, name]: RegExpExecArray): Uint8Array | undefined {
  if (name !== undefined) return encodeText(namedEscapes.get(name) ?? '')
  if (hexByte !== undefined) return Uint8Array.of(Number.parseInt(hexByte, 16))
  if (octalByte !== undefined) {
    const byte = Number.parseInt(octalByte, 8)
    return byte > 0xff ? undefined : Uint8Array.of(byte)
  }
  const digits = short ?? long
  if (digits === undefined) return encodeText(text.toWellFormed())
  const code = Number.parseInt(digits, 16)
  const valid = code <= 0x10ffff && (code < 0xd800 || code >= 0xe000)
  return valid ? encodeText(String.fromCodePoint(code)) : undefined
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let length = 0
  for (const part of parts) {
    out.set(part, length)
    length += part.length
  }
  return out
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
