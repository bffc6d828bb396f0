/** `modgate doctor --explain ID` and `--list`. */

import { nearest } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { auditRules } from '../inspect/audit/audit.ts'
import { explainMessage, knownErrorById, knownErrors } from '../inspect/catalogue/index.ts'
import { doctorChecks } from '../inspect/doctor/check-up.ts'
import { groups } from '../inspect/finding.ts'
import type { KnownError } from '../inspect/known-error.ts'
import { wrapped } from '../report/findings-text.ts'
import { print, type CommandLine } from './context.ts'
import type { DoctorFlags } from './doctor-flags.ts'

/** Prints what a check, or a known error of the go command, means. Throws a Failure for an id that there is none of. */
export function explainCheck(command: CommandLine, asked: string, { json }: DoctorFlags): void {
  const id = asked.trim().toUpperCase()
  const check = [...doctorChecks, ...auditRules].find((candidate) => candidate.id === id)
  const error = knownErrorById(id)
  if (check !== undefined) {
    const { claim, explanation } = check
    const [text] = [[`${id} ${claim}`, '', ...paragraphs(explanation)].join('\n')]
    print(command, json ? { id, claim, explanation } : text)
  } else if (error !== undefined) {
    // In the words of its sample, so that the commands can be pasted.
    const told = explainMessage(error.sample)?.error ?? error
    print(command, json ? { ...error, pattern: error.pattern.source } : errorText(told))
  } else throw noSuchId(asked, id)
}

function errorText({ id, title, cause, not, fix, proof, sample, versions }: KnownError): string {
  return [
    `${id} ${title}`,
    '',
    ...sample.split('\n').map((line) => `    ${line}`),
    '',
    ...paragraphs(`Why: ${cause}`),
    ...(not === undefined ? [] : ['', ...paragraphs(`Not: ${not}`)]),
    '',
    'Fix:',
    ...fix.flatMap((step, i) => wrapped(`${i + 1}. ${step}`, '  ')),
    '',
    `Printed by go ${versions}`,
    `next: ${proof}`,
  ].join('\n')
}

function paragraphs(text: string): readonly string[] {
  return text.split('\n').flatMap((paragraph) => wrapped(paragraph, ''))
}

function noSuchId(asked: string, id: string): Failure {
  const known = [...doctorChecks, ...auditRules, ...knownErrors].map((row) => row.id)
  const meant = nearest(id, known)
  return new Failure('configuration', {
    asked: `--explain ${asked}`,
    who: 'modgate',
    why: 'there is no check and no known error with this id',
    next: meant === undefined ? 'see modgate doctor --list' : `did you mean ${meant}? see modgate doctor --list`,
  })
}

/** Prints all checks of the doctor by group. */
export function listChecks(command: CommandLine, { json }: DoctorFlags): void {
  const rows = groups.flatMap((group) => doctorChecks.filter((check) => check.group === group))
  if (json) {
    print(command, { checks: rows.map(({ id, group, claim }) => ({ id, group, claim })) })
    return
  }
  const sections = groups
    .map((group) => [group, ...rows.filter((row) => row.group === group).map(({ id, claim }) => `  ${id}  ${claim}`)])
    .filter((lines) => lines.length > 1)
  print(command, sections.map((lines) => lines.join('\n')).join('\n\n'))
}
