/**
 * The text in double quotes as Go's `%q` writes it: everything that a terminal or a log could act on (control
 * characters, direction marks, unusual spaces) is spelled out, since what is quoted is often hostile.
 */
export function quote(text: string): string {
  return `"${escape(text, '"')}"`
}

/** The character in single quotes, else like {@link quote}. */
export function quoteCharacter(character: string): string {
  return `'${escape(character, "'")}'`
}

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u
const SHORT = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
])

function escape(text: string, mark: string): string {
  let escaped = ''
  for (const character of text) escaped += escapeCharacter(character, mark)
  return escaped
}

function escapeCharacter(character: string, mark: string): string {
  const short = character === mark ? `\\${mark}` : SHORT.get(character)
  if (short !== undefined) return short
  if (PRINTABLE.test(character)) return character
  const code = character.codePointAt(0)!
  const hex = code.toString(16)
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
