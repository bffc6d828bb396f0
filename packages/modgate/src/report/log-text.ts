/** What went wrong in a log, for a person at a terminal: the first cause first, the command to type last. */

import { styleText } from 'node:util'
import { counted } from '../core/counted.ts'
import type { Finding } from '../inspect/finding.ts'
import type { LogReport, MessageLine, NamesSeen, Root, UnknownFailure } from '../inspect/log/index.ts'
import { rootWords } from './log-words.ts'
import { sizeInWords } from './size-in-words.ts'

export interface LogTextOptions {
  /** The file's name, or `standard input`. */
  readonly name: string
  /** Colours are for terminals; asked of the stream that it goes to. */
  readonly stream?: NodeJS.WritableStream
}

/** More would not fit on a screen; the rest is named in a line each. */
const mostRoots = 4
const mostBriefly = 8
const mostUnknown = 5
const width = 110
const longestQuote = 220

type Style = (text: string) => string

/** The report as lines for one screen. */
export function logText(report: LogReport, { name, stream }: LogTextOptions): string {
  const bold: Style = (text) => (stream ? styleText('bold', text, { stream, validateStream: true }) : text)
  const { roots, unknown, traps } = report
  const [first] = roots
  const whole = roots.length > 2 ? 1 : 2
  return [
    bold(`${name}: ${summary(report)}`),
    ...roots.slice(0, whole).flatMap((root, index) => ['', ...rootLines(root, index + 1, bold)]),
    ...roots.slice(whole, mostRoots).flatMap((root, index) => shortLines(root, whole + index + 1, bold)),
    ...brieflyLines(roots.slice(mostRoots)),
    ...unknownLines(unknown, report.unknownLeft),
    ...traps.flatMap((trap) => ['', ...trapLines(trap, bold)]),
    ...nextLines(first, report),
  ].join('\n')
}

/** `3 causes of 10,012 failures in 120,345 lines (1.2 GB)`. */
export function summary({ roots, unknown, unknownLeft, traps, lines, bytes }: LogReport): string {
  const read = `${counted(lines, 'line')} (${sizeInWords(bytes)})`
  const known = roots.reduce((sum, root) => sum + failuresOf(root), 0)
  const rest = unknown.reduce((sum, { count }) => sum + count, unknownLeft)
  const parts = [
    ...(known > 0 ? [`${counted(roots.length, 'cause')} of ${counted(known, 'failure')}`] : []),
    ...(rest > 0 ? [`${counted(rest, 'failure')} that ${rest === 1 ? 'is' : 'are'} not known`] : []),
    ...(traps.length > 0 ? [`${counted(traps.length, 'remark')} about verification`] : []),
  ]
  if (bytes === 0) return 'empty'
  return parts.length === 0 ? `no failure found in ${read}` : `${parts.join(', ')} in ${read}`
}

function failuresOf({ count, consequences }: Root): number {
  return consequences.reduce((sum, consequence) => sum + consequence.count, count)
}

function rootLines(root: Root, place: number, bold: Style): readonly string[] {
  const { title, cause, not, fix, proof } = rootWords(root)
  return [
    bold(`${place}. ${title} (${root.id}), ${times(root.count)}`),
    ...root.evidence.map(quoted),
    ...moduleLines(root.modules, root.count),
    ...labelled('cause', [cause]),
    ...(not === undefined ? [] : labelled('not', [not])),
    ...root.consequences.map(
      (consequence) => `   then   ${briefly(consequence)} from line ${consequence.line}: most likely follows from it`,
    ),
    ...labelled('fix', fix),
    `   proof  ${proof}`,
  ]
}

/** A cause that may wait until the first one is gone. */
function shortLines(root: Root, place: number, bold: Style): readonly string[] {
  return [
    '',
    bold(`${place}. ${briefly(root)}`),
    ...root.evidence.slice(0, 1).map(quoted),
    ...moduleLines(root.modules, root.count),
    `   proof  ${rootWords(root).proof}`,
  ]
}

function briefly(root: Omit<Root, 'consequences'>): string {
  return `${rootWords(root).title} (${root.id}), ${times(root.count)}`
}

function quoted({ number, text }: MessageLine): string {
  const shown = text.trimEnd().replaceAll('\t', '    ')
  return `   line ${number}: ${shown.length > longestQuote ? `${shown.slice(0, longestQuote)}…` : shown}`
}

function moduleLines({ names, count, atLeast }: NamesSeen, failures: number): readonly string[] {
  if (failures < 2 || count < 2) return []
  const shown = names.slice(0, 3)
  const more = count - shown.length
  return labelled('for', [
    `${shown.join(', ')}${more > 0 ? ` and ${atLeast ? 'at least ' : ''}${thousands(more)} more` : ''}`,
  ])
}

function brieflyLines(roots: readonly Root[]): readonly string[] {
  if (roots.length === 0) return []
  const left = roots.length - mostBriefly
  return [
    '',
    'Further causes (--json has all of each):',
    ...roots.slice(0, mostBriefly).map((root) => `   line ${root.line}: ${briefly(root)}`),
    ...(left > 0 ? [`   and ${thousands(left)} more`] : []),
  ]
}

function unknownLines(unknown: readonly UnknownFailure[], unnamed: number): readonly string[] {
  if (unknown.length === 0) return []
  const left = unknown.slice(mostUnknown).reduce((sum, { count }) => sum + count, unnamed)
  return [
    '',
    'Not known, alike ones together:',
    ...unknown
      .slice(0, mostUnknown)
      .map(
        ({ count, line, example }) =>
          `${quoted({ number: line, text: example })}${count > 1 ? ` (${times(count)})` : ''}`,
      ),
    ...(left > 0 ? [`   and ${thousands(left)} more`] : []),
  ]
}

function trapLines({ id, title, evidence, fix, limits }: Finding, bold: Style): readonly string[] {
  return [
    ...wrapped(`${title} (${id})`, '', '').map(bold),
    ...evidence.map(({ place, line, text }) =>
      line === undefined ? `   ${place}` : quoted({ number: line, text: text ?? place }),
    ),
    ...(limits === undefined ? [] : labelled('open', [limits])),
    ...(fix === undefined ? [] : labelled('fix', [fix.words])),
    ...(fix?.commands ?? []).map((command) => `          ${command}`),
  ]
}

function nextLines(first: Root | undefined, { roots, unknown, traps, bytes }: LogReport): readonly string[] {
  if (bytes === 0)
    return ['', 'The go command writes its failures to standard error: go build ./... 2>&1 | modgate explain -']
  if (first && (roots.length > 1 || unknown.length > 0 || traps.length > 0))
    return ['', `Begin with the first: ${rootWords(first).proof}`]
  if (first) return []
  return [
    '',
    'That nothing known was found proves nothing: a log shows what was printed. To look at the machine: modgate doctor',
  ]
}

function labelled(label: string, texts: readonly string[]): readonly string[] {
  const indent = ' '.repeat(10)
  return texts.flatMap((text, index) => wrapped(text, index === 0 ? `   ${label.padEnd(7)}` : indent, indent))
}

/** Breaks a text between words; a word that is longer than a line, such as a URL, stays whole. */
function wrapped(text: string, head: string, indent: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + word.length >= width) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? word : ` ${word}`
  }
  return [...lines, line].map((part, index) => `${index === 0 ? head : indent}${part}`)
}

function times(count: number): string {
  return count === 1 ? 'once' : `${thousands(count)} times`
}

function thousands(count: number): string {
  return count.toLocaleString('en-US')
}
