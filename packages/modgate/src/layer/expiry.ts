/** Modules whose kept answers are said to be old before their time: somebody has heard that their repository has changed. */

import type { Clock } from '../core/ports.ts'

export interface Expiry {
  /** What is kept by now about the module, and about all modules below its path, is old. */
  readonly expire: (path: string) => void
  /** Whether an answer about a module that was kept then (milliseconds since the epoch) is old. */
  readonly isExpired: (path: string, at: number) => boolean
}

/** Paths that are remembered. What is forgotten ends with its time to live. */
const remembered = 1000

export function expiry(clock: Pick<Clock, 'now'>): Expiry {
  const expired = new Map<string, number>()
  return {
    expire(path) {
      expired.delete(path)
      expired.set(path, clock.now())
      if (expired.size > remembered) expired.delete(expired.keys().next().value!)
    },
    isExpired(path, at) {
      if (expired.size === 0) return false
      for (let above = path; above !== ''; above = above.slice(0, Math.max(0, above.lastIndexOf('/')))) {
        if (at <= (expired.get(above) ?? -Infinity)) return true
      }
      return false
    },
  }
}
