/** What a trace says: where the time went, in numbers that a report only has to put into words. Pure. */

import { criticalChain, type CriticalChain } from './critical-chain.ts'
import { distanceOf, estimatesOf, type Estimate } from './estimates.ts'
import { covered, quantile } from './spans.ts'
import { endOf, isAbsence, isFailure, tracedKinds, type Trace, type TracedKind, type TracedRequest } from './trace.ts'

export interface Analysis {
  readonly totalMs: number
  /** With at least one request open, and without any: the command computed, or asked somebody else. */
  readonly networkMs: number
  readonly otherMs: number
  /** Of all requests together: more than `networkMs` by as much as they were open at the same time. */
  readonly requestMs: number
  readonly bytes: number
  /** The median time from sending to the first byte, milliseconds. */
  readonly distanceMs: number
  readonly places: readonly PlaceFigures[]
  readonly kinds: readonly KindFigures[]
  readonly chain: CriticalChain
  /** The same asked of the same place again, most time first. */
  readonly duplicates: readonly Duplicate[]
  /** Requests that went without a byte for longer than a person's patience, longest first. */
  readonly stalls: readonly TracedRequest[]
  readonly failures: readonly TracedRequest[]
  readonly estimates: readonly Estimate[]
}

export interface PlaceFigures {
  readonly url: string
  readonly requests: number
  /** 404 and 410, after which the next entry is asked. */
  readonly absent: number
  /** Those that were asked a second time, as the go command does over https after a status of 400 to 499. */
  readonly again: number
  /** Those that got no answer, were cut, or were refused with another status. */
  readonly failed: number
  readonly bytes: number
  readonly connections: number
  readonly firstByteMs: { readonly median: number; readonly p95: number }
}

export interface KindFigures {
  readonly kind: TracedKind
  readonly requests: number
  readonly bytes: number
  /** Milliseconds of all of them, one after the other. */
  readonly ms: number
}

export interface Duplicate {
  readonly place: number
  readonly path: string
  readonly times: number
  /** Milliseconds and bytes of all but the first. */
  readonly extraMs: number
  readonly extraBytes: number
}

/** Milliseconds without a byte. */
export const stallMs = 5_000

export function analyse(trace: Trace): Analysis {
  const { requests, totalMs } = trace
  const spans = requests.map((request) => ({ from: request.startMs, to: Math.min(totalMs, endOf(request, totalMs)) }))
  const networkMs = covered(spans)
  const chain = criticalChain(trace)
  const stalls = requests.filter(({ silence }) => (silence?.ms ?? 0) > stallMs)
  return {
    ...{
      totalMs,
      networkMs,
      requestMs: sum(spans, ({ from, to }) => to - from),
      otherMs: Math.max(0, totalMs - networkMs),
      bytes: sum(requests, ({ bytes }) => bytes),
    },
    distanceMs: distanceOf(requests),
    places: trace.places.map(({ url }, place) =>
      placeFigures(
        url,
        requests.filter((request) => request.place === place),
      ),
    ),
    kinds: kindFigures(requests, totalMs),
    chain,
    duplicates: duplicatesOf(requests, totalMs),
    stalls: stalls.toSorted((a, b) => b.silence!.ms - a.silence!.ms),
    failures: requests.filter(isFailure),
    estimates: estimatesOf(trace, chain),
  }
}

function placeFigures(url: string, requests: readonly TracedRequest[]): PlaceFigures {
  const firstBytes = requests.flatMap(({ phases: { firstByteMs } }) => (firstByteMs === undefined ? [] : [firstByteMs]))
  return {
    url,
    requests: requests.length,
    absent: requests.filter(({ status }) => isAbsence(status)).length,
    again: requests.filter(({ again }) => again).length,
    failed: requests.filter(isFailure).length,
    bytes: sum(requests, ({ bytes }) => bytes),
    connections: new Set(requests.flatMap(({ connection }) => (connection === undefined ? [] : [connection]))).size,
    firstByteMs: { median: quantile(firstBytes, 0.5), p95: quantile(firstBytes, 0.95) },
  }
}

function kindFigures(requests: readonly TracedRequest[], totalMs: number): readonly KindFigures[] {
  return tracedKinds.flatMap((kind) => {
    const those = requests.filter((request) => request.kind === kind)
    if (those.length === 0) return []
    const ms = sum(those, (request) => endOf(request, totalMs) - request.startMs)
    return [{ kind, requests: those.length, bytes: sum(those, ({ bytes }) => bytes), ms }]
  })
}

function duplicatesOf(requests: readonly TracedRequest[], totalMs: number): readonly Duplicate[] {
  const asked = requests.filter(({ kind }) => kind !== 'tunnel')
  const same = Map.groupBy(asked, ({ place, path }) => `${place} ${path}`)
  return [...same.values()]
    .filter((group) => group.length > 1)
    .map(([first, ...again]) => ({
      place: first!.place,
      path: first!.path,
      times: again.length + 1,
      extraMs: sum(again, (request) => endOf(request, totalMs) - request.startMs),
      extraBytes: sum(again, ({ bytes }) => bytes),
    }))
    .toSorted((a, b) => b.extraMs - a.extraMs)
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
