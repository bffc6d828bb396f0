/** What was fetched ahead, and whether anybody asked for it in the end. */

import type { Clock } from '../core/ports.ts'

export interface PrefetchReport {
  /** Bytes that were fetched ahead. */
  ahead(bytes: number): void
  /** Bytes of these that a client has asked for. */
  used(bytes: number): void
  /** Bytes of these that nobody has asked for in ten minutes. */
  inVain(bytes: number): void
}

export interface InVain {
  begin(key: string): void
  fetched(key: string, bytes: number): void
  forget(key: string): void
  /** A client asks for it. */
  used(key: string): void
  /** Whether it is being or was fetched ahead, lately. */
  wasAhead(key: string): boolean
}

const patienceMs = 10 * 60_000
const limit = 200_000

interface Ahead {
  readonly bytes: number
  readonly at: number
  readonly used: boolean
}

export function inVain(clock: Pick<Clock, 'now'>, report?: PrefetchReport): InVain {
  const known = new Map<string, Ahead>()

  /** The oldest first, since a Map keeps the order in which keys came. */
  const sweep = () => {
    const now = clock.now()
    for (const [key, { bytes, at, used }] of known) {
      if (now - at < patienceMs && known.size <= limit) return
      known.delete(key)
      if (!used && bytes > 0) report?.inVain(bytes)
    }
  }

  return {
    begin(key) {
      sweep()
      known.set(key, { bytes: 0, at: clock.now(), used: false })
    },
    fetched(key, bytes) {
      const used = known.get(key)?.used ?? false
      known.set(key, { bytes, at: clock.now(), used })
      report?.ahead(bytes)
      if (used) report?.used(bytes)
    },
    forget: (key) => void known.delete(key),
    used(key) {
      const ahead = known.get(key)
      if (!ahead || ahead.used) return
      known.set(key, { ...ahead, used: true })
      if (ahead.bytes > 0) report?.used(ahead.bytes)
    },
    wasAhead: (key) => known.has(key),
  }
}
