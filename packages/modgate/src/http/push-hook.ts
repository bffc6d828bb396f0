/**
 * `POST /hooks/push`: a code host says that a repository has changed, and the gate asks there now instead of when its answers are old.
 *
 * The signature is all that lets a hook in, and all that it can do is to have the gate read again what it read before: to send one twice
 * does no harm, and one that names a repository from which nothing came does nothing.
 */

import { bytesBody } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { counted } from '../core/counted.ts'
import { asFailure, Failure } from '../core/failure.ts'
import type { Clock } from '../core/ports.ts'
import type { RefreshedRepository, RefreshOrigin } from '../gateway/origin-refresh.ts'
import { repositoryKey } from '../store/repository-key.ts'
import type { Exchange } from './exchange.ts'
import { isUnsigned, signerOf } from './hook-signature.ts'
import { repositoryUrls } from './push-payload.ts'
import { rateLimit } from './rate-limit.ts'
import type { ServiceAnswer } from './service-routes.ts'

export const pushHookPath = '/hooks/push'

export interface PushHookOptions {
  /** Whoever knows one of them is believed. Read for each hook, so that a new one needs no restart. Throws a Failure. */
  readonly secrets: () => Promise<readonly string[]>
  readonly refresh: RefreshOrigin
  readonly clock: Clock
  /** Told what came of a hook: `refreshed`, `unknown`, or the code of the failure. */
  readonly report: (hook: HookReport) => void
}

export interface HookReport {
  readonly result: 'refreshed' | 'unknown' | Failure['code']
  /** Absent where it is not known, or not to be believed. */
  readonly repository?: string
  readonly modules?: number
}

export type PushHook = (exchange: Exchange, context: Context) => Promise<ServiceAnswer>

const maxBodyBytes = 1 << 20
/** Bodies that are read at once: who has no secret can make the gate hold no more. */
const maxReading = 16
/** Hooks of one secret: so many at once, and so many a second in the long run. */
const rate = { burst: 120, perSecond: 2 } as const
/** A code host waits about ten seconds for its answer. */
const answerWithinMs = 5_000
const refreshMs = 120_000
/** A payload names one repository, by a few URLs. */
const mostRepositories = 4

export function pushHook(options: PushHookOptions): PushHook {
  const allowed = rateLimit(rate, options.clock)
  let reading = 0

  async function bodyOf(exchange: Exchange): Promise<Uint8Array> {
    if (reading >= maxReading) throw busy()
    reading++
    try {
      return await exchange.body(maxBodyBytes)
    } finally {
      reading--
    }
  }

  async function admitted(exchange: Exchange): Promise<Uint8Array> {
    if (isUnsigned(exchange)) throw unsigned('the request has no signature')
    const body = await bodyOf(exchange)
    const secrets = await options.secrets()
    const header = (name: string) => exchange.header(name)
    const signer = signerOf({ header, body }, secrets)
    if (signer < 0) throw unsigned('its signature is by none of the secrets of this gate')
    const waitSeconds = allowed(secrets[signer]!)
    if (waitSeconds > 0) throw tooOften(waitSeconds)
    return body
  }

  return async (exchange, context) => {
    try {
      const body = await admitted(exchange)
      const urls = repositoryUrls(body, exchange.header('content-type'))
      const keys = [...new Set(urls.flatMap((url) => repositoryKey(url) ?? []))].slice(0, mostRepositories)
      return await answered(options, keys, context)
    } catch (error) {
      options.report({ result: asFailure(error, pushHookPath).code })
      throw error
    }
  }
}

/** The answer, at the latest when the code host would give up; the refresh goes on. */
async function answered(options: PushHookOptions, keys: readonly string[], context: Context): Promise<ServiceAnswer> {
  const refreshing = refreshedAll(options, keys, context)
  refreshing.catch(() => undefined)
  const patience = new AbortController()
  const waited = options.clock.sleep(answerWithinMs, patience.signal).then(() => undefined)
  waited.catch(() => undefined)
  try {
    const refreshed = await Promise.race([refreshing, waited])
    if (!refreshed) {
      refreshing.catch((error: unknown) => options.report({ result: asFailure(error, pushHookPath).code }))
      return text(202, `${keys[0]}: the refresh is under way\n`)
    }
    if (refreshed.length > 0) return text(200, refreshed.map(inWords).join(''))
    const named = keys[0] === undefined ? 'the hook names no repository' : `nothing came from ${keys[0]} so far`
    return text(200, `${named}: there is nothing to refresh\n`)
  } finally {
    patience.abort()
  }
}

async function refreshedAll(
  { refresh, report }: PushHookOptions,
  keys: readonly string[],
  { id, trace }: Context,
): Promise<readonly RefreshedRepository[]> {
  // It may see all that it refreshes, whoever may ask for it.
  const caller = { name: 'push hook', patterns: '*' }
  const context: Context = { id, trace, caller, cachedOnly: false, signal: AbortSignal.timeout(refreshMs) }
  const refreshed = (await Promise.all(keys.map((key) => refresh(key, context)))).filter((each) => each !== undefined)
  for (const { repository, modules } of refreshed) report({ result: 'refreshed', repository, modules: modules.length })
  if (refreshed.length === 0) report({ result: 'unknown', ...(keys[0] === undefined ? {} : { repository: keys[0] }) })
  return refreshed
}

/** Modules whose changes are said one by one. */
const mostSaid = 50

function inWords({ repository, modules }: RefreshedRepository): string {
  const head = `${repository}: refreshed, ${counted(modules.length, 'module')}`
  const lines = modules.slice(0, mostSaid).flatMap(({ module, answers }) =>
    answers.map(({ answer, changed, now = 'none', before = 'none' }) => {
      return `  ${module} ${answer}: ${now} (${changed ? `was ${before}` : 'unchanged'})`
    }),
  )
  return [head, ...lines, ''].join('\n')
}

const text = (status: number, content: string): ServiceAnswer => ({
  status,
  type: 'text/plain; charset=UTF-8',
  body: bytesBody(Buffer.from(content)),
})

const said = { asked: `POST ${pushHookPath}`, who: 'modgate --hook-secret-file' } as const

const unsigned = (why: string) => new Failure('hook-unsigned', { ...said, why })

function tooOften(seconds: number): Failure {
  const why = `more than ${rate.burst} hooks came at once, and then more than ${rate.perSecond} a second`
  return new Failure('hook-too-often', { ...said, why, retryAfterSeconds: seconds })
}

const busy = () => new Failure('overloaded', { ...said, why: `${maxReading} hooks are being read` })
