/** Findings for a person at a terminal: cause first, the next command last. */

import type { Finding } from '../inspect/finding.ts'

/** One finding in a few lines. */
export function findingText({ id, title, evidence, fix }: Finding): string {
  return [
    `${id} ${title}`,
    ...evidence.map(
      ({ place, line, text }) => `  ${place}${line === undefined ? '' : `:${line}`}${text ? `: ${text}` : ''}`,
    ),
    ...(fix ? [`  fix: ${fix.words}`, ...(fix.commands ?? []).map((command) => `    ${command}`)] : []),
  ].join('\n')
}
