import { unquote } from './quote.ts'
import { decodeText, trimSpace } from './text.ts'

/**
 * The module path of a go.mod file's text, found without reading the rest, which may be broken; empty where there is none.
 * It is a claim, not a checked path.
 */
export function modulePath(data: Uint8Array | string): string {
  const text = typeof data === 'string' ? data : decodeText(data)
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const argument = moduleArgument(text.slice(start, end))
    if (argument !== '') return /^["`]/.test(argument) ? (unquote(argument) ?? '') : argument
    start = end + 1
  }
  return ''
}

/** What follows `module` on a line; empty on any other line. */
function moduleArgument(line: string): string {
  const comment = line.indexOf('//')
  const directive = trimSpace(comment < 0 ? line : line.slice(0, comment))
  if (!directive.startsWith('module')) return ''
  const rest = directive.slice('module'.length)
  const argument = trimSpace(rest)
  return argument.length < rest.length ? argument : ''
}
