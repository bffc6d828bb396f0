/** What went wrong in a log, for programs: keys are added, never renamed. */

import type { LogReport, NamesSeen, Root } from '../inspect/log/index.ts'
import { rootWords } from './log-words.ts'

const mostNames = 100

/** The report as plain values. `complete` is false where reading ended early. */
export function logJSON(report: LogReport, name: string, complete: boolean): object {
  const { bytes, lines, roots, unknown, unknownLeft, traps, facts } = report
  return {
    name,
    bytes,
    lines,
    complete,
    roots: roots.map((root) => ({ ...rootJSON(root), consequences: root.consequences.map(rootJSON) })),
    unknown,
    unknownLeft,
    verification: {
      findings: traps,
      downloaded: facts.downloaded.count,
      lookedUp: facts.lookedUp.count,
      requests: facts.requests,
      settings: facts.settings.map(({ name: variable, value, line }) => ({ name: variable, value, line })),
    },
  }
}

function rootJSON(root: Omit<Root, 'consequences'>): object {
  const { id, count, line, evidence, modules, values } = root
  const { title, ...advice } = rootWords(root)
  return {
    id,
    title,
    count,
    line,
    evidence: evidence.map(({ number, text }) => ({ line: number, text })),
    modules: namesJSON(modules),
    values,
    ...advice,
  }
}

function namesJSON({ names, count, atLeast }: NamesSeen): object {
  return { names: names.slice(0, mostNames), count, atLeast }
}
