/** Answers that age: lists, latest versions, queries. Kept with a time to live; the last good one stands in when the upstream is down. */

import type { ModuleRequest } from '@modgate/gomod/proxy'
import { bytesBody, readAll } from '../core/body.ts'
import { detached, type Context } from '../core/context.ts'
import { asFailure } from '../core/failure.ts'
import type { Checkpoint, Checkpoints, Clock, Layer, Source } from '../core/ports.ts'
import { requestKey } from '../core/request-key.ts'
import type { Resource } from '../core/resource.ts'
import { describeRequest, mediaTypes } from '../source/describe.ts'
import { formLimits } from './answer-form.ts'
import { notKept } from './cache.ts'
import type { AnswerRequest } from './keeping.ts'

export interface AnswersOptions {
  readonly checkpoints: Checkpoints
  readonly clock: Clock
  /** Milliseconds for which an answer is good. */
  readonly ttlMs: number
  /** Milliseconds to wait for a fresh answer while an older one could be given. */
  readonly patienceMs: number
  /** Fetch nothing, whatever is asked. */
  readonly offline: boolean
  /** Whether what was kept then about a module is old before its time. */
  readonly isExpired: (path: string, at: number) => boolean
}

const isAnswer = (request: ModuleRequest): request is AnswerRequest =>
  request.kind === 'list' || request.kind === 'latest' || request.kind === 'query'

/** In the last quarter of its life an answer that is asked for is renewed behind the client's back. */
const renewAfter = 0.75

export function answers(options: AnswersOptions): Layer {
  // Who asks at once reads once, and so comes to the same fetch.
  const reading = new Map<string, Promise<Checkpoint | undefined>>()
  const readOnce = (key: string): Promise<Checkpoint | undefined> => {
    const underway = reading.get(key)
    if (underway) return underway
    const started = options.checkpoints.read(key).finally(() => reading.delete(key))
    reading.set(key, started)
    return started
  }
  return (next) => ({
    async get(request, context) {
      if (!isAnswer(request)) return next.get(request, context)
      const kept = await readOnce(requestKey(request))
      if (kept && (options.offline || context.cachedOnly))
        return resourceOf(options, request, kept, options.offline ? 'offline' : 'cached only')
      if (options.offline || context.cachedOnly) throw notKept(options.offline, request)
      const ageMs = kept && !options.isExpired(request.path, kept.at) ? ageOf(options, kept) : Infinity
      if (kept && ageMs < options.ttlMs && !context.fresh) {
        if (ageMs > options.ttlMs * renewAfter) void renew(options, next, request, context).catch(() => undefined)
        return resourceOf(options, request, kept)
      }
      return kept && !context.fresh
        ? freshOrLast(options, next, request, context, kept)
        : renew(options, next, request, context)
    },
  })
}

/** Counted both ways: after a clock was set back, an answer from the future is not good until then. */
function ageOf(options: AnswersOptions, kept: Checkpoint): number {
  return Math.abs(options.clock.now() - kept.at)
}

/** A fresh answer, or the last good one where the upstream fails or takes its time. Absence is an answer, not a failure. */
async function freshOrLast(
  options: AnswersOptions,
  next: Source,
  request: AnswerRequest,
  context: Context,
  kept: Checkpoint,
): Promise<Resource> {
  const fresh = renew(options, next, request, context)
  fresh.catch(() => undefined)
  const patience = new AbortController()
  const waited = options.clock.sleep(options.patienceMs, patience.signal).then(() => 'the upstream is slow' as const)
  waited.catch(() => undefined)
  try {
    const first = await Promise.race([fresh, waited])
    if (typeof first !== 'string') return first
    return resourceOf(options, request, kept, first)
  } catch (error) {
    const failure = asFailure(error, describeRequest(request))
    if (failure.absent || failure.kind === 'denied' || failure.kind === 'unauthorized') throw failure
    return resourceOf(options, request, kept, failure.code)
  } finally {
    patience.abort()
  }
}

async function renew(
  options: AnswersOptions,
  next: Source,
  request: AnswerRequest,
  context: Context,
): Promise<Resource> {
  const resource = await next.get(request, detached(context, context.signal))
  const bytes = await readAll(
    resource.body,
    formLimits[request.kind],
    () => new Error('larger than it was when it was checked'),
  )
  // Of all who waited for this answer, the one who started the fetch keeps it.
  // One that cannot be kept, say on a full disk, is an answer all the same.
  if (!resource.cache.collapsed) await options.checkpoints.write(requestKey(request), bytes).catch(() => undefined)
  return { ...resource, body: bytesBody(bytes), freshness: { ageSeconds: 0, ttlSeconds: options.ttlMs / 1000 } }
}

function resourceOf(options: AnswersOptions, request: AnswerRequest, kept: Checkpoint, why = 'expired'): Resource {
  const ageMs = ageOf(options, kept)
  const stale = ageMs >= options.ttlMs || options.isExpired(request.path, kept.at)
  return {
    body: bytesBody(kept.bytes),
    type: mediaTypes[request.kind],
    freshness: { ageSeconds: Math.floor(ageMs / 1000), ttlSeconds: Math.round((options.ttlMs - ageMs) / 1000) },
    trust: 'answer',
    source: 'store',
    cache: { status: stale ? 'stale' : 'hit', ...(stale ? { detail: why } : {}) },
  }
}
