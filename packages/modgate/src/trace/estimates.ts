/**
 * What would be saved, each with the arithmetic that leads to it: an estimate that nobody can follow is an advertisement. Only requests that
 * were answered count: what is refused, cut off or never answered is for somebody to mend, and no gate makes it fast.
 */

import type { CriticalChain } from './critical-chain.ts'
import { covered, quantile } from './spans.ts'
import { endOf, isFailure, waitOf, type Trace, type TracedRequest } from './trace.ts'

export type Estimate = WarmGate | Download

/** The same with a warm gate in the same network: `waitedMs - requests x firstByteMs`. */
export interface WarmGate {
  readonly what: 'warm-gate'
  readonly savedMs: number
  /** Of the critical chain, and what they waited for their first bytes. */
  readonly requests: number
  readonly waitedMs: number
  /** Assumed of the gate, each time. */
  readonly firstByteMs: number
}

/** The same after `modgate download`, in its place: `networkMs - (rounds x distanceMs + bodyMs)`. */
export interface Download {
  readonly what: 'download'
  readonly savedMs: number
  readonly networkMs: number
  /** One after the other: the larger of `levels + 2` and `requests / width`. */
  readonly rounds: number
  /** Of go.mod files, each naming the next. */
  readonly levels: number
  readonly requests: number
  readonly width: number
  readonly distanceMs: number
  /** In which bodies came. */
  readonly bodyMs: number
}

const gateFirstByteMs = 2
/** What `modgate download` asks at the same time. */
const width = 64
/** Less than this, in milliseconds, is lost in the noise of one run. */
const worthMs = 100

/** Those that are worth a word. */
export function estimatesOf({ requests, totalMs }: Trace, chain: CriticalChain): readonly Estimate[] {
  const answered = requests.filter(isAnswered)
  const networkMs = covered(answered.map((request) => ({ from: request.startMs, to: endOf(request, totalMs) })))
  const estimates = [warmGate(chain, networkMs), download(answered, { networkMs, totalMs })]
  return estimates.filter(({ savedMs }) => savedMs >= worthMs)
}

/** By a proxy, with what was asked for or with the word that it is not there. */
function isAnswered(request: TracedRequest): boolean {
  return request.outcome === 'answered' && request.kind !== 'tunnel' && !isFailure(request)
}

function warmGate({ requests }: CriticalChain, networkMs: number): WarmGate {
  const answered = requests.filter(isAnswered)
  const waitedMs = answered.reduce((sum, request) => sum + waitOf(request), 0)
  const savedMs = Math.min(networkMs, waitedMs - answered.length * gateFirstByteMs)
  return { what: 'warm-gate', savedMs, requests: answered.length, waitedMs, firstByteMs: gateFirstByteMs }
}

interface Times {
  /** With at least one request open that was answered. */
  readonly networkMs: number
  readonly totalMs: number
}

/** Asking as wide as the graph allows leaves the levels of the graph one after the other, and the bytes. */
function download(answered: readonly TracedRequest[], { networkMs, totalMs }: Times): Download {
  const whole = answered.filter(({ status }) => status === 200)
  const levels = levelsOf(whole)
  // After the go.mod files come checksums, and the rest.
  const rounds = Math.max(levels + 2, Math.ceil(whole.length / width))
  const distanceMs = distanceOf(whole)
  const bodyMs = covered(
    whole.map((request) => {
      const to = endOf(request, totalMs)
      return { from: to - (request.phases.bodyMs ?? 0), to }
    }),
  )
  const savedMs = networkMs - (rounds * distanceMs + bodyMs)
  return { what: 'download', savedMs, networkMs, rounds, levels, requests: whole.length, width, distanceMs, bodyMs }
}

/** The median time from sending a request to the first byte of its answer. */
export function distanceOf(requests: readonly TracedRequest[]): number {
  return quantile(
    requests.flatMap(({ kind, phases: { firstByteMs } }) =>
      firstByteMs === undefined || kind === 'tunnel' ? [] : [firstByteMs],
    ),
    0.5,
  )
}

/** How many go.mod files had to be read one after the other, since each names the next. */
function levelsOf(requests: readonly TracedRequest[]): number {
  const depths = new Map<string, number>()
  let deepest = 0
  for (const { kind, module, version, cause } of requests) {
    if (kind !== 'mod') continue
    // A cause came before what it caused, so that its own depth is known.
    const depth = 1 + (cause === undefined ? 0 : (depths.get(cause) ?? 0))
    depths.set(`${module}@${version}`, depth)
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
