/**
 * Repositories of what was kept before anybody noted where modules came from: by an older gate, or adopted from a module cache. The whole
 * store is walked for them, once.
 */

import type { Checkpoints, Clock, Store } from '../core/ports.ts'
import type { Entries } from '../store/entries.ts'
import type { FactsBook } from '../store/entry-facts.ts'
import type { OriginBook } from '../store/origin-book.ts'
import { keptOrigin } from './kept-origin.ts'

export interface EarlierOriginsOptions {
  readonly book: Pick<OriginBook, 'note'>
  readonly entries: Pick<Entries, 'list'>
  readonly store: Pick<Store, 'open'>
  readonly checkpoints: Checkpoints
  readonly facts: Pick<FactsBook, 'reread'>
  /** Whether a module still comes from a repository. */
  readonly isDirect: (path: string) => boolean
  readonly clock: Pick<Clock, 'sleep'>
}

/** Entries between two pauses, and how long these are, in milliseconds: clients go first. */
const pauseAfter = 256
const pauseMs = 50

/** Beside the records of repositories, whose names are hashes. */
const mark = 'origins/walked'

/** Ends early when the signal aborts; the next gate begins anew then. Throws a Failure where the store cannot be read or written. */
export async function noteEarlierOrigins(options: EarlierOriginsOptions, signal: AbortSignal): Promise<void> {
  const { book, entries, store, checkpoints, facts, isDirect, clock } = options
  if (await checkpoints.read(mark)) return
  let walked = 0
  for await (const entry of entries.list()) {
    if (signal.aborted) return
    if (++walked % pauseAfter === 0) await clock.sleep(pauseMs, signal)
    if (!isDirect(entry.path)) continue
    const origin = await keptOrigin(store, entry)
    // An upstream tells of the repository, too, and is nobody's reason to ask there.
    if (!origin || (await facts.reread(entry)).info?.source !== origin.url) continue
    await book.note({ path: entry.path, url: origin.url })
  }
  await checkpoints.write(mark, Buffer.from('1\n'))
}
