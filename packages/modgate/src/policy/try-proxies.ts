/**
 * The walk along GOPROXY, from which all fallback follows. The go command takes it anew for each file and for the way to the
 * checksum database, so one function serves both.
 */

import type { Hop } from './route.ts'

/** `noproxy` is the entry in front that a GONOPROXY adds: it stands for modules that GONOPROXY has. */
export type ListEntry = Hop | { readonly kind: 'noproxy' }

/** Why an entry was of no use. */
export interface Rejection {
  /** Counts as absence, after which a comma lets the next entry be asked: 404, 410, `off`, an unknown host of `direct`. */
  readonly absent: boolean
  /** The entry has nothing to do with this module. */
  readonly notMine?: boolean
}

/** A list with the entry in front that the go command puts there. */
export function listEntries(hops: readonly Hop[], settings: { GOPROXY: string; GONOPROXY: string }): ListEntry[] {
  return settings.GONOPROXY !== '' && settings.GOPROXY !== 'direct' ? [{ kind: 'noproxy' }, ...hops] : [...hops]
}

/**
 * Asks entry by entry until one succeeds (`attempt` gives undefined) or the walk ends, and gives the rejection that the go command
 * reports: of `direct` before a proxy's failure before absence, and the last one of the same rank. Undefined is success.
 */
export function tryProxies<R extends Rejection>(
  entries: readonly ListEntry[],
  attempt: (entry: ListEntry) => R | undefined,
): R | undefined {
  let best: { rejection: R; rank: number } | undefined
  for (const entry of entries) {
    const rejection = attempt(entry)
    if (rejection === undefined) return undefined
    const rank = rankOf(entry, rejection)
    if (best === undefined || rank >= best.rank) best = { rejection, rank }
    const goesOn = rejection.absent || (entry.kind === 'proxy' && entry.fallback === 'any')
    if (!goesOn) break
  }
  return best?.rejection
}

function rankOf({ kind }: ListEntry, { absent, notMine }: Rejection): number {
  if (kind === 'direct' || (kind === 'noproxy' && notMine !== true)) return 2
  return absent ? 0 : 1
}
