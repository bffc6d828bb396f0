/**
 * Lists of module path patterns in the GOPRIVATE grammar (`go help private`): comma-separated globs of path.Match, each
 * matched against a prefix of the module path. The go command ignores a pattern that can never match; a gate that did the same
 * would leak what its operator believes to be private, so such a pattern is refused here.
 */

import { pathMatch } from '@modgate/gomod/module'
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
  return pathMatch(pattern, '') === undefined ? 'is no glob: a [ or a \\ in it is not closed' : undefined
}
