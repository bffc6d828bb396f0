/** Decides on one character (a code point). */
type Token = (character: number) => boolean

/** A run of single-character tokens, with a star before it or not. */
interface Chunk {
  readonly star: boolean
  readonly tokens: readonly Token[]
}

const SLASH = 0x2f

/**
 * Reports whether a prefix of `target` matches one of the comma-separated globs. This is how GOPRIVATE, GONOPROXY,
 * GONOSUMDB and GOINSECURE are read; see "Private modules" in the Go Modules Reference. A glob is held against as many
 * leading elements as it has itself. Empty and malformed globs match nothing, spaces are part of a glob, and one slash
 * at its end does not count.
 */
export function matchPrefixPatterns(globs: string, target: string): boolean {
  const elements = target.split('/')
  return globs.split(',').some((entry) => {
    const glob = entry.endsWith('/') ? entry.slice(0, -1) : entry
    const wanted = glob.split('/').length
    if (glob === '' || wanted > elements.length) return false
    return pathMatch(glob, elements.slice(0, wanted).join('/')) === true
  })
}

/**
 * Reports whether all of `name` matches the shell pattern, as Go's `path.Match` does: `*` and `?` stop at slashes, a
 * class in brackets does not, a backslash takes the next character as it is. Undefined if the pattern is malformed,
 * which does not depend on the name. The time is at most the product of both lengths.
 */
export function pathMatch(pattern: string, name: string): boolean | undefined {
  const chunks = parsePattern(pattern)
  if (!chunks) return undefined
  const characters = codePoints(name)
  let at = 0
  for (const [i, chunk] of chunks.entries()) {
    const last = i === chunks.length - 1
    if (last && chunk.star && chunk.tokens.length === 0) return !characters.includes(SLASH, at)
    // The first place that fits is taken for good: going back could only matter if a star could cross what it matched.
    const end = findChunk(chunk, characters, at, last)
    if (end < 0) return false
    at = end
  }
  return at === characters.length
}

/** Where the first match of the chunk ends, or -1. The last chunk has to reach the end of the name. */
function findChunk(chunk: Chunk, name: readonly number[], from: number, last: boolean): number {
  for (let at = from; ; at++) {
    const end = at + chunk.tokens.length
    if (end > name.length) return -1
    if ((!last || end === name.length) && chunk.tokens.every((token, i) => token(name[at + i]!))) return end
    if (!chunk.star || name[at] === SLASH) return -1
  }
}

function parsePattern(pattern: string): Chunk[] | undefined {
  const characters = codePoints(pattern)
  const chunks: Chunk[] = []
  let at = 0
  while (at < characters.length) {
    const start = at
    while (is(characters, at, '*')) at++
    const star = at > start
    const tokens: Token[] = []
    while (at < characters.length && !is(characters, at, '*')) {
      const parsed = parseToken(characters, at)
      if (!parsed) return undefined
      tokens.push(parsed.token)
      at = parsed.next
    }
    chunks.push({ star, tokens })
  }
  return chunks
}

interface Parsed {
  readonly token: Token
  readonly next: number
}

function parseToken(pattern: readonly number[], at: number): Parsed | undefined {
  if (is(pattern, at, '?')) return { token: (c) => c !== SLASH, next: at + 1 }
  if (is(pattern, at, '[')) return parseClass(pattern, at + 1)
  const literalAt = is(pattern, at, '\\') ? at + 1 : at
  const literal = pattern[literalAt]
  return literal === undefined ? undefined : { token: (c) => c === literal, next: literalAt + 1 }
}

function parseClass(pattern: readonly number[], from: number): Parsed | undefined {
  const negated = is(pattern, from, '^')
  const ranges: (readonly [number, number])[] = []
  let at = negated ? from + 1 : from
  while (ranges.length === 0 || !is(pattern, at, ']')) {
    const low = parseBound(pattern, at)
    if (!low) return undefined
    const high = is(pattern, low.next, '-') ? parseBound(pattern, low.next + 1) : low
    if (!high) return undefined
    ranges.push([low.bound, high.bound])
    at = high.next
  }
  return { token: (c) => ranges.some(([low, high]) => low <= c && c <= high) !== negated, next: at + 1 }
}

/** One end of a range. It may not be a bare `-` or `]`, and something has to follow it: at least the closing bracket. */
function parseBound(pattern: readonly number[], at: number): { bound: number; next: number } | undefined {
  if (is(pattern, at, '-') || is(pattern, at, ']')) return undefined
  const boundAt = is(pattern, at, '\\') ? at + 1 : at
  const bound = pattern[boundAt]
  return bound === undefined || boundAt + 1 >= pattern.length ? undefined : { bound, next: boundAt + 1 }
}

function is(characters: readonly number[], at: number, character: string): boolean {
  return characters[at] === character.charCodeAt(0)
}

function codePoints(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0)!)
}
