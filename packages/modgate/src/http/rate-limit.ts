/** How often somebody may do something: a bucket that fills again with time, for each of a few names. */

import { createHash } from 'node:crypto'
import type { Clock } from '../core/ports.ts'

export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** Names that are remembered; a name may be a secret, so that its hash is. */
const remembered = 1000

/** Takes one from the bucket of a name: 0, or the whole seconds after which there is one again. */
export function rateLimit({ burst, perSecond }: Rate, clock: Pick<Clock, 'now'>): (name: string) => number {
  const buckets = new Map<string, { left: number; at: number }>()
  return (name) => {
    const key = createHash('sha256').update(name).digest('base64')
    const now = clock.now()
    const { left, at } = buckets.get(key) ?? { left: burst, at: now }
    // A clock that was set back fills nothing, and takes nothing away.
    const filled = Math.min(burst, left + (Math.max(0, now - at) / 1000) * perSecond)
    buckets.delete(key)
    buckets.set(key, { left: filled >= 1 ? filled - 1 : filled, at: now })
    if (buckets.size > remembered) buckets.delete(buckets.keys().next().value!)
    return filled >= 1 ? 0 : Math.ceil((1 - filled) / perSecond)
  }
}
