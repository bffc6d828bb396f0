/**
 * Findings in every form that somebody reads: a person, a ticket, a program, a code host, a CI system. One function, so that each
 * command that finds something offers the same forms with the same keys.
 */

import { hideSecretsIn } from '../core/secrets.ts'
import type { Finding } from '../inspect/finding.ts'
import { azureAnnotations, githubAnnotations, gitlabReport } from './findings-annotations.ts'
import { findingsMarkdown } from './findings-markdown.ts'
import type { FindingsOptions } from './findings-options.ts'
import { findingsSarif } from './findings-sarif.ts'
import { findingsText } from './findings-text.ts'

/** Names of the forms, for flags. */
export const findingsFormats = ['text', 'json', 'markdown', 'sarif', 'github', 'gitlab', 'azure'] as const
export type { FindingsOptions, FindingsRule } from './findings-options.ts'
export type FindingsFormat = (typeof findingsFormats)[number]

/**
 * The findings as one text without a final line end, in their order. Secrets are taken out before anything is escaped, since an
 * escaped secret is one that nobody recognizes. `github` and `azure` are empty where nothing was found.
 */
export function renderFindings(findings: readonly Finding[], format: FindingsFormat, options: FindingsOptions): string {
  const shown = findings.map((finding) => hideSecretsIn(finding, options.secrets ?? []))
  switch (format) {
    case 'text':
      return findingsText(shown, options.paint)
    case 'json':
      return json({ ...options.more, findings: shown, summary: countFindings(shown) })
    case 'markdown':
      return findingsMarkdown(shown, options)
    case 'sarif':
      return json(findingsSarif(shown, options))
    case 'github':
      return githubAnnotations(shown, options.root).join('\n')
    case 'gitlab':
      return json(gitlabReport(shown, options.root))
    case 'azure':
      return azureAnnotations(shown, options.root).join('\n')
  }
}

/** How many there are of each kind, in words that are keys too. */
export interface FindingsCount {
  readonly problems: number
  readonly warnings: number
  readonly notes: number
}

/** Counts findings by severity. */
export function countFindings(findings: readonly Finding[]): FindingsCount {
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length
  return { problems: count('problem'), warnings: count('warning'), notes: count('note') }
}

/** A copy of plain data in which each string is what `change` makes of it; keys stay. */
export function replaced(data: unknown, change: (text: string) => string): unknown {
  if (typeof data === 'string') return change(data)
  if (Array.isArray(data)) return data.map((item) => replaced(item, change))
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, replaced(value, change)]))
}

function json(data: unknown): string {
  return JSON.stringify(data, undefined, 2)
}
