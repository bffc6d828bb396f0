/**
 * One careful HTTP client for everything the gate asks of others: limits on time, redirects that cannot lead inside, retries
 * only where nothing has been answered yet, credentials only for the host that they were given for.
 */

import { request, type Dispatcher } from 'undici'
import type { Clock } from '../core/ports.ts'
import { refusalOf } from './address-guard.ts'
import { drop, peerAnswer, type PeerAnswer } from './peer-answer.ts'
import { dispatchers, type ConnectionOptions } from './peer-dispatchers.ts'
import { addressRefused, connectionFailure, isForbidden, redirectRefused } from './peer-failure.ts'
import { checkAddress, networkOfHost, redirectTarget } from './redirect.ts'

export type { PeerAnswer } from './peer-answer.ts'
export type { PeerLimits } from './peer-dispatchers.ts'
export { publicName } from './peer-failure.ts'

type Headers = Readonly<Record<string, string>>

/** Asks other servers; with GET, since the gate writes nowhere. */
export interface Peer {
  /**
   * The answer's head. Throws a Failure when there is none: unreachable, too slow, or redirected where it may not lead; and the
   * signal's reason where the asker gave up before its time was over. The signal ends the body, too. `headers` are sent along, wherever
   * redirects lead.
   */
  get(url: URL, signal: AbortSignal, headers?: Headers): Promise<PeerAnswer>
  close(): Promise<void>
}

/** The one thing that is asked with POST: a token, in exchange for a proof of who asks. */
export interface TokenPeer {
  /** One request without a body, never repeated, its redirects not followed. Throws as `Peer.get` does. */
  post(url: URL, authorization: string, signal: AbortSignal): Promise<PeerAnswer>
}

/** A question that is too long for a URL, and that changes nothing. */
export interface Question {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface QuestionPeer {
  /** One POST, logged in as `get` is, never repeated, its redirects not followed. Throws as `Peer.get` does. */
  ask(url: URL, question: Question, signal: AbortSignal): Promise<PeerAnswer>
}

const maxRedirects = 10
const maxRetries = 2

export interface PeerOptions extends ConnectionOptions {
  readonly clock: Clock
  /** 0 to 1, for jitter. */
  readonly random?: () => number
  /** The value of an Authorization header for a URL without credentials in it; it goes to this URL's own host and to no other. */
  readonly authorize?: (url: URL, signal: AbortSignal) => Promise<string | undefined>
}

/** One request of the way that redirects make. */
interface Step {
  readonly url: URL
  readonly dispatcher: Dispatcher
  readonly authorization: string | undefined
  readonly method?: 'GET' | 'POST'
  readonly headers?: Headers
  readonly question?: Question
}

export function peer(options: PeerOptions): Peer & TokenPeer & QuestionPeer {
  const { limits, clock, guard, authorize, random = Math.random } = options
  const budget = retryBudget()
  const { first, redirectedFrom, destroy } = dispatchers(options)

  async function patiently(step: Step, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    for (let attempt = 0; ; attempt++) {
      const last = attempt === maxRetries
      try {
        const answer = await once(step, signal)
        const worthIt = [500, 502, 504].includes(answer.statusCode) && answer.headers['retry-after'] === undefined
        if (last || !worthIt || !budget.take()) {
          if (answer.statusCode < 500) budget.earn()
          return answer
        }
        drop(answer.body)
      } catch (error) {
        if (signal.aborted || last || !isPassing(error) || !budget.take()) throw error
      }
      await clock.sleep((100 << attempt) * (0.5 + random()), signal)
    }
  }

  async function get(url: URL, signal: AbortSignal, headers: Headers = {}): Promise<PeerAnswer> {
    const authorization = basicIn(url) ?? (await authorize?.(withoutUser(url), signal))
    let step: Step = { url: guarded(withoutUser(url)), dispatcher: first, authorization, headers }
    for (let hops = 0; ; hops++) {
      const answer = await patiently(step, signal).catch((error: unknown) => {
        throw failureOf(step.url, error, signal)
      })
      const location = locationOf(answer)
      if (location === undefined) return peerAnswer(step.url, answer, { signal, unreadMs: limits.stallMs })
      drop(answer.body)
      if (hops === maxRedirects) throw redirectRefused(url, `stopped after ${maxRedirects} redirects`)
      step = await redirected(url, step, location)
    }
  }

  /** The credentials stay with the host that was asked, and are never used again once another host has had a say. */
  async function redirected(asked: URL, step: Step, location: string): Promise<Step> {
    const url = guarded(redirectTarget(asked, step.url, location))
    if (url.origin === step.url.origin) return { ...step, url }
    const home = guard ? 'public' : await networkOfHost(asked.hostname)
    if (!guard) checkAddress(asked, url, home)
    return { ...step, url, dispatcher: redirectedFrom(home), authorization: undefined }
  }

  function post(url: URL, authorization: string, signal: AbortSignal): Promise<PeerAnswer> {
    return posted({ url, dispatcher: first, authorization, method: 'POST' }, signal)
  }

  async function ask(url: URL, question: Question, signal: AbortSignal): Promise<PeerAnswer> {
    const authorization = basicIn(url) ?? (await authorize?.(withoutUser(url), signal))
    return posted({ url: withoutUser(url), dispatcher: first, authorization, method: 'POST', question }, signal)
  }

  async function posted(step: Step, signal: AbortSignal): Promise<PeerAnswer> {
    const url = guarded(step.url)
    const answer = await once(step, signal).catch((error: unknown) => {
      throw failureOf(url, error, signal)
    })
    return peerAnswer(url, answer, { signal, unreadMs: limits.stallMs })
  }

  function failureOf(url: URL, error: unknown, signal: AbortSignal): unknown {
    if (guard && isForbidden(error)) return addressRefused(url, `${url.host} has only closed addresses`)
    return connectionFailure(url, error, signal)
  }

  function guarded(url: URL): URL {
    const refusal = guard && refusalOf(url, guard)
    if (refusal !== undefined) throw addressRefused(url, refusal)
    return url
  }

  return { get, post, ask, close: destroy }
}

function once(
  { url, dispatcher, authorization, method = 'GET', headers: more, question }: Step,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  // Without the third, a server may compress as it likes (RFC 9110 section 12.5.3), and a hash is of what was published.
  const always = { 'user-agent': 'modgate', accept: '*/*', 'accept-encoding': 'identity' }
  const headers: Record<string, string> = { ...always, ...more }
  if (authorization !== undefined) headers['authorization'] = authorization
  if (question === undefined) return request(url, { dispatcher, signal, headers, method })
  return request(url, { dispatcher, signal, method, headers: { ...headers, ...question.headers }, body: question.body })
}

function withoutUser(url: URL): URL {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return bare
}

function basicIn(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}

/** Where an answer sends us, if it does: the statuses that Go's client follows. */
function locationOf({ statusCode, headers }: Dispatcher.ResponseData): string | undefined {
  const { location } = headers
  return [301, 302, 303, 307, 308].includes(statusCode) && typeof location === 'string' ? location : undefined
}

/** At most one retry for ten answered requests beyond the first ten: a dead upstream is not asked three times as often. */
function retryBudget(): { take(): boolean; earn(): void } {
  let tokens = 10
  return {
    take: () => tokens >= 1 && tokens-- > 0,
    earn: () => void (tokens = Math.min(10, tokens + 0.1)),
  }
}

/** Trouble that comes before any answer and may be over a moment later. */
function isPassing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'EAI_AGAIN', 'UND_ERR_SOCKET'].includes(code)
}
