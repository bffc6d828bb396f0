/** A trace as rows of a waterfall: what both the page and the picture draw. */

import { criticalChain } from '../trace/critical-chain.ts'
import { stallMs } from '../trace/analysis.ts'
import { isFailure, endOf, nameOf, phaseNames, type Trace } from '../trace/trace.ts'

/** One request. Plain data with short names, since a page holds thousands of it. */
export interface WaterfallRow {
  readonly id: number
  readonly kind: string
  readonly name: string
  readonly url: string
  /** Milliseconds since the command began. */
  readonly start: number
  readonly end: number
  /** Milliseconds of each phase, in the order of `phaseNames`. */
  readonly phases: readonly number[]
  readonly status: number
  readonly bytes: number
  readonly isCritical: boolean
  /** Failed, not there, or without a byte for long. */
  readonly isOdd: boolean
  /** Everything else that is known, by name. */
  readonly facts: readonly (readonly [name: string, value: string])[]
}

export function waterfallRows(trace: Trace): readonly WaterfallRow[] {
  const critical = new Set(criticalChain(trace).requests.map(({ id }) => id))
  return trace.requests.map((request) => {
    const { id, kind, place, path, startMs, phases, status = 0, bytes, outcome, silence } = request
    const { cause, trouble, connection, reused, type, redirects, again } = request
    const facts = Object.entries({
      outcome: outcome === 'answered' ? '' : outcome,
      'required by': cause ?? '',
      error: trouble ?? '',
      asked: again ? 'twice, as go does over https after each 4xx' : '',
      connection: connection === undefined ? '' : `${connection}, ${reused ? 'kept from before' : 'new'}`,
      type: type ?? '',
      'sent on to': (redirects ?? []).join(', '),
      'longest silence': silence === undefined ? '' : `${silence.ms} ms from ${silence.fromMs} ms on`,
    })
    return {
      ...{
        id,
        kind,
        name: nameOf(request) || trace.places[place]!.url,
        url: trace.places[place]!.url + path,
        start: startMs,
      },
      end: endOf(request, trace.totalMs),
      phases: phaseNames.map((name) => phases[name] ?? 0),
      ...{ status, bytes, isCritical: critical.has(id) },
      isOdd: isFailure(request) || outcome !== 'answered' || status !== 200 || (silence?.ms ?? 0) > stallMs,
      facts: facts.filter(([, value]) => value !== ''),
    }
  })
}

/** What the phases are called, and their colours: apart in the dark, in the light, and without red and green. */
export const phaseLegend: readonly (readonly [label: string, colour: string])[] = [
  ['queue', '#9aa5b1'],
  ['DNS', '#56b4e9'],
  ['connect', '#e69f00'],
  ['TLS', '#cc79a7'],
  ['first byte', '#3b7dd8'],
  ['body', '#009e73'],
]
