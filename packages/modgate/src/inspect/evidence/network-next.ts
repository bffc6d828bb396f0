/** Who is asked next: the go command's walk along GOPROXY, played over what came. */

import type { Answer, Place, Thing } from './network-evidence.ts'

/** After an answer the go command has what it wanted, asks the next place, or stops with an error. */
export type Step = 'served' | 'next' | 'stops'

/** The step after a place was asked for a thing; undefined where it was not asked. */
export function stepAfter(place: Place, thing: Thing): Step | undefined {
  const answer = place.answers.find((candidate) => candidate.thing === thing)
  if (answer === undefined) return place.contact?.trouble === undefined ? undefined : afterFailure(place)
  return stepOf(place, answer)
}

/** The step after one answer of a place. */
export function stepOf(place: Place, answer: Answer): Step {
  if (answer.trouble) return afterFailure(place)
  if (answer.status === 404 || answer.status === 410) return place.fallback === 'never' ? 'stops' : 'next'
  if (answer.status !== 200) return afterFailure(place)
  // The zip has already been taken when it turns out to be none, and a go.mod or a list of nonsense is taken as it is.
  if (answer.thing === 'zip' && answer.fault) return 'stops'
  const isRefused = (answer.thing === 'info' || answer.thing === 'latest') && answer.fault
  return isRefused ? afterFailure(place) : 'served'
}

function afterFailure({ fallback }: Place): Step {
  return fallback === 'any' ? 'next' : 'stops'
}

/** How the go command gets to the checksum database. */
export type DatabaseWay =
  | { readonly kind: 'relayed'; readonly place: Place }
  /** `because`: nobody in the list relays it, or GOSUMDB names a URL. */
  | { readonly kind: 'direct' }
  /** The answer to `supported` ends the build. */
  | { readonly kind: 'refused'; readonly place: Place }

/** Its walk with `supported`, which differs in its end: where nobody relays, the database's own host is asked. */
export function databaseWay(places: readonly Place[]): DatabaseWay {
  let refused: Place | undefined
  for (const place of places) {
    if (place.kind === 'database') break
    if (place.kind === 'direct') return { kind: 'direct' }
    const answer = place.answers.find(({ thing }) => thing === 'supported')
    const isFailed = place.contact?.trouble !== undefined || answer?.trouble !== undefined
    if (answer?.status === 200 && !isFailed) return { kind: 'relayed', place }
    if (!isFailed && (answer === undefined || answer.status === 404 || answer.status === 410)) continue
    refused = place
    if (place.fallback !== 'any') break
  }
  return refused ? { kind: 'refused', place: refused } : { kind: 'direct' }
}
