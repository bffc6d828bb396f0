/** A check-up as one screen: a line for each group, below it what is wrong, and at the end what to do. */

import { counted } from '../core/counted.ts'
import type { CheckResult } from '../inspect/doctor/check-up.ts'
import { groups, type Finding, type Group, type Severity } from '../inspect/finding.ts'
import { plainPaint, type Paint } from './findings-paint.ts'
import { countLine, findingText, marks } from './findings-text.ts'

export interface CheckUpOptions {
  readonly paint?: Paint
  /** Everything of each finding, and every check by its claim. */
  readonly verbose?: boolean
  /** Whether the network was asked. */
  readonly deep?: boolean
}

/** What came of one group. */
export interface GroupSummary {
  readonly group: Group
  readonly findings: readonly Finding[]
  /** Checks that found nothing. */
  readonly passed: number
  /** Checks whose evidence was not there. */
  readonly notChecked: number
}

/** By group, in their order; groups without a check are left out. */
export function summarize(results: readonly CheckResult[]): readonly GroupSummary[] {
  return groups
    .map((group) => ({ group, own: results.filter(({ check }) => check.group === group) }))
    .filter(({ own }) => own.length > 0)
    .map(({ group, own }) => ({
      group,
      findings: own.flatMap(({ findings }) => findings ?? []),
      passed: own.filter(({ findings }) => findings?.length === 0).length,
      notChecked: own.filter(({ findings }) => findings === undefined).length,
    }))
}

/** The groups with their findings, worst first. */
export function checkUpText(results: readonly CheckResult[], options: CheckUpOptions = {}): string {
  return summarize(results)
    .flatMap((summary) => groupLines(summary, results, options))
    .join('\n')
}

/** `2 problems, 1 warning; 31 not checked (--deep asks the network)`. */
export function checkUpSummary(results: readonly CheckResult[], { deep = false }: CheckUpOptions = {}): string {
  const findings = results.flatMap((result) => result.findings ?? [])
  const open = results.filter((result) => result.findings === undefined).length
  const why = deep ? 'no evidence for them here' : '--deep asks the network and reads the module cache'
  return `${countLine(findings)}${open === 0 ? '' : `; not checked: ${open} (${why})`}`
}

const order: readonly Severity[] = ['problem', 'warning', 'note']

function groupLines(
  summary: GroupSummary,
  results: readonly CheckResult[],
  options: CheckUpOptions,
): readonly string[] {
  const { paint = plainPaint, verbose = false } = options
  const { group, findings } = summary
  const sorted = order.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
  const texts = sorted.flatMap((finding) => findingText(finding, paint, verbose).split('\n'))
  const own = results.filter(({ check }) => check.group === group)
  return [
    `${headMark(summary, paint)} ${paint('heading', group.padEnd(17))}${paint('quiet', groupWords(summary))}`,
    ...texts.map((line) => (line === '' ? '' : `    ${line}`)),
    ...(verbose ? own.filter((result) => !result.findings?.length).map((result) => claimLine(result, paint)) : []),
  ]
}

function headMark({ findings, passed }: GroupSummary, paint: Paint): string {
  if (findings.some(({ severity }) => severity === 'problem')) return paint('problem', marks.problem)
  if (findings.some(({ severity }) => severity === 'warning')) return paint('warning', marks.warning)
  // Nothing is well of which nothing was looked at.
  return passed === 0 && findings.length === 0 ? paint('quiet', marks.unknown) : paint('good', marks.good)
}

function groupWords({ findings, passed, notChecked }: GroupSummary): string {
  const parts = [
    ...(findings.length > 0 ? [countLine(findings)] : []),
    ...(passed > 0 ? [`${counted(passed, 'check')} passed`] : []),
    ...(notChecked > 0 ? [`${notChecked} not checked`] : []),
  ]
  return parts.join(', ')
}

function claimLine({ check, findings }: CheckResult, paint: Paint): string {
  const mark = findings === undefined ? paint('quiet', marks.unknown) : paint('good', marks.good)
  return paint('quiet', `    ${mark} ${check.claim} ${check.id}${findings === undefined ? ' (not checked)' : ''}`)
}
