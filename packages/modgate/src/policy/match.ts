/**
 * Does a list of private patterns match a module, by which entry, and if not, what was surely meant? The verdict is
 * `matchPrefixPatterns`, Go's own rule ("Private modules" in the Go Modules Reference); everything else here is words around it.
 */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import { matchInWords } from './match-hit.ts'
import { nearMiss, type Miss } from './match-miss.ts'
import { deadPattern, type DeadPattern } from './pattern-repair.ts'
import { overreach, type Overreach } from './pattern-reach.ts'
import { minimalPatterns } from './minimal-patterns.ts'
import { matchingPattern } from './route.ts'

export interface MatchVerdict {
  readonly module: string
  readonly match: boolean
  /** The first entry that matches, as it is written in the list. */
  readonly pattern?: string
  /** One sentence without a full stop, which names the entry that it is about. */
  readonly why: string
  /** Where nothing matches but an entry comes near. */
  readonly nearest?: Miss
}

/** What is wrong with a list, whatever the modules are. */
export interface PatternListFlaws {
  readonly dead: readonly DeadPattern[]
  readonly tooWide: readonly Overreach[]
}

/** Says of one module path, without a version, whether the list matches it, and why. */
export function explainMatch(patterns: string, module: string): MatchVerdict {
  const pattern = matchingPattern(patterns, module)
  if (pattern !== undefined) return { module, match: true, pattern, why: `${pattern} ${matchInWords(pattern, module)}` }
  const nearest = nearestMiss(patterns, module)
  if (nearest === undefined) return { module, match: false, why: farAway(patterns) }
  return { module, match: false, why: `${shown(nearest.pattern)} ${nearest.why}`, nearest }
}

/** Entries that can match nothing, and entries that match what belongs to others. */
export function patternListFlaws(patterns: string): PatternListFlaws {
  const entries = [...new Set(patterns.split(','))]
  return {
    dead: entries.flatMap((entry) => deadPattern(entry) ?? []),
    tooWide: entries.flatMap((entry) => overreach(entry) ?? []),
  }
}

/**
 * The list with what the verdicts miss added, dead entries replaced by what they mean, and too wide ones narrowed where that is
 * known. Undefined where nothing would change.
 */
export function mendedList(patterns: string, verdicts: readonly MatchVerdict[]): string | undefined {
  const mended = patterns.split(',').flatMap((entry) => {
    const dead = deadPattern(entry)
    if (dead !== undefined) return dead.meant.filter((meant) => overreach(meant) === undefined)
    return overreach(entry)?.instead?.split(',') ?? [entry]
  })
  for (const { nearest, module } of verdicts) {
    if (nearest?.instead !== undefined && !matchPrefixPatterns(mended.join(','), module)) mended.push(nearest.instead)
  }
  const list = minimalPatterns(mended).join(',')
  return list === patterns ? undefined : list
}

function nearestMiss(patterns: string, module: string): Miss | undefined {
  const misses = patterns.split(',').flatMap((entry) => nearMiss(entry, module) ?? [])
  return misses.sort((a, b) => a.rank - b.rank)[0]
}

function farAway(patterns: string): string {
  const entries = patterns.split(',').filter((entry) => entry !== '')
  if (entries.length === 0) return 'the list is empty'
  const dead = entries.flatMap((entry) => deadPattern(entry) ?? [])[0]
  if (entries.length === 1 && dead) return `${shown(dead.pattern)} ${dead.flaws[0] ?? ''}`
  return entries.length === 1
    ? `${shown(entries[0]!)} is about other paths`
    : `none of the ${entries.length} entries is about this path`
}

/** With quotes where spaces would not be seen. */
function shown(pattern: string): string {
  return /^[!-~]+$/.test(pattern) ? pattern : JSON.stringify(pattern)
}
