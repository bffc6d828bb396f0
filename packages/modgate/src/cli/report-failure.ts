/** What a person at a terminal reads when a command fails. */

import type { Writable } from 'node:stream'
import { inspect, styleText } from 'node:util'
import { asFailure, Failure } from '../core/failure.ts'

export interface ReportOptions {
  /** Where it will be written; decides about colours. */
  readonly stream: Writable
  /** Add the stack traces, for whoever works on modgate. */
  readonly debug: boolean
}

/**
 * A failure in a few lines without a final line end: what and why, the peer's own words, what to do next. Credentials and stack
 * traces are no part of it, the latter unless `debug` asks.
 */
export function failureText(error: unknown, options: ReportOptions): string {
  const failure = asFailure(error, 'modgate')
  const lines = [`${style('red', 'modgate:', options)} ${visible(failure.asked)}:${indented(failure.why)}`]
  if (failure.who !== 'modgate') lines.push(`  by: ${visible(failure.who)}`)
  if (!(error instanceof Failure)) lines.push(`  error: ${oneLine(error)}`)
  if (failure.said !== undefined) lines.push(`  said:${indented(failure.said)}`)
  lines.push(`  ${style('bold', 'next:', options)} ${visible(nextStep(failure, error))}`)
  if (options.debug) lines.push(inspect(error))
  return lines.join('\n')
}

/** The code that the process ends with: 2 where it was used wrongly, else 1. */
export function failureExitCode(error: unknown): 1 | 2 {
  return asFailure(error, 'modgate').row.exitCode
}

function nextStep(failure: Failure, error: unknown): string {
  return error instanceof Failure
    ? failure.next
    : 'this is a defect of modgate: report it with what MODGATE_DEBUG=1 shows'
}

function style(format: 'red' | 'bold', text: string, { stream }: ReportOptions): string {
  return styleText(format, text, { stream })
}

/** Several lines stand one below the other, indented. */
function indented(text: string): string {
  const lines = text.split('\n').map(visible)
  return lines.length === 1 ? ` ${lines.join('')}` : lines.map((line) => `\n    ${line}`).join('')
}

function oneLine(error: unknown): string {
  return visible(error instanceof Error ? error.message : String(error))
}

/** Text of others may hold control characters, which a terminal would obey. */
function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
}
