/** Findings as Markdown, for tickets and for the summary page of a CI run. */

import type { Finding } from '../inspect/finding.ts'
import type { FindingsOptions } from './findings-options.ts'
import { visible } from './findings-paint.ts'
import { evidenceLine } from './findings-place.ts'
import { countLine } from './findings-text.ts'

/** A heading, a line that counts, and a section for each finding. */
export function findingsMarkdown(findings: readonly Finding[], { command, version }: FindingsOptions): string {
  const head = [`## ${markdownText(command)}`, `${countLine(findings)} (modgate ${version})`]
  return [...head, ...findings.map(findingSection)].join('\n\n')
}

/** One finding with all that is known of it. */
export function findingSection({ id, severity, title, detail, evidence, fix, limits }: Finding): string {
  return [
    `### ${id} ${severity}: ${markdownText(title)}`,
    ...(detail === undefined ? [] : [markdownText(detail)]),
    ...(evidence.length === 0 ? [] : [evidence.map((item) => `- ${codeSpan(evidenceLine(item))}`).join('\n')]),
    ...(fix === undefined ? [] : [`Fix: ${markdownText(fix.words)}`]),
    ...(fix?.commands === undefined ? [] : [codeBlock(fix.commands.join('\n'), 'sh')]),
    ...(limits === undefined ? [] : [`Not proved: ${markdownText(limits)}`]),
  ].join('\n\n')
}

/** One line of prose: nothing in it is markup, a mention of a person or a link to a ticket (GitHub Flavored Markdown). */
export function markdownText(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]<>|~]/g, String.raw`\$&`)
    .replace(/^([#+-]|\d+[.)])/, String.raw`\$1`)
    .replace(/(?<!\w)[@#](?=\w)/g, '$&\u2060')
}

/** Code within a line, whatever backticks it has (CommonMark, "Code spans"). */
export function codeSpan(text: string): string {
  const line = visible(text)
  const fence = '`'.repeat(longestRun(line) + 1)
  const room = /^`|`$/.test(line) || line === '' ? ' ' : ''
  return `${fence}${room}${line}${room}${fence}`
}

/** A fenced block, whatever backticks it has; controls are taken out of its lines. */
export function codeBlock(text: string, language = ''): string {
  const lines = text.split('\n').map((line) => visible(`|${line}`).slice(1))
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}${language}\n${lines.join('\n')}\n${fence}`
}

/** A cell of a table: code, with its bars escaped, as tables are cut before code spans are read. */
export function tableCell(text: string): string {
  return text === '' ? ' ' : codeSpan(text).replaceAll('|', String.raw`\|`)
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
}
