/**
 * A limit on the bytes of module files: what nobody has asked for the longest goes first.
 *
 * The store is counted behind everybody's back, one entry at a time, so a start takes no longer with a million of them; only the
 * oldest few thousand are remembered, and when these are used up it is counted again. An entry is looked at once more before it goes:
 * it may have been asked for since. Whoever reads a file keeps it, since an unlinked file lives on with its readers.
 */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import { parseKey } from '@modgate/gomod/proxy'
import type { Clock, ModuleVersion } from '../core/ports.ts'
import type { Allowance } from '../store/bounded-store.ts'
import type { Entries } from '../store/entries.ts'
import { oldest, type Candidate } from './oldest.ts'
import type { CountStore } from './store-count.ts'

export interface EvictionOptions {
  readonly entries: Pick<Entries, 'find' | 'remove'>
  readonly count: CountStore
  /** Bytes of module files. */
  readonly limit: number
  /** GOPRIVATE grammar: modules that stay. */
  readonly pins: string
  readonly clock: Clock
  /** Writes down what was asked for lately, before that decides. */
  readonly flushUsage?: () => Promise<void>
  readonly report?: EvictionReport
}

export interface EvictionReport {
  evicted(module: ModuleVersion, bytes: number): void
  /** What is pinned alone is more than the limit allows. */
  overLimit(bytes: number, limit: number): void
  failed(error: unknown): void
}

export interface Eviction extends Allowance {
  /** Bytes of module files; undefined until they were counted. */
  readonly bytes: number | undefined
  /** Counts the store, and evicts what is too much. */
  enforce(): Promise<void>
  /** The disk is full: evicts some, whatever the limit says. False where nothing could go. */
  freeSome(): Promise<boolean>
  /** Counts and enforces now and then, until `close`: others may write to the same directory. */
  watch(): void
  close(): Promise<void>
}

const candidates = 10_000
/** Milliseconds that a put waits for room: a store that takes long to count must not hold up the clients. */
const patienceMs = 5000
const recountEveryMs = 15 * 60_000
/** Where all is pinned there is nothing to look for, for so long. */
const fruitlessRestMs = 60_000
/** Counting takes at most so small a part of the time. */
const restFactor = 20
/** The part of the store that goes when the disk is full. */
const freedAtOnce = 0.05

export function eviction(options: EvictionOptions): Eviction {
  return new Evictor(options)
}

class Evictor implements Eviction {
  readonly #options: EvictionOptions
  readonly #closing = new AbortController()
  #oldest = oldest(candidates)
  #bytes: number | undefined
  /** Bytes of all puts that ever began, and of those under way, so that a count knows what came while it ran. */
  #began = 0
  #underway = 0
  #notBefore = -Infinity
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: EvictionOptions) {
    this.#options = options
  }

  get bytes(): number | undefined {
    return this.#bytes
  }

  async admit(key: string, bytes: number, put: () => Promise<boolean>): Promise<boolean> {
    this.#began += bytes
    this.#underway += bytes
    if (this.#bytes !== undefined) this.#bytes += bytes
    let kept = false
    try {
      await this.#room()
      kept = await put()
      if (kept) this.#note(key)
      return kept
    } finally {
      this.#underway -= bytes
      if (!kept && this.#bytes !== undefined) this.#bytes -= bytes
    }
  }

  /** Waits for room, but not for long. */
  async #room(): Promise<void> {
    const { limit, clock } = this.#options
    if (this.#bytes === undefined || this.#bytes <= limit) return
    const patience = new AbortController()
    const waited = clock.sleep(patienceMs, patience.signal).catch(() => undefined)
    await Promise.race([this.#inTurn(() => this.#reclaim(limit)), waited])
    patience.abort()
  }

  /** What was put is the youngest: it need not wait for a count to be known. */
  #note(key: string): void {
    const request = parseKey(key)
    if (!('version' in request) || matchPrefixPatterns(this.#options.pins, request.path)) return
    this.#oldest.offer({ ...request, lastAsked: this.#options.clock.now() })
  }

  async enforce(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#count()
      await this.#reclaim(this.#options.limit)
    })
  }

  async freeSome(): Promise<boolean> {
    let freed = 0
    await this.#inTurn(async () => {
      if (this.#bytes === undefined) await this.#count()
      const before = this.#bytes ?? 0
      await this.#reclaim(Math.floor(before * (1 - freedAtOnce)))
      freed = before - (this.#bytes ?? 0)
    })
    return freed > 0
  }

  watch(): void {
    const { clock } = this.#options
    const { signal } = this.#closing
    void (async () => {
      while (!signal.aborted) {
        const started = clock.now()
        await this.enforce()
        const rest = Math.max(recountEveryMs, Math.abs(clock.now() - started) * restFactor)
        await clock.sleep(rest, signal).catch(() => undefined)
      }
    })()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#turn
  }

  /** One behind the other; a failure is reported, and is nobody's reason not to keep what came. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work).catch((error: unknown) => {
      if (!this.#closing.signal.aborted) this.#options.report?.failed(error)
    })
    this.#turn = turn
    return turn
  }

  async #count(): Promise<void> {
    const { pins, clock, flushUsage, report } = this.#options
    const started = clock.now()
    await flushUsage?.()
    const before = this.#began - this.#underway
    const { bytes: sum, free, oldest: found } = await this.#options.count({ pins, candidates }, this.#closing.signal)
    // What came meanwhile may be counted twice: too much for a moment, never too little.
    this.#bytes = sum + this.#began - before
    this.#oldest = oldest(candidates)
    for (const candidate of found) this.#oldest.offer(candidate)
    if (free > 0 || sum === 0) return
    this.#notBefore = clock.now() + Math.max(fruitlessRestMs, Math.abs(clock.now() - started) * restFactor)
    if (this.#bytes > this.#options.limit) report?.overLimit(this.#bytes, this.#options.limit)
  }

  async #reclaim(goal: number): Promise<void> {
    while ((this.#bytes ?? 0) > goal && !this.#closing.signal.aborted) {
      const candidate = this.#oldest.take() ?? (await this.#restocked())
      if (candidate) await this.#evict(candidate)
      else break
    }
  }

  /** The oldest of a new count; nothing for a while where all that is left is pinned. */
  async #restocked(): Promise<Candidate | undefined> {
    if (this.#options.clock.now() < this.#notBefore) return undefined
    await this.#count()
    return this.#oldest.take()
  }

  async #evict(candidate: Candidate): Promise<void> {
    const { entries, report } = this.#options
    const entry = await entries.find(candidate)
    if (!entry || entry.bytes === 0 || entry.lastAsked > candidate.lastAsked) return
    const removed = await entries.remove(entry)
    this.#bytes = (this.#bytes ?? 0) - removed
    if (removed > 0) report?.evicted(entry, removed)
  }
}
