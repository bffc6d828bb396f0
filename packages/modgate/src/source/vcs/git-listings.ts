/**
 * The names of repositories, listed once for all who ask within a few seconds.
 *
 * A listing is good for a moment and may be large, and its size is a stranger's choice: so it is forgotten when its time is over, and
 * before that where all listings together are too much. A listing that nobody waits for any more gives up its place in the line. Who
 * misses a name in it asks again, as often as that is, no more than once a second.
 */

import type { Context } from '../../core/context.ts'
import type { Clock } from '../../core/ports.ts'
import type { Refs } from './git-refs.ts'

export interface Listings {
  /** The names of a repository; a context that wants them fresh has them listed again. `list` throws a Failure. */
  of(url: string, list: (context: Context) => Promise<Refs>, asking: Asking): Promise<Refs>
}

/** `since`: names that were asked for before, in milliseconds since the epoch, do not do; the next question waits for its time. */
export type Asking = Context & { readonly since?: number }

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

/** From one question to the next for the same repository, where somebody misses a name; milliseconds. */
const pauseMs = 1_000

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

  /** Resolves when the names may be asked for again, or have been asked for since then. */
  async function mayAsk(url: string, since: number, signal: AbortSignal): Promise<void> {
    for (let last = known.get(url); last && last.at < since; last = known.get(url)) {
      const leftMs = last.at + pauseMs - clock.now()
      // One that is under way is waited for: whatever it says, the next one is not asked at the same time.
      if (last.size === undefined) await last.refs.catch(() => undefined)
      else if (leftMs > 0) await clock.sleep(Math.min(leftMs, pauseMs), signal)
      else return
    }
  }

  return {
    async of(url, list, context) {
      const { since } = context
      if (since !== undefined) await mayAsk(url, since, context.signal)
      const last = known.get(url)
      const isLate = since !== undefined && last !== undefined && last.at < since
      const isFresh = last && clock.now() - last.at < goodMs && context.fresh !== true && !isLate
      const isGood = last && (last.size === undefined || isFresh)
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
