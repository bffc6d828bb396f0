/**
 * Shell patterns for the name of a file (path.Match): `*`, `?`, classes such as `[a-z]` and `[^a]`, and `\` before what is meant as it
 * stands. A slash is no part of a name, so that nothing here matches one.
 */

/** A part of a pattern that matches one character, or `*`, which matches any number of them. */
type Part = '*' | ((character: string) => boolean)

/** Whether the pattern means more than its own text. */
export function hasMeta(pattern: string): boolean {
  return /[*?[\\]/.test(pattern)
}

/** A test for names; undefined where the pattern is malformed. It takes time in proportion to name times pattern at most. */
export function matchName(pattern: string): ((name: string) => boolean) | undefined {
  const parts = parsed(Array.from(pattern))
  return parts && ((name) => matches(parts, Array.from(name)))
}

/** A star takes as little as it can at first, and only the last one is ever asked to take more: any earlier one has found its place. */
function matches(parts: readonly Part[], name: readonly string[]): boolean {
  let [at, part] = [0, 0]
  let retry: { readonly part: number; at: number } | undefined
  while (at < name.length) {
    const wanted = parts[part]
    if (wanted === '*') {
      retry = { part: ++part, at }
    } else if (wanted?.(name[at]!)) {
      at++
      part++
    } else if (retry) {
      at = ++retry.at
      part = retry.part
    } else return false
  }
  return parts.slice(part).every((rest) => rest === '*')
}

function parsed(pattern: readonly string[]): readonly Part[] | undefined {
  const parts: Part[] = []
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!
    if (character === '*') parts.push('*')
    else if (character === '?') parts.push(() => true)
    else if (character === '[') {
      const found = parsedClass(pattern, at + 1)
      if (!found) return undefined
      parts.push(found.part)
      at = found.end
    } else {
      const literal = character === '\\' ? pattern[++at] : character
      if (literal === undefined) return undefined
      parts.push((other) => other === literal)
    }
  }
  return parts
}

/** Reads a class whose bracket is open; `end` is where it closes. */
function parsedClass(pattern: readonly string[], begin: number): { part: Part; end: number } | undefined {
  const isNegated = pattern[begin] === '^'
  const ranges: (readonly [low: number, high: number])[] = []
  let at = isNegated ? begin + 1 : begin
  while (pattern[at] !== ']' || ranges.length === 0) {
    const low = bound(pattern, at)
    if (!low) return undefined
    const high = pattern[low.next] === '-' ? bound(pattern, low.next + 1) : low
    if (!high) return undefined
    ranges.push([low.code, high.code])
    at = high.next
  }
  const isIn = (code: number) => ranges.some(([low, high]) => low <= code && code <= high)
  return { part: (character) => isIn(character.codePointAt(0)!) !== isNegated, end: at }
}

/** One end of a range. */
function bound(pattern: readonly string[], at: number): { code: number; next: number } | undefined {
  const first = pattern[at]
  if (first === undefined || first === '-' || first === ']') return undefined
  const place = first === '\\' ? at + 1 : at
  const code = pattern[place]?.codePointAt(0)
  return code === undefined ? undefined : { code, next: place + 1 }
}
