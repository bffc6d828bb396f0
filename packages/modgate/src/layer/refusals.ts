/**
 * Refusals, remembered for a moment: the go command asks every parent path, over https each 4xx twice, and retries a build whose
 * download was cut; none of this needs to reach an upstream again.
 */

import { Failure } from '../core/failure.ts'
import type { Clock, Layer } from '../core/ports.ts'
import { requestKey } from '../core/request-key.ts'

const remembered = 10_000
/** What passes is remembered for the second question that the go command asks at once, and no longer; milliseconds. */
const passingMs = 1_000

/** Remembers absence and mistrust for `ttlMs` milliseconds; trouble that may pass is never remembered. */
export function refusals(ttlMs: number, clock: Pick<Clock, 'now'>): Layer & { forget(keyPrefix: string): void } {
  const known = new Map<string, { readonly failure: Failure; readonly at: number }>()
  const layer: Layer = (next) => ({
    async get(request, context) {
      const key = requestKey(request)
      const refusal = known.get(key)
      if (refusal) {
        // Counted both ways: a clock that was set back must not keep a refusal for the time it lost.
        const goodMs = refusal.failure.isPassing ? Math.min(passingMs, ttlMs) : ttlMs
        if (Math.abs(clock.now() - refusal.at) < goodMs) throw refusal.failure
        known.delete(key)
      }
      try {
        const resource = await next.get(request, context)
        void resource.settled?.then(note(key))
        return resource
      } catch (error) {
        note(key)(error)
        throw error
      }
    },
  })
  const note = (key: string) => (error: unknown) => {
    if (!(error instanceof Failure) || !(error.absent || error.kind === 'untrusted')) return
    known.set(key, { failure: error, at: clock.now() })
    if (known.size > remembered) known.delete(known.keys().next().value!)
  }
  return Object.assign(layer, {
    forget(keyPrefix: string) {
      for (const key of known.keys()) if (key.startsWith(keyPrefix)) known.delete(key)
    },
  })
}
