/**
 * `/index?since=TIME&limit=N`: what the gate serves in the order in which it came, in the format of Go's module index: JSON lines of
 * `Path`, `Version` and `Timestamp`. Whoever follows it asks again with the last Timestamp, which is answered once more.
 */

import { Failure } from '../core/failure.ts'
import { formatTimestamp, parseTimestamp } from '../core/timestamp.ts'

/** Up to `most` records from a time on, microseconds since the epoch, in the order of their times. */
export type Index = (time: number, most: number) => Promise<readonly TimedRecord[]>

export interface TimedRecord {
  /** The go.sum lines. */
  readonly text: string
  /** Microseconds since the epoch. */
  readonly time: number
}

export const indexPath = '/index'

/** As Go's module index has it; also without a limit, and where a larger one is asked for. */
const mostLines = 2000

/** The lines for a query. Throws a Failure `bad-request` for one that makes no sense. */
export async function indexLines(query: string, index: Index): Promise<string> {
  const parameters = new URLSearchParams(query)
  const since = parameters.get('since') ?? ''
  const limit = parameters.get('limit') ?? ''
  const records = await index(since === '' ? 0 : timeOf(since), limit === '' ? mostLines : limitOf(limit))
  return records.map(line).join('')
}

function line({ text, time }: TimedRecord): string {
  const [Path, Version] = text.split(' ', 2)
  return `${JSON.stringify({ Path, Version, Timestamp: formatTimestamp(time) })}\n`
}

/** A time before the epoch is the epoch: nothing was there. */
function timeOf(text: string): number {
  const time = parseTimestamp(text)
  if (time !== undefined) return Math.max(0, time)
  throw unreadable('since', text, 'no time of RFC 3339', 'say it as since=2026-11-28T09:30:00Z; a + is written %2B')
}

function limitOf(text: string): number {
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (limit === 0) throw unreadable('limit', text, 'no whole number above 0', `say limit=1 to limit=${mostLines}`)
  return Math.min(limit, mostLines)
}

function unreadable(parameter: string, text: string, why: string, next: string): Failure {
  const shown = JSON.stringify(text.slice(0, 100))
  return new Failure('bad-request', { asked: '/index', who: 'modgate', why: `${parameter} is ${shown}, ${why}`, next })
}
