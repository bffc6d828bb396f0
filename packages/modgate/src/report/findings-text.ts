/** Findings for a person at a terminal: cause first, the next command last. */

import { counted } from '../core/counted.ts'
import type { Finding } from '../inspect/finding.ts'
import { plainPaint, visible, type Paint } from './findings-paint.ts'
import { evidenceLine } from './findings-place.ts'

/** The mark at the head of a line, as doctors have it. */
export const marks = { problem: '[✗]', warning: '[!]', note: '[i]', good: '[✓]', unknown: '[·]' } as const

/** One finding in a few lines; `limits` and long evidence only with `verbose`. */
export function findingText(finding: Finding, paint: Paint = plainPaint, verbose = true): string {
  const { id, severity, title, detail, evidence, fix, limits } = finding
  const shown = verbose ? evidence : evidence.slice(0, maxEvidence)
  const left = evidence.length - shown.length
  return [
    `${paint(severity, marks[severity])} ${paint('heading', visible(title))} ${paint('quiet', id)}`,
    ...(detail === undefined ? [] : wrapped(visible(detail))),
    ...shown.map((item) => paint('quiet', `    ${visible(evidenceLine(item))}`)),
    ...(left > 0 ? [paint('quiet', `    and ${left} more: --verbose`)] : []),
    ...(limits !== undefined && verbose ? wrapped(`not proved: ${visible(limits)}`) : []),
    ...(fix === undefined ? [] : wrapped(`fix: ${visible(fix.words)}`)),
    ...(fix?.commands ?? []).map((command) => `      ${visible(command)}`),
  ].join('\n')
}

const maxEvidence = 3

/** All findings, and how many there are. */
export function findingsText(findings: readonly Finding[], paint: Paint = plainPaint): string {
  if (findings.length === 0) return `${paint('good', marks.good)} nothing found`
  return [...findings.map((finding) => findingText(finding, paint)), countLine(findings)].join('\n\n')
}

/** `2 problems, 1 warning`. */
export function countLine(findings: readonly Finding[]): string {
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length
  const parts = (['problem', 'warning', 'note'] as const)
    .filter((severity) => count(severity) > 0)
    .map((severity) => counted(count(severity), severity))
  return parts.join(', ') || 'no problems'
}

/** Lines of at most 100 columns, four in. */
export function wrapped(text: string, indent = '    ', columns = 100): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && indent.length + longer.length > columns) {
      lines.push(indent + line)
      line = word
    } else line = longer
  }
  return [...lines, indent + line]
}
