/** What a repository is at one moment, asked once for all who come within a few seconds. */

import type { Context } from '../../core/context.ts'
import type { Clock } from '../../core/ports.ts'

export interface MomentOptions<T> {
  /** Asks anew. Throws a Failure. */
  readonly read: (context: Context) => Promise<T>
  readonly clock: Clock
  /** Milliseconds for which an answer is good. */
  readonly goodMs: number
}

/** Answers the moment; a context that wants it fresh has it asked again, a failure is forgotten. */
export function moments<T>({ read, clock, goodMs }: MomentOptions<T>): (context: Context) => Promise<T> {
  let known: { readonly at: number; readonly moment: Promise<T>; isUnderWay: boolean } | undefined
  return (context) => {
    const isGood = known && clock.now() - known.at < goodMs && context.fresh !== true
    if (known && (isGood || known.isUnderWay)) return known.moment
    const reading = { at: clock.now(), moment: read(context), isUnderWay: true }
    known = reading
    reading.moment
      .catch(() => {
        if (known === reading) known = undefined
      })
      .finally(() => (reading.isUnderWay = false))
    return reading.moment
  }
}
