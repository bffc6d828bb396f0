/** A store that has room made for what comes in. */

import type { Store } from '../core/ports.ts'

/** Who keeps the books of how much is stored. */
export interface Allowance {
  /** Counts bytes that are about to be put, and waits for a moment until there is room for them. */
  reserve(bytes: number): Promise<void>
  /** Bytes that were reserved, and then not put. */
  giveBack(bytes: number): void
}

export function boundedStore(store: Store, allowance: Allowance): Store {
  return {
    ...store,
    async put(key, content) {
      const bytes = content instanceof Uint8Array ? content.byteLength : content.size
      await allowance.reserve(bytes)
      let kept = false
      try {
        return (kept = await store.put(key, content))
      } finally {
        if (!kept) allowance.giveBack(bytes)
      }
    },
  }
}
