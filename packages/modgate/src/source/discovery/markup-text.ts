/** What stands between tags and between quotes: character data, with its references and its forbidden characters. */

import { isMarkupName } from './markup-name.ts'

/** What is wrong with a page, in the words of Go's decoder. */
export class MarkupError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'MarkupError'
  }
}

const predefined: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['apos', "'"],
  ['quot', '"'],
])

/** A reference as far as it goes: a broken one stands for itself, as it does in every browser. */
const reference = /&(?:#(?:x([0-9A-Fa-f]*)|([0-9]*))|([A-Za-z0-9_:.\-\x80-\xff]*))(;?)/g

/**
 * The text that a run of bytes (one a character) means: line ends are newlines, references are what they stand for. Throws a
 * MarkupError where that is no UTF-8, or has a character that XML forbids.
 */
export function meaningOf(bytes: string): string {
  const meant = bytes.includes('&') ? withReferences(bytes) : newlines(bytes)
  if (/^[\t\n\r\x20-\x7f]*$/.test(meant)) return meant
  const text = utf8(meant)
  if (text === undefined) throw new MarkupError('invalid UTF-8')
  const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text)
  if (illegal) throw new MarkupError(`illegal character code ${codePoint(illegal[0])}`)
  return text
}

/** The name that a run of bytes is. Throws a MarkupError for anything else. */
export function nameOf(bytes: string): string {
  if (/^[A-Za-z_:][A-Za-z0-9_:.-]*$/.test(bytes)) return bytes
  const text = utf8(bytes)
  if (text === undefined || !isMarkupName(text)) throw new MarkupError(`invalid XML name: ${text ?? bytes}`)
  return text
}

/** Bytes, one a character, as text; undefined where they are no UTF-8. */
function utf8(bytes: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'))
  } catch {
    return undefined
  }
}

function withReferences(bytes: string): string {
  let meant = ''
  let done = 0
  for (const match of bytes.matchAll(reference)) {
    const [whole, hexadecimal, decimal, name, end] = match
    const value = end !== ';' ? undefined : name === undefined ? numbered(hexadecimal, decimal) : predefined.get(name)
    meant += newlines(bytes.slice(done, match.index)) + (value ?? whole)
    done = match.index + whole.length
  }
  return meant + newlines(bytes.slice(done))
}

/** The UTF-8 bytes, one a character, of a character that is named by its number; undefined where there is none of this number. */
function numbered(hexadecimal: string | undefined, decimal: string | undefined): string | undefined {
  const digits = hexadecimal ?? decimal ?? ''
  const code = digits === '' ? NaN : parseInt(digits, hexadecimal === undefined ? 10 : 16)
  if (Number.isNaN(code) || code > 0x10ffff) return undefined
  // Half of a surrogate pair is no character; Go writes the replacement character for it.
  return Buffer.from(String.fromCodePoint(code).toWellFormed()).toString('latin1')
}

const newlines = (bytes: string): string => bytes.replace(/\r\n?/g, '\n')

const codePoint = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
