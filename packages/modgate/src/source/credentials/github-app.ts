/**
 * A GitHub App: its key proves who asks (a JWT, RS256), an installation token that lives for an hour is what git uses
 * (https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app). GitHub Enterprise is the same at another host.
 */

import { createPrivateKey, sign, type KeyObject } from 'node:crypto'
import { Failure } from '../../core/failure.ts'
import type { Clock } from '../../core/ports.ts'
import type { PeerAnswer, TokenPeer } from '../peer.ts'
import { basic, type CredentialSource } from './credentials.ts'
import { isAt, type Place } from '../../core/place.ts'
import { readSecret, unusable } from './unusable.ts'

export interface GitHubApp {
  /** An installation belongs to one account: `github.com/acme`. */
  readonly place: Place
  /** `https://api.github.com`, `https://github.corp.example/api/v3`. */
  readonly api: URL
  /** The app's id, or its client id. */
  readonly app: string
  readonly installation: string
  /** The private key as GitHub gives it: PEM. Absolute. */
  readonly keyFile: string
}

export interface GitHubAppOptions {
  readonly peer: TokenPeer
  readonly clock: Pick<Clock, 'now'>
  readonly readFile: (path: string) => Promise<string | undefined>
}

interface Token {
  readonly value: string
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/** A token with less time than this left is not used any more: a fetch that it begins should end with it. Milliseconds. */
const spareMs = 5 * 60_000
/** GitHub takes proofs of ten minutes at most, and clocks differ. Seconds. */
const proofSeconds = { before: 60, after: 480 }
const exchangeMs = 30_000
const maxAnswerBytes = 64 * 1024

export function githubApp(app: GitHubApp, options: GitHubAppOptions): CredentialSource {
  let token: Token | undefined
  let exchange: Promise<Token> | undefined
  return async (url) => {
    if (!isAt(app.place, url)) return undefined
    if (!token || token.expires - options.clock.now() < spareMs) {
      exchange ??= exchanged(app, options).finally(() => (exchange = undefined))
      token = await exchange
    }
    return basic('x-access-token', token.value)
  }
}

/** One exchange, whoever waits for it. Throws a Failure `credentials-unusable`. */
async function exchanged(app: GitHubApp, { peer, clock, readFile }: GitHubAppOptions): Promise<Token> {
  const key = privateKey(app.keyFile, await readSecret(app.keyFile, readFile))
  const base = app.api.pathname.replace(/\/+$/, '')
  const url = new URL(`${base}/app/installations/${encodeURIComponent(app.installation)}/access_tokens`, app.api)
  const signal = AbortSignal.timeout(exchangeMs)
  const answer = await peer.post(url, `Bearer ${proof(app.app, key, clock.now())}`, signal).catch((error: unknown) => {
    throw unusable(url.href, `no token for the app: ${error instanceof Failure ? error.why : 'no answer'}`)
  })
  const text = await textOf(answer, url)
  if (answer.status !== 201) throw unusable(url.href, `no token for the app: ${url.host} answered ${answer.status}`)
  return tokenIn(text) ?? fail(url, 'the answer has no token in it')
}

function privateKey(path: string, pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'rsa') return key
  } catch {
    // The reason may quote the key.
  }
  throw unusable(path, 'the file is no RSA private key in PEM')
}

/** RFC 7519 with RS256 (RFC 7518 section 3.3). */
function proof(issuer: string, key: KeyObject, now: number): string {
  const seconds = Math.floor(now / 1000)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iat: seconds - proofSeconds.before, exp: seconds + proofSeconds.after, iss: issuer }
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
}

async function textOf(answer: PeerAnswer, url: URL): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of answer.body) {
      size += chunk.byteLength
      if (size > maxAnswerBytes) break
      chunks.push(new Uint8Array(chunk))
    }
  } catch {
    fail(url, 'the answer broke off')
  }
  return size > maxAnswerBytes ? fail(url, 'the answer is too long') : Buffer.concat(chunks).toString()
}

function tokenIn(text: string): Token | undefined {
  try {
    const { token, expires_at: expires } = JSON.parse(text) as { token?: unknown; expires_at?: unknown }
    const time = typeof expires === 'string' ? Date.parse(expires) : NaN
    if (typeof token !== 'string' || !/^[\x21-\x7e]{1,4096}$/.test(token) || Number.isNaN(time)) return undefined
    return { value: token, expires: time }
  } catch {
    return undefined
  }
}

function fail(url: URL, why: string): never {
  throw unusable(url.href, `no token for the app: ${why}`)
}
