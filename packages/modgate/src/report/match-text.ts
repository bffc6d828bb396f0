/** Verdicts on patterns for a person at a terminal, and as a table. */

import { styleText } from 'node:util'
import type { Writable } from 'node:stream'
import type { MatchVerdict, PatternListFlaws } from '../policy/match.ts'

export interface MatchReport {
  readonly patterns: string
  readonly verdicts: readonly MatchVerdict[]
  readonly flaws: PatternListFlaws
  /** The list as it was surely meant. */
  readonly mended?: string
  /** The setting that the list is the value of, and where it stands. */
  readonly setting?: { readonly name: string; readonly place: string }
}

/** A line or two a module, then what is wrong with the list, then the next command. */
export function matchText(report: MatchReport, stream: Writable): string {
  const { verdicts, flaws, setting } = report
  const lines: string[] = []
  if (setting) lines.push(`${setting.name} is ${JSON.stringify(report.patterns)}, ${setting.place}`, '')
  for (const verdict of verdicts) lines.push(...verdictLines(verdict, stream))
  const told = new Set(verdicts.map(({ nearest }) => nearest?.pattern))
  for (const { pattern, flaws: words } of flaws.dead.filter((dead) => !told.has(dead.pattern))) {
    lines.push('', `${styled('yellow', 'matches nothing:', stream)} ${JSON.stringify(pattern)} ${words[0] ?? ''}`)
  }
  for (const { pattern, why, stranger } of flaws.tooWide) {
    lines.push('', `${styled('yellow', 'too wide:', stream)} ${pattern} ${why} (it matches ${stranger})`)
  }
  const next = nextCommand(report)
  return [...lines, ...(next === undefined ? [] : ['', `next: ${next}`])].join('\n')
}

function verdictLines({ module, match, why, nearest }: MatchVerdict, stream: Writable): readonly string[] {
  const word = match ? styled('green', 'yes', stream) : styled('red', 'no ', stream)
  const lines = [`${word}  ${module}`, `     ${why}`]
  return nearest?.instead === undefined ? lines : [...lines, `     ${nearest.instead} would match it`]
}

function nextCommand({ mended, setting, verdicts }: MatchReport): string | undefined {
  if (mended === undefined || mended === '') return undefined
  if (setting !== undefined) return `go env -w ${setting.name}='${mended}'`
  const modules = verdicts.slice(0, 4).map(({ module }) => module)
  return `modgate match '${mended}' ${modules.join(' ')}`
}

/** Patterns across, modules down; `yes` where one alone matches. */
export function matchTable(
  entries: readonly string[],
  rows: readonly (readonly [string, readonly boolean[]])[],
): string {
  const head = ['', ...entries.map((entry) => (entry === entry.trim() ? entry : JSON.stringify(entry)))]
  const body = rows.map(([module, cells]) => [module, ...cells.map((cell) => (cell ? 'yes' : 'no'))])
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((row) => row[column]!.length)))
  return [head, ...body]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function styled(format: 'green' | 'red' | 'yellow', text: string, stream: Writable): string {
  return styleText(format, text, { stream })
}
