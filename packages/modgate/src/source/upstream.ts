/** Another module proxy, asked as the go command would ask it (https://go.dev/ref/mod#goproxy-protocol). */

import { formatRequest, type ModuleRequest } from '@modgate/gomod/proxy'
import { bytesBody, readAll, type Body } from '../core/body.ts'
import type { FailureCode } from '../core/failure-codes.ts'
import { Failure, type FailureDetails } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import type { Resource } from '../core/resource.ts'
import { describeRequest, mediaTypes } from './describe.ts'
import { announcedLength } from './peer-answer.ts'
import { publicName, type Peer, type PeerAnswer } from './peer.ts'
import { resumedBody, type AskAgain } from './resumed-body.ts'

/** What a meter wants to know of one question to an upstream. */
export interface UpstreamReport {
  /** Host and port. */
  readonly upstream: string
  /** `ok`, or the code of the failure. */
  readonly result: string
  /** Seconds to the head of the answer. */
  readonly seconds: number
}

export interface UpstreamOptions {
  readonly report?: ((report: UpstreamReport) => void) | undefined
  /** Has bodies go on where their connections broke. */
  readonly resumes?: boolean
}

/** A source that asks the proxy at `base`. Its bodies can be read once. */
export function upstream(base: URL, peer: Pick<Peer, 'get'>, options: UpstreamOptions = {}): Source {
  const { report = () => undefined, resumes = false } = options
  return {
    async get(request, context) {
      const started = performance.now()
      const done = (result: string) =>
        report({ upstream: base.host, result, seconds: (performance.now() - started) / 1000 })
      try {
        const url = requestURL(base, request)
        const answer = await peer.get(url, context.signal)
        if (answer.status !== 200) throw await refusal(request, url, answer)
        refuseEncoded(request, url, answer)
        done('ok')
        const again: AskAgain = (headers) => peer.get(url, context.signal, headers)
        return await resourceOf(request, base, resumes ? { ...answer, body: resumedBody(answer, again) } : answer)
      } catch (error) {
        done(error instanceof Failure ? error.code : 'aborted')
        throw error
      }
    },
  }
}

/** Where a proxy answers a request; like the go command, a base path works with and without its trailing slash. */
export function requestURL(base: URL, request: ModuleRequest): URL {
  const url = new URL(base)
  url.pathname = `${base.pathname.replace(/\/+$/, '')}${formatRequest(request)}`
  return url
}

/** A zip is more than the largest answer of another kind; bytes. */
const wholeUpTo = 64 << 20

/**
 * A zip streams. Anything else is read whole here, so that one that breaks off is a failure of this upstream, behind which a list with
 * `|` goes on to the next, as it does for the go command.
 */
async function resourceOf(request: ModuleRequest, base: URL, answer: PeerAnswer): Promise<Resource> {
  const source = publicName(base)
  const streamed = onceBody(answer)
  const isSmall = request.kind !== 'zip' && (streamed.size ?? 0) <= wholeUpTo
  return {
    body: isSmall ? bytesBody(await readAll(streamed, wholeUpTo, () => tooLarge(request, source))) : streamed,
    type: mediaTypes[request.kind],
    trust: 'answer',
    source,
    cache: { status: 'miss', detail: base.host },
  }
}

function tooLarge(request: ModuleRequest, source: string): Failure {
  const why = `the body has more than ${wholeUpTo} bytes`
  return new Failure('upstream-too-large', { asked: describeRequest(request), who: source, why })
}

function onceBody(answer: PeerAnswer): Body {
  return { size: announcedLength(answer.headers), read: () => answer.body }
}

/** Compressed bytes, which nobody asked for, would look like a forgery to whoever hashes them. */
function refuseEncoded(request: ModuleRequest, url: URL, answer: PeerAnswer): void {
  const encoding = answer.headers['content-encoding']
  if (encoding === undefined || encoding === 'identity') return
  answer.discard()
  throw new Failure('upstream-invalid', {
    asked: describeRequest(request),
    who: publicName(url),
    why: `the upstream sent content-encoding ${String(encoding).slice(0, 40)}, which was not asked for`,
  })
}

const codes: Readonly<Record<number, FailureCode>> = {
  400: 'upstream-error',
  401: 'upstream-unauthorized',
  403: 'upstream-denied',
  404: 'module-not-found',
  407: 'upstream-unreachable',
  410: 'module-gone',
  429: 'upstream-rate-limited',
  503: 'upstream-unavailable',
  504: 'upstream-timeout',
}

/** An answer that is no success, as a Failure of its kind with the upstream's own words. */
async function refusal(request: ModuleRequest, url: URL, answer: PeerAnswer): Promise<Failure> {
  const retryAfter = retryAfterSeconds(answer.headers['retry-after'])
  const said = await plainText(answer)
  const details: FailureDetails = {
    asked: describeRequest(request),
    who: publicName(url),
    why: `the upstream answered ${answer.status}`,
    ...(said === '' ? {} : { said }),
    ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
  }
  return new Failure(codes[answer.status] ?? 'upstream-error', details)
}

/** RFC 9110 section 10.2.3: seconds, or a date, which always ends in GMT. `Date.parse` alone sees dates in any text. */
function retryAfterSeconds(header: unknown): number | undefined {
  if (typeof header !== 'string') return undefined
  if (/^\d{1,8}$/.test(header)) return Number(header)
  const at = header.endsWith(' GMT') ? Date.parse(header) : NaN
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000))
}

const maxSaidBytes = 2048

/** The text of a refusal, where the go command would show it: an HTML page helps nobody in a terminal. */
async function plainText(answer: PeerAnswer): Promise<string> {
  const type = answer.headers['content-type']
  if (typeof type !== 'string' || !/^text\/plain\s*(;\s*charset="?(utf-8|us-ascii)"?\s*)?$/i.test(type)) {
    answer.discard()
    return ''
  }
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of answer.body) {
      chunks.push(new Uint8Array(chunk))
      size += chunk.byteLength
      if (size > maxSaidBytes) break
    }
  } catch {
    // What came is enough: the status is the answer, the text a courtesy.
  }
  return Buffer.concat(chunks).subarray(0, maxSaidBytes).toString().trim()
}
