/**
 * One careful HTTP client for everything the gate asks of others: limits on time, redirects that cannot lead inside, retries
 * only where nothing has been answered yet, credentials only for the host that they were given for.
 */

import { EnvHttpProxyAgent, request, type Dispatcher } from 'undici'
import type { Clock } from '../core/ports.ts'
import type { Network } from './addresses.ts'
import { drop, peerAnswer, type PeerAnswer } from './peer-answer.ts'
import { connectionFailure, redirectRefused } from './peer-failure.ts'
import { checkAddress, guardedLookup, networkOfHost, redirectTarget } from './redirect.ts'

export type { PeerAnswer } from './peer-answer.ts'
export { publicName } from './peer-failure.ts'

export interface PeerLimits {
  /** Milliseconds until a connection stands, TLS included. */
  readonly connectMs: number
  /** Milliseconds from the request to the answer's head. */
  readonly firstByteMs: number
  /** Milliseconds without a byte of the body. */
  readonly stallMs: number
}

/** Asks other servers; only GET, since the gate writes nowhere. */
export interface Peer {
  /**
   * The answer's head. Throws a Failure when there is none: unreachable, too slow, or redirected where it may not lead; and the
   * signal's reason where the asker gave up before its time was over. The signal ends the body, too.
   */
  get(url: URL, signal: AbortSignal): Promise<PeerAnswer>
  close(): Promise<void>
}

const maxRedirects = 10
const maxRetries = 2

export interface PeerOptions {
  readonly limits: PeerLimits
  readonly clock: Clock
  /** 0 to 1, for jitter. */
  readonly random?: () => number
}

export function peer({ limits, clock, random = Math.random }: PeerOptions): Peer {
  const budget = retryBudget()
  const { trusted, guardedFor, destroy } = dispatchers(limits)

  async function patiently(url: URL, dispatcher: Dispatcher, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    for (let attempt = 0; ; attempt++) {
      const last = attempt === maxRetries
      try {
        const answer = await once(url, dispatcher, signal)
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

  async function get(url: URL, signal: AbortSignal): Promise<PeerAnswer> {
    let here = url
    let dispatcher = trusted
    for (let hops = 0; ; hops++) {
      const answer = await patiently(here, dispatcher, signal).catch((error: unknown) => {
        throw connectionFailure(here, error, signal)
      })
      const location = locationOf(answer)
      if (location === undefined) return peerAnswer(here, answer, { signal, unreadMs: limits.stallMs })
      drop(answer.body)
      if (hops === maxRedirects) throw redirectRefused(url, `stopped after ${maxRedirects} redirects`)
      const next = redirectTarget(url, here, location)
      if (next.origin !== here.origin) {
        const home = await networkOfHost(url.hostname)
        checkAddress(url, next, home)
        dispatcher = guardedFor(home)
      } else if (dispatcher === trusted) {
        // Still with the host that was asked: its credentials go along, and never again once another host has had a say.
        next.username = url.username
        next.password = url.password
      }
      here = next
    }
  }

  return { get, close: destroy }
}

/** Connections, with and without a look at where names lead. */
function dispatchers(limits: PeerLimits) {
  const options = {
    allowH2: true,
    connectTimeout: limits.connectMs,
    headersTimeout: limits.firstByteMs,
    bodyTimeout: limits.stallMs,
    keepAliveTimeout: 30_000,
  }
  // HTTPS_PROXY, HTTP_PROXY and NO_PROXY mean for the gate what they mean for the go command. What such a proxy connects to
  // is its own affair; the guard stands before all that is connected to from here.
  const trusted: Dispatcher = new EnvHttpProxyAgent(options)
  const guarded = new Map<Network, Dispatcher>()
  return {
    trusted,
    guardedFor: (from: Network): Dispatcher => {
      const made = guarded.get(from) ?? new EnvHttpProxyAgent({ ...options, connect: { lookup: guardedLookup(from) } })
      guarded.set(from, made)
      return made
    },
    destroy: async () => {
      await Promise.all([trusted, ...guarded.values()].map((each) => each.destroy()))
    },
  }
}

function once(url: URL, dispatcher: Dispatcher, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  // Without the third, a server may compress as it likes (RFC 9110 section 12.5.3), and a hash is of what was published.
  const headers: Record<string, string> = { 'user-agent': 'modgate', accept: '*/*', 'accept-encoding': 'identity' }
  if (url.username !== '' || url.password !== '') headers['authorization'] = basic(url)
  return request(bare, { dispatcher, signal, headers })
}

function basic(url: URL): string {
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
