/** What a rehearsal of a restore has shown. */

import type { Drilled } from '../gateway/log/drill.ts'
import { recordsInWords } from './log-standing-text.ts'

/** The guard is ahead of the copy, or knows of a head where the copy has none. */
const isNoticed = ({ afterLoss }: Drilled) => afterLoss?.cause === 'behind-guard' || afterLoss?.cause === 'head-gone'

/** The copy could be signed upon, a loss would be noticed, and nothing would be left out. */
export function drillSucceeded(drilled: Drilled): boolean {
  return drilled.closed === undefined && isNoticed(drilled) && drilled.lost.length === 0
}

const lostCount = ({ lost }: Drilled) => lost.reduce((sum, { first, last }) => sum + last - first + 1, 0)

export function drillText(drilled: Drilled, from: string): string {
  const { name, records, closed, afterLoss } = drilled
  const lost = lostCount(drilled)
  const noticed = isNoticed(drilled) ? 'noticed' : `NOT noticed (${afterLoss?.cause ?? 'it would sign'})`
  return [
    `drill of ${name}, out of ${from}`,
    closed
      ? `  restore   not to be signed upon (${closed.cause}): ${closed.why}`
      : `  restore   could be signed upon: ${recordsInWords(records)}, each of them proved`,
    ...(closed ? [`  next      ${closed.next}`] : []),
    `  loss      ${closed ? 'refused already, as above' : `a copy without the newest record is ${noticed} by the guard`}`,
    `  rotation  would bring ${recordsInWords(records)} over${lost === 0 ? '' : `, and leave ${lost} out that nothing proves`}`,
  ].join('\n')
}

export function drillJson(drilled: Drilled, from: string): object {
  const { name, records, lost, closed, afterLoss } = drilled
  return {
    ...{ name, from, succeeded: drillSucceeded(drilled) },
    restore: closed ? { signs: false, ...closed } : { signs: true },
    loss: { cause: afterLoss?.cause ?? null },
    rotation: { records, lost },
  }
}
