import { TlogError } from './error.ts'
import { isCount } from './stored.ts'
import { parseCount } from './tree.ts'

/** A record as a database answers it, and what followed it. */
export interface ParsedRecord {
  readonly id: number
  /** The text that the leaf hash covers. Nothing outside it is authenticated by a proof of the record. */
  readonly text: Uint8Array
  readonly rest: Uint8Array
}

const newline = 10

/**
 * Formats a record for a lookup's answer: its id, its text, a blank line (x/mod/sumdb/tlog, FormatRecord). Throws a
 * `TlogError` `malformed` when the text is not UTF-8, holds a control character or a blank line, or has no last newline.
 */
export function formatRecord(id: number, text: Uint8Array): Uint8Array {
  if (!isCount(id) || !isValidRecordText(text)) throw malformedRecord()
  return Buffer.concat([Buffer.from(`${id}\n`), text, Buffer.from('\n')])
}

/**
 * Reads the record at the start of an answer. Stricter than Go in one point: an id has one spelling (no sign, no
 * leading zero). Throws a `TlogError` `malformed`.
 */
export function parseRecord(message: Uint8Array): ParsedRecord {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  const idEnd = bytes.indexOf(newline)
  const id = idEnd < 0 || idEnd > 16 ? undefined : parseCount(bytes.toString('latin1', 0, idEnd))
  const textEnd = bytes.indexOf('\n\n', idEnd + 1)
  if (id === undefined || textEnd < 0) throw malformedRecord()
  const text = message.subarray(idEnd + 1, textEnd + 1)
  if (!isValidRecordText(text)) throw malformedRecord()
  return { id, text, rest: message.subarray(textEnd + 2) }
}

/** Says whether a text may stand in a log: UTF-8, no control character but newline, no blank line, a newline at the end. */
export function isValidRecordText(text: Uint8Array): boolean {
  if (text.at(-1) !== newline || text.some((byte) => byte < 0x20 && byte !== newline)) return false
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength)
  return !bytes.includes('\n\n') && isUtf8(bytes)
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

function malformedRecord(): TlogError {
  return new TlogError('malformed', 'malformed record data')
}
