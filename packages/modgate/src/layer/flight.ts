/** Asked once: whoever asks for the same thing while it is being fetched, waits for the same fetch. */

import { detached } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Layer } from '../core/ports.ts'
import { requestKey } from '../core/request-key.ts'
import type { Resource } from '../core/resource.ts'

export interface FlightOptions {
  /** Milliseconds that one fetch may take in all, so that an upstream that drips for ever ends too. */
  readonly deadlineMs: number
  /** Fetches under way at most. */
  readonly limit: number
  /** Called with the number of fetches under way whenever it changes, and for each request that joined one. */
  readonly report?: { flights(now: number): void; joined(): void }
}

/**
 * A flight belongs to nobody: it has its own deadline, and a client that leaves hurts no other. It stays known until the work
 * behind its resource has settled, so that late comers follow the same growing file.
 */
export function flight({ deadlineMs, limit, report }: FlightOptions): Layer {
  const flights = new Map<string, Promise<Resource>>()
  return (next) => ({
    async get(request, context) {
      const key = requestKey(request)
      const underway = flights.get(key)
      if (underway) {
        report?.joined()
        const resource = await underway
        return { ...resource, cache: { ...resource.cache, collapsed: true } }
      }
      if (flights.size >= limit) {
        throw new Failure('overloaded', { asked: key, who: 'modgate', why: `${limit} fetches are under way` })
      }
      const started = next.get(request, detached(context, AbortSignal.timeout(deadlineMs)))
      flights.set(key, started)
      report?.flights(flights.size)
      const land = () => {
        flights.delete(key)
        report?.flights(flights.size)
      }
      void started.then((resource) => resource.settled ?? undefined).then(land, land)
      return started
    },
  })
}
