/** Of many entries the ones that nobody has asked for the longest, in bounded memory. */

import type { StoredEntry } from '../store/entries.ts'

export type Candidate = Pick<StoredEntry, 'path' | 'version' | 'lastAsked'>

export interface Oldest {
  offer(entry: Candidate): void
  /** Takes the oldest one out. */
  take(): Candidate | undefined
  /** All that are kept, in no order. */
  all(): readonly Candidate[]
}

/** Keeps the `limit` oldest of all that is offered, and at no time more than twice as many. */
export function oldest(limit: number): Oldest {
  let kept: Candidate[] = []
  let newest = Infinity
  let sorted = true

  const sort = () => {
    // The oldest at the end, where they are cheap to take.
    kept.sort((a, b) => b.lastAsked - a.lastAsked)
    sorted = true
  }

  return {
    offer({ path, version, lastAsked }) {
      if (lastAsked >= newest) return
      kept.push({ path, version, lastAsked })
      sorted = false
      if (kept.length < limit * 2) return
      sort()
      kept = kept.slice(-limit)
      newest = kept[0]!.lastAsked
    },
    take() {
      if (!sorted) sort()
      return kept.pop()
    },
    all: () => kept,
  }
}
