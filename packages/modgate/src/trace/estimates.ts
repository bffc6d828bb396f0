/** What would be saved, each with the arithmetic that leads to it: an estimate that nobody can follow is an advertisement. */

import type { CriticalChain } from './critical-chain.ts'
import { covered, quantile } from './spans.ts'
import { endOf, waitOf, type Trace, type TracedRequest } from './trace.ts'

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
export function estimatesOf(trace: Trace, chain: CriticalChain, networkMs: number): readonly Estimate[] {
  return [warmGate(chain, networkMs), download(trace, networkMs)].filter(({ savedMs }) => savedMs >= worthMs)
}

function warmGate({ requests }: CriticalChain, networkMs: number): WarmGate {
  const answered = requests.filter(({ outcome, kind }) => outcome === 'answered' && kind !== 'tunnel')
  const waitedMs = answered.reduce((sum, request) => sum + waitOf(request), 0)
  const savedMs = Math.min(networkMs, waitedMs - answered.length * gateFirstByteMs)
  return { what: 'warm-gate', savedMs, requests: answered.length, waitedMs, firstByteMs: gateFirstByteMs }
}

/** Asking as wide as the graph allows leaves the levels of the graph one after the other, and the bytes. */
function download({ requests, totalMs }: Trace, networkMs: number): Download {
  const whole = requests.filter((r) => r.outcome === 'answered' && r.status === 200 && r.kind !== 'tunnel')
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
