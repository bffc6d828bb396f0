/**
 * Pages, remembered for a while and asked for once: a hundred modules below one prefix share its page. What is known of a host stays
 * true while the host is down, and a failure is never remembered.
 */

import { Failure } from '../../core/failure.ts'
import type { Clock } from '../../core/ports.ts'
import type { FetchPage, ImportPage } from './page.ts'

export interface RememberOptions {
  readonly clock: Pick<Clock, 'now'>
  /** Milliseconds for which a page with imports is good. */
  readonly ttlMs: number
  /** Milliseconds for which one without is: it may be about to be written. */
  readonly absentTtlMs: number
  /** Milliseconds for which an old page is better than none while its host fails. */
  readonly staleMs: number
  /** Milliseconds that one fetch may take in all, whoever waits for it. */
  readonly deadlineMs: number
  /** Pages kept at most, and pages fetched at once at most. */
  readonly limit: number
}

/** What remembers pages. */
export interface RememberedPages {
  /** The page, from memory where it is good. `fresh` asks the host all the same. */
  readonly get: (path: string, signal: AbortSignal, fresh?: boolean) => Promise<ImportPage>
}

interface Known {
  readonly page: ImportPage
  readonly at: number
  /** When its host was last asked in vain. */
  readonly failedAt?: number
}

export function rememberedPages(fetchPage: FetchPage, options: RememberOptions): RememberedPages {
  const { clock, ttlMs, absentTtlMs, staleMs, limit } = options
  const known = new Map<string, Known>()
  const flights = new Map<string, Promise<ImportPage>>()

  /** Counted both ways: a clock that was set back must not keep a page for the time it lost. */
  const since = (time: number) => Math.abs(clock.now() - time)
  const isGood = ({ page, at, failedAt }: Known) =>
    since(at) < (page.imports.length > 0 ? ttlMs : absentTtlMs) ||
    // A dead host costs the first who asks its time limits, not everybody.
    (failedAt !== undefined && since(failedAt) < absentTtlMs)

  /** What was known of a host that fails now, while that is better than nothing. */
  function old(path: string): ImportPage | undefined {
    const entry = known.get(path)
    if (!entry || since(entry.at) >= staleMs) return undefined
    known.set(path, { ...entry, failedAt: clock.now() })
    return entry.page
  }

  async function fetched(path: string): Promise<ImportPage> {
    let page: ImportPage
    try {
      page = await fetchPage(path, AbortSignal.timeout(options.deadlineMs))
    } catch (error) {
      const kept = old(path)
      if (kept) return kept
      throw error
    }
    // A host in trouble answers anything, and says nothing of the module.
    if (isTrouble(page)) return old(path) ?? page
    known.delete(path)
    if (weightOf(page) <= maxWeight) known.set(path, { page, at: clock.now() })
    if (known.size > limit) known.delete(known.keys().next().value!)
    return page
  }

  function flight(path: string): Promise<ImportPage> {
    const underway = flights.get(path)
    if (underway) return underway
    if (flights.size >= limit) {
      const why = `${limit} pages of import paths are being fetched`
      throw new Failure('overloaded', { asked: path, who: 'modgate', why })
    }
    const started = fetched(path).finally(() => flights.delete(path))
    flights.set(path, started)
    return started
  }

  return {
    async get(path, signal, fresh = false) {
      signal.throwIfAborted()
      const entry = known.get(path)
      if (entry && !fresh && isGood(entry)) return entry.page
      return unlessAborted(flight(path), signal)
    },
  }
}

/** Characters that a page may say to be remembered: else a host could fill the memory with pages of nothing but tags. */
const maxWeight = 128 * 1024

function weightOf({ imports }: ImportPage): number {
  return imports.reduce((sum, { prefix, vcs, repository, subdirectory }) => {
    return sum + prefix.length + vcs.length + repository.length + subdirectory.length
  }, 0)
}

/** No answer about the path: a refusal, or a failure of the host. */
function isTrouble({ status, imports }: ImportPage): boolean {
  return imports.length === 0 && status !== 200 && status !== 404 && status !== 410
}

/** What somebody waits for who may give up, while others go on waiting. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(signal.reason as Error)
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
