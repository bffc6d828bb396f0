/**
 * The critical chain: from the request that ended last, back to the one whose end it waited for, and so on. What is on it cannot be
 * made faster by asking more things at once; what is beside it costs nothing.
 */

import { endOf, type Trace, type TracedRequest } from './trace.ts'

export interface CriticalChain {
  /** In the order of time. */
  readonly requests: readonly TracedRequest[]
  /** Milliseconds of its requests, and those between them, in which the command did something else. */
  readonly requestMs: number
  readonly betweenMs: number
}

/**
 * Each request is preceded by the last one that had ended when it began: the go command starts a request as soon as it has what it
 * needs, or a free worker. In n log n.
 */
export function criticalChain({ requests, totalMs }: Pick<Trace, 'requests' | 'totalMs'>): CriticalChain {
  const byEnd = requests
    .map((request) => ({ request, end: endOf(request, totalMs) }))
    .toSorted((a, b) => a.end - b.end || a.request.startMs - b.request.startMs)
  const chain: TracedRequest[] = []
  let betweenMs = 0
  for (let at = byEnd.length - 1; at >= 0;) {
    const { request } = byEnd[at]!
    chain.push(request)
    // Only those before it: a request of no length would be its own predecessor.
    at = Math.min(at, countUntil(byEnd, request.startMs)) - 1
    if (at >= 0) betweenMs += request.startMs - byEnd[at]!.end
  }
  chain.reverse()
  const requestMs = chain.reduce((sum, request) => sum + endOf(request, totalMs) - request.startMs, 0)
  return { requests: chain, requestMs, betweenMs }
}

/** How many had ended at a time. */
function countUntil(byEnd: readonly { readonly end: number }[], time: number): number {
  let [low, high] = [0, byEnd.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (byEnd[middle]!.end <= time) low = middle + 1
    else high = middle
  }
  return low
}
