/** Bodies of kept zips that outlast the removal of their file. */

import type { Body } from '../core/body.ts'
import { codeOf } from '../store/store-failure.ts'

/**
 * A body in a file is opened when it is read, and until then the file may be evicted or removed: then it comes from `again`. Once
 * it is open nothing can take it away. Throws from `read` where the zip comes again with another size, since the old one was promised.
 */
export function lasting(body: Body, again: () => Promise<Body>): Body {
  if (body.bytes) return body
  return {
    get size() {
      return body.size
    },
    async *read(range) {
      let begun = false
      try {
        for await (const chunk of body.read(range)) {
          begun = true
          yield chunk
        }
        return
      } catch (error) {
        if (begun || codeOf(error) !== 'ENOENT') throw error
      }
      const fresh = await again()
      if (body.size !== undefined && fresh.size !== undefined && fresh.size !== body.size) {
        throw new Error(
          `removed while it was asked for, and came again with ${fresh.size} bytes instead of ${body.size}`,
        )
      }
      yield* fresh.read(range)
    },
  }
}
