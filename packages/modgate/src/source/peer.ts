/**
 * One careful HTTP client for everything the gate asks of others: limits on time, redirects that cannot lead inside, retries
 * only where nothing has been answered yet, credentials only for the host that they were given for.
 */

import { lookup } from 'node:dns'
import { isIP } from 'node:net'
import { Agent, EnvHttpProxyAgent, errors, request, type Dispatcher } from 'undici'
import { Failure } from '../core/failure.ts'
import type { Clock } from '../core/ports.ts'
import { mayRedirect, networkOf, type Network } from './addresses.ts'

export interface PeerLimits {
  /** Milliseconds until a connection stands, TLS included. */
  readonly connectMs: number
  /** Milliseconds from the request to the answer's head. */
  readonly firstByteMs: number
  /** Milliseconds without a byte of the body. */
  readonly stallMs: number
}

export interface PeerAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Can be read once. Errors are Failures. */
  readonly body: AsyncIterable<Uint8Array>
  /** Lets go of the body unread. */
  discard(): void
}

/** Asks other servers; only GET, since the gate writes nowhere. */
export interface Peer {
  /** The answer's head. Throws a Failure when there is none: unreachable, too slow, or redirected where it may not lead. */
  get(url: URL, signal: AbortSignal): Promise<PeerAnswer>
  close(): Promise<void>
}

const maxRedirects = 10
const maxRetries = 2

/** What to call a URL in words: without credentials, query and fragment. */
export function publicName(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`
}

export interface PeerOptions {
  readonly limits: PeerLimits
  readonly clock: Clock
  /** HTTP_PROXY or HTTPS_PROXY is set: connections are made by that proxy, so names cannot be checked by address here. */
  readonly viaProxy?: boolean
  /** 0 to 1, for jitter. */
  readonly random?: () => number
}

export function peer({ limits, clock, viaProxy = false, random = Math.random }: PeerOptions): Peer {
  const budget = retryBudget()
  const agentOptions = {
    allowH2: true,
    connect: { timeout: limits.connectMs },
    headersTimeout: limits.firstByteMs,
    bodyTimeout: limits.stallMs,
    keepAliveTimeout: 30_000,
  }
  // HTTPS_PROXY, HTTP_PROXY and NO_PROXY mean for the gate what they mean for the go command.
  const trusted: Dispatcher = new EnvHttpProxyAgent(agentOptions)
  const guarded = new Map<Network, Dispatcher>()
  const guardedFor = (from: Network): Dispatcher => {
    const made =
      guarded.get(from) ??
      new Agent({ ...agentOptions, connect: { ...agentOptions.connect, lookup: guardedLookup(from) } })
    guarded.set(from, made)
    return made
  }

  async function once(url: URL, dispatcher: Dispatcher, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const bare = new URL(url)
    bare.username = ''
    bare.password = ''
    const headers: Record<string, string> = { 'user-agent': 'modgate', accept: '*/*' }
    if (url.username !== '') headers['authorization'] = basic(url)
    return request(bare, { dispatcher, signal, headers })
  }

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
        answer.body.destroy()
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
        throw connectionFailure(here, error)
      })
      const location = answer.headers['location']
      if (answer.statusCode < 300 || answer.statusCode > 399 || typeof location !== 'string')
        return peerAnswer(here, answer)
      answer.body.destroy()
      if (hops === maxRedirects) throw redirectRefused(url, `stopped after ${maxRedirects} redirects`)
      const next = URL.parse(location, here)
      if (!next) throw redirectRefused(url, 'redirected to something that is no URL')
      if (next.origin !== here.origin) {
        const home = await networkOfHost(url.hostname)
        checkRedirect(url, here, next, home)
        if (!viaProxy) dispatcher = guardedFor(home)
      }
      here = next
    }
  }

  return {
    get,
    async close() {
      await Promise.all([trusted, ...guarded.values()].map((each) => each.destroy()))
    },
  }
}

function basic(url: URL): string {
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
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

function checkRedirect(asked: URL, from: URL, to: URL, home: Network): void {
  if (to.protocol !== 'https:' && (to.protocol !== 'http:' || from.protocol === 'https:')) {
    throw redirectRefused(asked, `redirected from ${from.protocol}// to ${to.protocol}//`)
  }
  // The host of the URL that was asked is the operator's own choice; any other one is the peer's.
  if (to.host !== asked.host) {
    to.username = ''
    to.password = ''
    const literal = to.hostname.replace(/^\[|\]$/g, '')
    if (isIP(literal) !== 0 && !mayRedirect(home, networkOf(literal))) {
      throw redirectRefused(asked, `redirected to ${to.host}, an address of the ${networkOf(literal)} network`)
    }
  }
}

/** Resolves first and connects to the addresses that were checked, so that a name cannot change its mind in between. */
function guardedLookup(from: Network): typeof lookup {
  const guard = (host: string, options: object, done: (error: Error | null, ...rest: unknown[]) => void) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error)
      const allowed = addresses.filter(({ address }) => mayRedirect(from, networkOf(address)))
      if (allowed.length === 0) return done(new ForbiddenAddress(host))
      if ((options as { all?: boolean }).all) return done(null, allowed)
      return done(null, allowed[0]!.address, allowed[0]!.family)
    })
  }
  return guard as unknown as typeof lookup
}

class ForbiddenAddress extends Error {
  readonly code = 'FORBIDDEN_ADDRESS'
  constructor(host: string) {
    super(`${host} has only addresses of a private network`)
  }
}

async function networkOfHost(hostname: string): Promise<Network> {
  const literal = hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal) !== 0) return networkOf(literal)
  return new Promise((resolve) => {
    lookup(literal, (error, address) => resolve(error ? 'public' : networkOf(address)))
  })
}

function redirectRefused(url: URL, why: string): Failure {
  return new Failure('redirect-refused', { asked: `GET ${publicName(url)}`, who: url.host, why })
}

const timeouts: Record<string, string> = {
  UND_ERR_CONNECT_TIMEOUT: 'did not connect in time',
  UND_ERR_HEADERS_TIMEOUT: 'did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'stopped sending',
}

/** What undici or the network said, as a Failure that names the peer. */
function connectionFailure(url: URL, error: unknown): Failure {
  if (error instanceof Failure) return error
  const details = { asked: `GET ${publicName(url)}`, who: url.host, cause: error }
  const { code = '', message } = rootOf(error)
  const timeout = timeouts[code]
  if (timeout) return new Failure('upstream-timeout', { ...details, why: `${url.host} ${timeout}` })
  if (code === 'FORBIDDEN_ADDRESS')
    return new Failure('redirect-refused', { ...details, why: `redirected to ${url.host}: ${message}` })
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || error instanceof errors.ResponseContentLengthMismatchError) {
    return new Failure('upstream-truncated', { ...details, why: 'the body ended before its announced length' })
  }
  return new Failure('upstream-unreachable', { ...details, why: `no answer from ${url.host}: ${message || code}` })
}

/** Of several attempts that failed together (one an address), the first one's reason. */
function rootOf(error: unknown): NodeJS.ErrnoException {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0]
  return error as NodeJS.ErrnoException
}

function peerAnswer(url: URL, answer: Dispatcher.ResponseData): PeerAnswer {
  // An unread body that breaks must not end the process.
  answer.body.on('error', () => undefined)
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: chunksOf(url, answer.body),
    discard: () => void answer.body.destroy(),
  }
}

async function* chunksOf(url: URL, body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    const failure = connectionFailure(url, error)
    if (failure.code !== 'upstream-unreachable') throw failure
    throw new Failure('upstream-truncated', {
      asked: failure.asked,
      who: failure.who,
      why: 'the connection broke before the whole body was there',
      cause: error,
    })
  }
}
