/** What became of a filling, as text and as JSON. */

import type { Filling } from '../bundle/fill.ts'
import { counted } from '../core/counted.ts'
import type { Failure } from '../core/failure.ts'
import { visible } from './findings-paint.ts'
import { sizeInWords } from './size-in-words.ts'

const shownFailures = 20
/** What a gate says of a refusal has no more lines. */
const shownWords = 8

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
export const failureJSON = ({ asked, code, why, who, said, next }: Failure) => ({ asked, code, why, who, said, next })

/** The first failures, each with who it was and what that one said. */
export function failureLines(failed: readonly Failure[]): string[] {
  const lines = failed.slice(0, shownFailures).flatMap(linesOf)
  if (failed.length > shownFailures) lines.push(`… and ${failed.length - shownFailures} more; --json has them all`)
  return lines
}

function linesOf({ asked, code, why, who, said }: Failure): readonly string[] {
  const by = who === 'modgate' || why.includes(who) ? '' : ` (${visible(who)})`
  const words = said?.split('\n').map(visible).filter(Boolean) ?? []
  return [
    `failed ${visible(asked)}: ${code}: ${visible(why)}${by}`,
    ...words.slice(0, shownWords).map((line) => `  said: ${line}`),
  ]
}

/** By code, how many there are and what to do. */
export function adviceLines(failed: readonly Failure[]): string[] {
  const byCode = Object.entries(Object.groupBy(failed, ({ code }) => code))
  return byCode.map(([code, failures]) => `  ${code}: ${failures.length} (${failures[0]?.next ?? ''})`)
}
