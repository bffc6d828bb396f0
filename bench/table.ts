/** Results as text. */
import type { RowResult, Verdict } from './row.ts'

/** Three significant digits, so that no figure claims more than a noisy machine can say. */
export function short(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}

/** `hit`, or by how much it was missed; nothing for a ratio that has no target. */
export function judged({ value, atMost }: Verdict): string {
  if (atMost === undefined) return 'no target'
  return value <= atMost ? `hit (≤ ${atMost})` : `missed by ${short((value / atMost - 1) * 100)} % (≤ ${atMost})`
}

/** A row for a terminal: contestants down, measures across, medians in the cells. */
export function rowTable({ figures, verdicts, notes }: RowResult): string {
  const measures = [...new Set(Object.values(figures).flatMap((figure) => Object.keys(figure)))]
  const lines = [
    ['', ...measures],
    ...Object.entries(figures).map(([name, figure]) => [
      name,
      ...measures.map((measure) => (figure[measure] === undefined ? '-' : short(figure[measure].median))),
    ]),
  ]
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  const text = lines.map((line) => line.map((cell, column) => cell.padStart(widths[column]!)).join('  '))
  const judgements = verdicts.map((verdict) => `${verdict.what}: ${short(verdict.value)}, ${judged(verdict)}`)
  return [...text, ...judgements, ...notes.map((note) => `note: ${note}`)].map((line) => `  ${line}`).join('\n')
}
