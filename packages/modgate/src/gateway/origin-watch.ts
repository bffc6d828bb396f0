/**
 * The origin watch: repositories from which modules came are looked at again and again, spread over time, and what does not agree any
 * more with what is kept is said once. When a repository was looked at stands in its record, so that a gate that is started anew goes on
 * where it was, and several gates on one store share the work.
 */

import type { Context } from '../core/context.ts'
import { eachOf } from '../core/each-of.ts'
import { asFailure, type Failure } from '../core/failure.ts'
import type { Clock } from '../core/ports.ts'
import {
  originFindingKinds,
  type OriginBook,
  type OriginFinding,
  type OriginFindingKind,
  type OriginRecord,
} from '../store/origin-book.ts'
import { isSame, type CheckOrigin } from './origin-check.ts'

export interface OriginWatchOptions {
  readonly book: OriginBook
  readonly check: CheckOrigin
  readonly clock: Clock
  /** Milliseconds between two looks at one repository. */
  readonly everyMs: number
  readonly report: OriginWatchReport
  /** Done before the first pass. */
  readonly first?: (closing: AbortSignal) => Promise<void>
}

export interface OriginWatchReport {
  /** A repository was looked at: the failure is why it could not be read. */
  readonly checked: (repository: string, failure?: Failure) => void
  readonly found: (finding: OriginFinding, repository: string) => void
  /** What was found before is not so any more. */
  readonly settled: (finding: OriginFinding, repository: string) => void
}

export interface OriginWatch {
  /** Looks at all repositories whose time has come. */
  pass(): Promise<void>
  /** How many findings stand, of each kind; undefined before the first pass. */
  readonly findings: Readonly<Record<OriginFindingKind, number>> | undefined
  /** Passes, again and again, until it is closed. Never throws. */
  run(): Promise<void>
  /** Ends it at once: what is under way is left. */
  close(): void
}

/** Repositories that are looked at at once, where they take longer than the time between two of them. */
const width = 4
/** Milliseconds between two repositories at most; less where there are many. */
const paceMs = 30_000
/** Passes within the time for which a look is good: one that has become due waits no longer than that. */
const passesPerRound = 10
/** Milliseconds that one repository may take. */
const checkMs = 5 * 60_000
/** A repository that fails is left alone for twice as long each time, up to 2^5 rounds. */
const mostDoublings = 5
const mostFailing = 10_000

export function originWatch(options: OriginWatchOptions): OriginWatch {
  const { book, clock, everyMs, report } = options
  const closing = new AbortController()
  const failing = new Map<string, { readonly times: number; readonly until: number }>()
  let findings: Record<OriginFindingKind, number> | undefined

  /** Counted both ways: after a clock was set back, a look from the future is not good until then. */
  const isDue = ({ repository, checkedAt }: OriginRecord) =>
    Math.abs(clock.now() - checkedAt) >= everyMs && clock.now() >= (failing.get(repository)?.until ?? -Infinity)

  /** Those whose time has come, a while apart. */
  async function* due(pauseMs: number): AsyncIterable<OriginRecord> {
    let isFirst = true
    for await (const record of book.list()) {
      if (closing.signal.aborted) return
      if (!isDue(record)) continue
      if (!isFirst) await clock.sleep(pauseMs, closing.signal)
      isFirst = false
      yield record
    }
  }

  async function look(record: OriginRecord): Promise<void> {
    const { repository } = record
    try {
      const found = await unlessClosed(options.check(record, contextOf(closing.signal)), closing.signal)
      failing.delete(repository)
      await book.noteCheck(repository, { checkedAt: clock.now(), findings: found })
      tell(record, found)
      report.checked(repository)
    } catch (error) {
      if (closing.signal.aborted) return
      noteFailure(repository)
      report.checked(repository, asFailure(error, repository))
    }
  }

  function tell({ repository, findings: before }: OriginRecord, found: readonly OriginFinding[]): void {
    for (const each of found.filter((one) => !before.some((old) => isSame(one, old)))) {
      if (findings) findings[each.kind]++
      report.found(each, repository)
    }
    for (const each of before.filter((old) => !found.some((one) => isSame(one, old)))) {
      if (findings) findings[each.kind]--
      report.settled(each, repository)
    }
  }

  function noteFailure(repository: string): void {
    const times = (failing.get(repository)?.times ?? 0) + 1
    failing.delete(repository)
    failing.set(repository, { times, until: clock.now() + everyMs * 2 ** Math.min(times - 1, mostDoublings) })
    if (failing.size > mostFailing) failing.delete(failing.keys().next().value!)
  }

  async function pass(): Promise<void> {
    const counts = noFindings()
    let waiting = 0
    for await (const record of book.list()) {
      if (isDue(record)) waiting++
      for (const { kind } of record.findings) counts[kind]++
    }
    findings = counts
    const pauseMs = Math.min(paceMs, everyMs / Math.max(1, waiting))
    await eachOf(due(pauseMs), width, look)
  }

  return {
    pass,
    get findings() {
      return findings
    },
    async run() {
      // A store that cannot be read is said by everybody else; here it is tried again.
      await options.first?.(closing.signal).catch(() => undefined)
      while (!closing.signal.aborted) {
        await pass().catch(() => undefined)
        await clock.sleep(everyMs / passesPerRound, closing.signal).catch(() => undefined)
      }
    },
    close: () => closing.abort(),
  }
}

const noFindings = (): Record<OriginFindingKind, number> =>
  Object.fromEntries(originFindingKinds.map((kind) => [kind, 0])) as Record<OriginFindingKind, number>

/** It belongs to nobody, and so is not traced. */
function contextOf(closing: AbortSignal): Context {
  return {
    id: 'origin-watch',
    trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
    signal: AbortSignal.any([closing, AbortSignal.timeout(checkMs)]),
    cachedOnly: false,
  }
}

async function unlessClosed<T>(work: Promise<T>, closing: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(closing.reason as Error)
  closing.addEventListener('abort', stop, { once: true })
  work.catch(() => undefined)
  try {
    return await Promise.race([work, promise])
  } finally {
    closing.removeEventListener('abort', stop)
  }
}
