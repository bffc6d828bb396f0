/** The store, counted: how much there is, and what nobody has asked for the longest. */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { StoredEntry } from '../store/entries.ts'
import { oldest, type Candidate } from './oldest.ts'

export interface CountQuestion {
  /** GOPRIVATE grammar: modules that stay. */
  readonly pins: string
  /** How many of the oldest entries that may go are wanted. */
  readonly candidates: number
}

export interface StoreCount {
  /** Of all module files. */
  readonly bytes: number
  /** Entries with files that are not pinned. */
  readonly free: number
  /** The oldest of these. */
  readonly oldest: readonly Candidate[]
}

/** Counts a store; ends early, with a rejection, when the signal aborts. */
export type CountStore = (question: CountQuestion, signal: AbortSignal) => Promise<StoreCount>

/** Counts entries one by one. */
export async function countEntries(
  entries: AsyncIterable<StoredEntry>,
  { pins, candidates }: CountQuestion,
  signal?: AbortSignal,
): Promise<StoreCount> {
  const found = oldest(candidates)
  let bytes = 0
  let free = 0
  for await (const entry of entries) {
    signal?.throwIfAborted()
    bytes += entry.bytes
    if (entry.bytes === 0 || matchPrefixPatterns(pins, entry.path)) continue
    free++
    found.offer(entry)
  }
  return { bytes, free, oldest: found.all() }
}
