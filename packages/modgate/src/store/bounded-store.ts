/** A store that has room made for what comes in. */

import type { Store } from '../core/ports.ts'

/** Who keeps the books of how much is stored. */
export interface Allowance {
  /** Puts so many bytes, after waiting for a moment until there is room for them. `put` says whether they were kept. */
  admit(key: string, bytes: number, put: () => Promise<boolean>): Promise<boolean>
}

export function boundedStore(store: Store, allowance: Allowance): Store {
  return {
    ...store,
    put(key, content) {
      const bytes = content instanceof Uint8Array ? content.byteLength : content.size
      return allowance.admit(key, bytes, () => store.put(key, content))
    },
  }
}
