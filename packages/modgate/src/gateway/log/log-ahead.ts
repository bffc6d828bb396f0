/**
 * Records ahead of lookups: what has come is about to be looked up. A go.mod that the public database vouches for has its record proved, and
 * a zip that is kept has its hash. Appended now, many at a time, it costs nobody a wait, and the head stands still while clients ask.
 */

import { detached, type Context } from '../../core/context.ts'
import type { Layer } from '../../core/ports.ts'
import type { Coverage } from './coverage.ts'

/** `covers` is asked when the first module has come: it may be made of the layers above this one. */
export function logAhead(covers: () => Coverage | undefined): Layer {
  return (next) => ({
    async get(request, context) {
      const resource = await next.get(request, context)
      if (request.kind === 'zip' || (request.kind === 'mod' && resource.trust === 'record')) {
        const record = async (alone: Context) => {
          // A private version is recorded with what is kept of it.
          if (await resource.settled) return
          await covers()?.recordAhead({ path: request.path, version: request.version }, alone)
        }
        // Nobody waits for it, nobody's leaving ends it, and what keeps it from being recorded is told to whoever looks it up.
        void record(detached(context, new AbortController().signal)).catch(() => undefined)
      }
      return resource
    },
  })
}
