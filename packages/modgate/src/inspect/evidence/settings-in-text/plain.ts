/** Settings in files of lines (`go env`'s file, .env files), and in files where values stand in quotes (Groovy, JSON with comments). */

import type { SettingsFile } from '../ci-files.ts'
import {
  addSetting,
  assignment,
  auditedNames,
  withoutComment,
  type Scan,
  type WrittenValue,
} from './written-setting.ts'
import { scanShell } from './shell.ts'

/** Reads one of them. */
export function scanPlain(scan: Scan, { syntax, system }: SettingsFile, text: string): void {
  for (const [index, line] of text.split('\n').entries()) {
    // Nobody writes settings in longer lines, and patterns are not free.
    if (line.length > 2_000) continue
    if (syntax === 'quoted') scanQuoted(scan, { line, number: index + 1, system })
    else scanAssignment(scan, { line, number: index + 1, system }, syntax === 'go-env')
  }
}

interface PlainLine {
  readonly line: string
  readonly number: number
  readonly system: string
}

function scanAssignment(scan: Scan, { line, number, system }: PlainLine, isRaw: boolean): void {
  const given = assignment(isRaw ? line : line.trim().replace(/^export\s+/, ''))
  if (given === undefined) return
  const reach = isRaw ? 'machine' : 'file'
  const where = isRaw ? 'every go command that reads this file' : 'whatever reads this file'
  const value = isRaw ? { text: given.value, known: true } : unquoted(given.value)
  addSetting(scan, given.name, value, {
    line: number,
    reach,
    scope: [],
    where: system === 'the go command' ? where : where,
  })
}

function unquoted(written: string): WrittenValue {
  const [, single, double] = /^\s*(?:'([^']*)'|"([^"]*)")/.exec(written) ?? []
  if (single !== undefined) return { text: single, known: true }
  const text = double ?? withoutComment(written).trim()
  return { text, known: !/[$`]/.test(text) }
}

const name = `(${auditedNames.join('|')})`
const quotedPair = new RegExp(`(?<![\\w$-])["']?${name}["']?\\s*[:=]\\s*(?:'([^']*)'|"([^"]*)")`, 'g')
const inQuotes = new RegExp(`["']${name}=([^"'\\s]*)["']`, 'g')

function scanQuoted(scan: Scan, { line, number, system }: PlainLine): void {
  if (/^\s*(\/\/|\*)/.test(line)) return
  const spot = { line: number, reach: 'job', scope: [], where: `what ${system} runs` } as const
  for (const [, found = '', single, double] of line.matchAll(quotedPair)) {
    addSetting(
      scan,
      found,
      { text: single ?? double ?? '', known: single !== undefined || !double!.includes('$') },
      spot,
    )
  }
  for (const [, found = '', text = ''] of line.matchAll(inQuotes)) {
    addSetting(scan, found, { text, known: !text.includes('$') }, spot)
  }
  // sh 'GOSUMDB=off go build': what a step runs is shell text in quotes.
  const script = quotedScript(line)
  const shell =
    script ?? (/^\s*(export |go |rm |GO[A-Z]+=)/.test(line) && !/["']\s*,\s*$/.test(line) ? line : undefined)
  if (shell !== undefined)
    scanShell(scan, shell, { line: number, exported: spot, lasting: { ...spot, reach: 'machine' } })
}

/** What stands between the first and the last quote of a step: `sh 'go build'`, `sh(script: "go build")`. */
function quotedScript(line: string): string | undefined {
  const step = /\b(sh|bat|script)\b/.exec(line)
  const first = step ? line.slice(step.index).search(/["']/) : -1
  const last = Math.max(line.lastIndexOf("'"), line.lastIndexOf('"'))
  if (step === null || first < 0 || last <= step.index + first) return undefined
  return line.slice(step.index + first + 1, last).replace(/^["']{1,2}/, '')
}
