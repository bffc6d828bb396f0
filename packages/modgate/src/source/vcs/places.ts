/**
 * Places for processes: so many at a time, and for one host a part of them. Repositories that never answer fill the places of their own
 * host, and whoever comes to another one finds room; a line that does not move sends people away instead of keeping them.
 */

export interface PlaceLimits {
  readonly inAll: number
  /** For one host. */
  readonly forHost: number
  /** Milliseconds that anybody waits. */
  readonly waitMs: number
}

export interface Visit {
  /** Absent where nobody is visited: such a process counts in the whole only. */
  readonly host?: string | undefined
  /** Gives up the place in the line. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Resolves to what the one that leaves calls, once, or to undefined where no place became free in time. First come, first served, but
 * nobody waits for a host that is not his. Throws the signal's reason.
 */
export type Enter = (visit: Visit) => Promise<(() => void) | undefined>

interface Waiting {
  readonly host: string | undefined
  readonly admit: (leave: () => void) => void
}

export function places({ inAll, forHost, waitMs }: PlaceLimits): Enter {
  const atHost = new Map<string, number>()
  const line = new Set<Waiting>()
  let taken = 0

  const fits = (host?: string) => taken < inAll && (host === undefined || (atHost.get(host) ?? 0) < forHost)

  function take(host?: string): () => void {
    count(host, 1)
    return () => {
      count(host, -1)
      for (const next of line) {
        if (!fits(next.host)) continue
        line.delete(next)
        next.admit(take(next.host))
      }
    }
  }

  function count(host: string | undefined, change: 1 | -1): void {
    taken += change
    if (host === undefined) return
    const now = (atHost.get(host) ?? 0) + change
    if (now === 0) atHost.delete(host)
    else atHost.set(host, now)
  }

  return async ({ host, signal }) => {
    signal?.throwIfAborted()
    if (fits(host)) return take(host)
    const turn = Promise.withResolvers<(() => void) | undefined>()
    const waiting: Waiting = { host, admit: turn.resolve }
    const goneBy = (settle: () => void) => () => {
      // Who has been admitted a moment ago is in no line, and keeps the place.
      if (line.delete(waiting)) settle()
    }
    const abort = goneBy(() => turn.reject(signal?.reason))
    const timer = setTimeout(
      goneBy(() => turn.resolve(undefined)),
      waitMs,
    ).unref()
    signal?.addEventListener('abort', abort, { once: true })
    line.add(waiting)
    try {
      return await turn.promise
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }
}
