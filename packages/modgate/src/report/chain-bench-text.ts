/** A comparison of chains on a terminal. */

import type { ChainComparison } from '../timing/chain-comparison.ts'
import { chainBenchNotes, chainBenchTables, chainBenchTitle, type Table } from './chain-bench-tables.ts'
import type { Paint } from './findings-paint.ts'

const nameWidth = 30

export function chainBenchText(comparison: ChainComparison, paint: Paint): string {
  return [
    paint('heading', chainBenchTitle(comparison)),
    ...chainBenchTables(comparison).flatMap((table) => ['', paint('heading', table.title), ...tableLines(table)]),
    '',
    ...chainBenchNotes(comparison).map((note) => paint('quiet', note)),
  ].join('\n')
}

/** Words to the left, figures to the right. */
function tableLines({ head, rows }: Table): readonly string[] {
  const lines = [head, ...rows].map(([name = '', ...cells]) => [cut(name), ...cells])
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines.map((line) => {
    const cells = line.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    )
    return `  ${cells.join('  ')}`.trimEnd()
  })
}

function cut(name: string): string {
  return name.length <= nameWidth ? name : `${name.slice(0, nameWidth - 1)}…`
}
