/**
 * The names of repositories, listed once for all who ask within a few seconds.
 *
 * A listing is good for a moment and may be large, and its size is a stranger's choice: so it is forgotten when its time is over, and
 * before that where all listings together are too much. A listing that nobody waits for any more gives up its place in the line.
 */

import type { Context } from '../../core/context.ts'
import type { Clock } from '../../core/ports.ts'
import type { Refs } from './git-refs.ts'

export interface Listings {
  /** The names of a repository; a context that wants them fresh has them listed again. `list` throws a Failure. */
  of(url: string, list: (context: Context) => Promise<Refs>, context: Context): Promise<Refs>
}

export interface ListingLimits {
  /** Milliseconds for which a listing is good. */
  readonly goodMs: number
  /** Bytes of listings that are kept, as git printed them; in memory they take four times as much. */
  readonly bytes: number
}

interface Listing {
  readonly at: number
  readonly refs: Promise<Refs>
  /** Undefined while it is under way. */
  size: number | undefined
  waiting: number
  readonly abandoned: AbortController
}

export function listings(clock: Clock, { goodMs, bytes }: ListingLimits): Listings {
  /** The oldest one stands first. */
  const known = new Map<string, Listing>()

  function begun(url: string, list: (context: Context) => Promise<Refs>, context: Context): Listing {
    const abandoned = new AbortController()
    const refs = list({ ...context, signal: abandoned.signal })
    const listing: Listing = { at: clock.now(), refs, size: undefined, waiting: 0, abandoned }
    known.delete(url)
    known.set(url, listing)
    const forget = () => known.get(url) === listing && known.delete(url)
    refs.then(({ size }) => {
      listing.size = size
      keepWithin()
      return clock.sleep(goodMs).then(forget)
    }, forget)
    return listing
  }

  function keepWithin(): void {
    let sum = [...known.values()].reduce((all, { size = 0 }) => all + size, 0)
    for (const [url, { size }] of known) {
      if (sum <= bytes) return
      if (size === undefined) continue
      known.delete(url)
      sum -= size
    }
  }

  return {
    async of(url, list, context) {
      const last = known.get(url)
      const isGood = last && (last.size === undefined || (clock.now() - last.at < goodMs && context.fresh !== true))
      const listing = isGood ? last : begun(url, list, context)
      const leave = () => {
        if (--listing.waiting > 0) return
        if (known.get(url) === listing) known.delete(url)
        listing.abandoned.abort(context.signal.reason)
      }
      listing.waiting++
      context.signal.addEventListener('abort', leave, { once: true })
      try {
        return await listing.refs
      } finally {
        context.signal.removeEventListener('abort', leave)
      }
    },
  }
}
