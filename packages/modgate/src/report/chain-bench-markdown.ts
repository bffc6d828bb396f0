/** A comparison of chains as Markdown, for a ticket or a page. */

import type { ChainComparison } from '../timing/chain-comparison.ts'
import { chainBenchNotes, chainBenchTables, chainBenchTitle, type Table } from './chain-bench-tables.ts'

export function chainBenchMarkdown(comparison: ChainComparison): string {
  return [
    `### ${chainBenchTitle(comparison)}`,
    ...chainBenchTables(comparison).flatMap((table) => ['', `**${escaped(table.title)}**`, '', ...tableLines(table)]),
    '',
    ...chainBenchNotes(comparison).map((note) => `- ${escaped(note)}`),
  ].join('\n')
}

function tableLines({ head, rows }: Table): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`
  return [line(head), `|${head.map((_, column) => (column < 2 ? '---|' : '---:|')).join('')}`, ...rows.map(line)]
}

/** Text of others stays text: no cell ends early, no tag and no link begins. */
function escaped(text: string): string {
  return text.replaceAll(/[\\|<>[\]`*_&]/g, '\\$&')
}
