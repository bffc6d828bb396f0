/**
 * A limit on what mirrors take on disk: what was used the longest ago goes first.
 *
 * Nobody can be asked which mirrors he reads, since other processes may share the disk. But whoever reads one says so by its time, and
 * reads no longer than git may run: what was used lately stays, also where that is too much.
 */

import type { Clock } from '../../core/ports.ts'
import { mirrorsBelow, takeFromShelf, type ShelvedMirror } from './mirror-shelf.ts'

export interface MirrorEvictionOptions {
  /** Holds a directory for each way to repositories. */
  readonly directory: string
  /** The spool directory of this process. */
  readonly owner: string
  /** Bytes on disk; undefined for no limit. */
  readonly limit: number | undefined
  readonly clock: Clock
  readonly report?: MirrorReport
}

export interface MirrorReport {
  evicted(repository: string, bytes: number): void
  /** What was used lately alone is more than the limit allows. */
  overLimit(bytes: number, limit: number): void
  failed(error: unknown): void
}

export interface MirrorEviction {
  /** Of all mirrors; undefined until they were counted. */
  readonly bytes: number | undefined
  /** So many bytes were fetched. */
  grew(bytes: number): void
  /** Counts the mirrors, and evicts what is too much. */
  enforce(): Promise<void>
  /** Counts and enforces now and then, until `close`. */
  watch(): void
  close(): Promise<void>
}

/** Longer than any reader may take; milliseconds. */
const inUseMs = 15 * 60_000
const recountEveryMs = 15 * 60_000
/** Mirrors are counted at most so often because they grew; milliseconds. */
const leastPauseMs = 60_000

export function mirrorEviction({ directory, owner, limit, clock, report }: MirrorEvictionOptions): MirrorEviction {
  const closing = new AbortController()
  let bytes: number | undefined
  let countedAt = -Infinity
  let turn: Promise<void> = Promise.resolve()

  async function evict(): Promise<void> {
    countedAt = clock.now()
    const all: ShelvedMirror[] = []
    for await (const mirror of mirrorsBelow(directory)) {
      if (closing.signal.aborted) return
      all.push(mirror)
    }
    let sum = all.reduce((before, mirror) => before + mirror.bytes, 0)
    bytes = sum
    if (limit === undefined) return
    const idle = all.filter(({ lastUsed }) => clock.now() - lastUsed > inUseMs)
    for (const mirror of idle.sort((a, b) => a.lastUsed - b.lastUsed)) {
      if (sum <= limit || closing.signal.aborted) break
      if (!(await takeFromShelf(mirror, owner))) continue
      sum -= mirror.bytes
      report?.evicted(mirror.path, mirror.bytes)
    }
    bytes = sum
    if (sum > limit) report?.overLimit(sum, limit)
  }

  function enforce(): Promise<void> {
    turn = turn.then(evict).catch((error: unknown) => {
      report?.failed(error)
    })
    return turn
  }

  return {
    get bytes() {
      return bytes
    },
    grew(more) {
      if (bytes === undefined) return
      bytes += more
      const isTooMuch = limit !== undefined && bytes > limit
      if (isTooMuch && clock.now() - countedAt > leastPauseMs) void enforce()
    },
    enforce,
    watch() {
      void (async () => {
        while (!closing.signal.aborted) {
          await enforce()
          await clock.sleep(recountEveryMs, closing.signal).catch(() => undefined)
        }
      })()
    },
    async close() {
      closing.abort()
      await turn
    },
  }
}
