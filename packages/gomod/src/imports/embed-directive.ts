import { unquote } from '../modfile/index.ts'

/**
 * The patterns of all `//go:embed` comments of a Go source file, in its order. Wherever such a comment stands it counts, as for the
 * go command; whether a variable follows it is the compiler's concern. One that is malformed has no patterns.
 */
export function embedPatterns(source: Uint8Array): readonly string[] {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.length)
  if (!bytes.includes(mark)) return []
  return [...lineComments(bytes.toString('utf8'))].flatMap(patternsOf)
}

const mark = '//go:embed'

/** Comments, and what might look as if it had some: strings, raw strings, runes. */
const token = /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|"(?:[^"\\\n]|\\[^\n])*"?|`[^`]*`?|'(?:[^'\\\n]|\\[^\n])*'?/g

function* lineComments(text: string): Generator<string> {
  for (const [comment] of text.matchAll(token)) if (comment.startsWith(mark)) yield comment
}

/** Words apart from each other by white space, bare or as Go strings. */
const word = /\s*(?:("(?:[^"\\]|\\.)*"|`[^`]*`)(?!\S)|([^\s"`]\S*))/y

function patternsOf(comment: string): readonly string[] {
  const rest = comment.slice(mark.length).trimEnd()
  if (rest !== '' && !/^\s/.test(rest)) return []
  const patterns: string[] = []
  for (word.lastIndex = 0; word.lastIndex < rest.length;) {
    const found = word.exec(rest)
    const pattern = found?.[1] === undefined ? found?.[2] : unquote(found[1])
    if (pattern === undefined) return []
    patterns.push(pattern)
  }
  return patterns
}
