/** Reads a log piece by piece and says what went wrong in it. */

import type { Finding } from '../finding.ts'
import type { KnownError } from '../known-error.ts'
import { automaton } from './automaton.ts'
import { failureClusters, type Root } from './failure-clusters.ts'
import { failureTemplates, isFailure, type UnknownFailure } from './failure-template.ts'
import { lineScanner, type ScannedLine } from './line-scanner.ts'
import { factCollector, type LogFacts } from './log-facts.ts'
import { messageAssembly, type LogMessage, type MessageLine } from './message-assembly.ts'
import { plainLines } from './plain-line.ts'
import { searchPlan, type Meaning } from './search-plan.ts'
import { silentTraps } from './silent-traps.ts'

export interface LogReport {
  readonly bytes: number
  readonly lines: number
  /** Known failures by their causes, the first one in the log first. */
  readonly roots: readonly Root[]
  /** Failures that no row knows, the most frequent first. */
  readonly unknown: readonly UnknownFailure[]
  /** Failures beyond the templates that are told apart. */
  readonly unknownLeft: number
  /** What went wrong without an error. */
  readonly traps: readonly Finding[]
  readonly facts: LogFacts
}

export interface LogReader {
  /** Reads the next bytes; they may be overwritten afterwards. */
  write(bytes: Uint8Array): void
  /** The report of all that was written; nothing may be written after it. */
  end(): LogReport
}

/** A reader of one log that knows the failures of `rows`. Its memory is bounded whatever the log holds. */
export function logReader(rows: readonly KnownError[]): LogReader {
  const { literals, meanings } = searchPlan(rows)
  const clusters = failureClusters()
  const unknown = failureTemplates()
  const facts = factCollector()
  let bytes = 0

  const judge = (message: LogMessage): void => {
    const candidates = new Set([...message.found].map((literal) => meanings[literal]))
    const known = clusters.add(
      message,
      rows.filter((_, row) => candidates.has(row)),
    )
    const { text, number } = message.lines[0]!
    if (!known && isFailure(text)) unknown.add(text, number)
  }
  const assembly = messageAssembly(judge)

  const take = (scanned: ScannedLine): boolean => {
    const kinds = kindsOf(scanned.found, meanings)
    const text = scanned.text()
    const plain = !text.includes('\x1b')
    if (kinds.event && plain && facts.event(text) && !kinds.row) return assembly.isOpen
    const found = new Set(scanned.found)
    const before = () =>
      scanned.before().flatMap((earlier, index) => numbered(earlier, scanned.number - 1 - index).toReversed())
    for (const line of numbered(text, scanned.number)) {
      if (facts.isEvent(line.text)) {
        if (!plain) facts.event(line.text)
        continue
      }
      if (kinds.fact) facts.setting(line.text, line.number)
      assembly.add({ ...line, marked: kinds.row || isFailure(line.text), found, before })
    }
    return assembly.isOpen
  }
  const scanner = lineScanner(automaton(literals), take)

  return {
    write(piece) {
      bytes += piece.length
      scanner.write(piece)
    },
    end() {
      scanner.end()
      assembly.end()
      const seen = facts.facts()
      const roots = clusters.roots()
      return {
        bytes,
        lines: scanner.lines,
        roots,
        unknown: unknown.all(roots.length > 0),
        unknownLeft: unknown.left,
        traps: silentTraps(seen),
        facts: seen,
      }
    },
  }
}

interface Kinds {
  readonly row: boolean
  readonly fact: boolean
  readonly event: boolean
}

function kindsOf(found: ReadonlySet<number>, meanings: readonly Meaning[]): Kinds {
  const kinds = { row: false, fact: false, event: false }
  for (const literal of found) {
    const meaning = meanings[literal]!
    if (typeof meaning === 'number') kinds.row = true
    else if (meaning !== 'failure') kinds[meaning] = true
  }
  return kinds
}

function numbered(line: string, number: number): readonly MessageLine[] {
  return plainLines(line).map((text) => ({ number, text }))
}
