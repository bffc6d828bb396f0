/** What went wrong in a log as Markdown, for a ticket or the summary page of a CI run: whole, since a page scrolls and a screen does not. */

import { counted } from '../core/counted.ts'
import type { LogReport, Root, UnknownFailure } from '../inspect/log/index.ts'
import { codeBlock, codeSpan, findingSection, markdownText } from './findings-markdown.ts'
import { summary } from './log-text.ts'
import { rootWords } from './log-words.ts'

/** A page that nobody reads to its end helps nobody. */
const mostRoots = 20
const mostUnknown = 20

export interface LogMarkdownOptions {
  /** The file's name, or `standard input`. */
  readonly name: string
  /** Of modgate. */
  readonly version: string
}

/** A heading, a line that counts, and a section for each cause, the first one first. */
export function logMarkdown(report: LogReport, { name, version }: LogMarkdownOptions): string {
  const { roots, unknown, unknownLeft, traps } = report
  const left = roots.length - mostRoots
  return [
    `## modgate explain ${codeSpan(name)}`,
    `${markdownText(summary(report))} (modgate ${version})`,
    ...roots.slice(0, mostRoots).map(rootSection),
    ...(left > 0 ? [`And ${counted(left, 'more cause')}.`] : []),
    ...unknownSection(unknown, unknownLeft),
    ...traps.map(findingSection),
  ].join('\n\n')
}

function rootSection(root: Root, index: number): string {
  const { title, cause, not, fix, proof } = rootWords(root)
  const often = root.count === 1 ? 'once' : counted(root.count, 'time')
  const then = root.consequences.map(
    (each) => `- then, from line ${each.line}: ${markdownText(rootWords(each).title)} (${each.id})`,
  )
  return [
    `### ${index + 1}. ${markdownText(title)} (${root.id}), ${often}`,
    codeBlock(root.evidence.map(({ number, text }) => `line ${number}: ${text.trimEnd()}`).join('\n')),
    ...(root.modules.count > 1 ? [`For ${namesOf(root)}.`] : []),
    `Cause: ${prose(cause)}`,
    ...(not === undefined ? [] : [prose(not)]),
    ...(then.length === 0 ? [] : [then.join('\n')]),
    ['Fix:', ...fix.map((words) => `- ${prose(words)}`)].join('\n'),
    codeBlock(proof, 'sh'),
  ].join('\n\n')
}

/** A text of the catalogue, which has code between backticks. A log may bring more of them: whatever is code then, it is no markup. */
function prose(text: string): string {
  const parts = text.split('`')
  const spaced = (part: string) => `${/^\s/.test(part) ? ' ' : ''}${markdownText(part)}${/\S\s$/.test(part) ? ' ' : ''}`
  return parts.map((part, i) => (i % 2 === 1 && i < parts.length - 1 ? codeSpan(part) : spaced(part))).join('')
}

function namesOf({ modules: { names, count, atLeast } }: Root): string {
  const more = count - names.length
  const rest = more > 0 ? ` and ${atLeast ? 'at least ' : ''}${more.toLocaleString('en-US')} more` : ''
  return `${names.map(codeSpan).join(', ')}${rest}`
}

function unknownSection(unknown: readonly UnknownFailure[], left: number): readonly string[] {
  if (unknown.length === 0) return []
  const lines = unknown.slice(0, mostUnknown).map(({ count, line, example }) => {
    const often = count === 1 ? '' : `, ${counted(count, 'time')}`
    return `- line ${line}${often}: ${codeSpan(example)}`
  })
  const more = left + Math.max(0, unknown.length - mostUnknown)
  return ['### Not known, alike ones together', [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')]
}
