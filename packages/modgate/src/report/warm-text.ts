/** What became of a filling, as text and as JSON. */

import type { Filling } from '../bundle/fill.ts'
import { counted } from '../core/counted.ts'
import type { Failure } from '../core/failure.ts'
import { sizeInWords } from './size-in-words.ts'

const shownFailures = 20

/** A line for each failure, the sum, and what to do about each kind of failure. */
export function warmText({ modules, fetched, bytes, present, failed }: Filling): string {
  return [
    ...failureLines(failed),
    `${counted(modules, 'version')}: fetched ${counted(fetched, 'file')} (${sizeInWords(bytes)}), ${present} were there already, ${failed.length} failed`,
    ...adviceLines(failed),
  ].join('\n')
}

/** The same for programs. */
export function warmJSON({ failed, ...counts }: Filling): object {
  return { ...counts, failed: failed.map(failureJSON) }
}

/** One failure, for programs. */
export const failureJSON = ({ asked, code, why, who }: Failure) => ({ asked, code, why, who })

/** A line for each of the first failures. */
export function failureLines(failed: readonly Failure[]): string[] {
  const lines = failed.slice(0, shownFailures).map(({ asked, code, why }) => `failed ${asked}: ${code}: ${why}`)
  if (failed.length > shownFailures) lines.push(`… and ${failed.length - shownFailures} more; --json has them all`)
  return lines
}

/** By code, how many there are and what to do. */
export function adviceLines(failed: readonly Failure[]): string[] {
  const byCode = Object.entries(Object.groupBy(failed, ({ code }) => code))
  return byCode.map(([code, failures]) => `  ${code}: ${failures.length} (${failures[0]?.next ?? ''})`)
}
