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

  const judge = ({ lines, found }: LogMessage): void => {
    const candidates = [...new Set([...found].map((literal) => meanings[literal]!))]
      .filter((meaning) => typeof meaning === 'number')
      .toSorted((a, b) => a - b)
    if (
      clusters.add(
        { lines, found },
        candidates.map((row) => rows[row]!),
      )
    )
      return
    const [first] = lines
    if (isFailure(first!.text)) unknown.add(first!.text, first!.number)
  }
  const assembly = messageAssembly(judge)

  const take = (scanned: ScannedLine): boolean => {
    const found = new Set(scanned.found)
    const kinds = new Set([...found].map((literal) => meanings[literal]))
    const before = () =>
      scanned.before().flatMap((text, index) => numbered(text, scanned.number - 1 - index).toReversed())
    let more = false
    for (const line of numbered(scanned.text(), scanned.number)) {
      if (kinds.has('fact')) facts.add(line.text, line.number)
      more = assembly.add({ ...line, marked: isCandidate(line.text, kinds), found, before })
    }
    return more
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
      return {
        bytes,
        lines: scanner.lines,
        roots: clusters.roots(),
        unknown: unknown.all(),
        unknownLeft: unknown.left,
        traps: silentTraps(seen),
        facts: seen,
      }
    },
  }
}

/** A line that can begin a message: one with a text of the catalogue, or one that looks like a failure. */
function isCandidate(text: string, kinds: ReadonlySet<Meaning | undefined>): boolean {
  for (const kind of kinds) if (typeof kind === 'number') return true
  return isFailure(text)
}

function numbered(line: string, number: number): readonly MessageLine[] {
  return plainLines(line).map((text) => ({ number, text }))
}
