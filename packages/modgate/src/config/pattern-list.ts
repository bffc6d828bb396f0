/**
 * Lists of module path patterns in the GOPRIVATE grammar (`go help private`): comma-separated globs of path.Match, each
 * matched against a prefix of the module path. The go command ignores a pattern that can never match; a gate that did the same
 * would leak what its operator believes to be private, so such a pattern is refused here.
 */

import { z } from 'zod'
import { parsedBy } from './written.ts'

/** The list as the matcher takes it, without empty entries. Throws on a pattern that is malformed or can never match. */
export function parsePatternList(text: string): string {
  const patterns = text.split(',').filter((pattern) => pattern !== '')
  for (const pattern of patterns) {
    const flaw = patternFlaw(pattern)
    if (flaw !== undefined) throw new Error(`has the pattern ${JSON.stringify(pattern)}, which ${flaw}`)
  }
  return patterns.join(',')
}

/** One text, or in a file also a list of patterns. */
export const patternList = z
  .union([z.string(), z.array(z.string())], { error: 'is not a list of patterns' })
  .transform(parsedBy((given) => parsePatternList(typeof given === 'string' ? given : given.join(','))))

function patternFlaw(pattern: string): string | undefined {
  if (/\s/.test(pattern)) return 'has a space in it: Go separates patterns with commas alone'
  if (pattern.includes('://')) return 'is a URL, not a module path'
  if (pattern.startsWith('/') || pattern.startsWith('.'))
    return `begins with ${pattern.charAt(0)}, as no module path does`
  if (pattern.includes('@')) return 'has an @: patterns are of paths, without versions'
  return isGlob(pattern) ? undefined : 'is not a glob: a [ or \\ is not closed'
}

/** The grammar of Go's path.Match: `*`, `?`, `[^a-z]`, `\c`. */
function isGlob(pattern: string): boolean {
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++
    else if (pattern[at] === '[') at = classEnd(pattern, at + 1)
    if (at >= pattern.length) return false
  }
  return true
}

/** Index of the `]` that closes a class whose inside begins at `start`; past the end of the text where it is malformed. */
function classEnd(pattern: string, start: number): number {
  let at = pattern[start] === '^' ? start + 1 : start
  for (let ranges = 0; at < pattern.length; ranges++) {
    if (pattern[at] === ']' && ranges > 0) return at
    at = afterBound(pattern, at)
    if (pattern[at] === '-') at = afterBound(pattern, at + 1)
  }
  return pattern.length
}

/** Index after one bound of a range; past the end where there is none. */
function afterBound(pattern: string, at: number): number {
  const char = pattern[at]
  if (char === '-' || char === ']') return pattern.length
  return char === '\\' ? at + 2 : at + 1
}
