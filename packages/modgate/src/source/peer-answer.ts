/** The answer of a peer, whose body is read once, dropped, or forgotten. */

import type { Dispatcher } from 'undici'
import { bodyFailure, truncated } from './peer-failure.ts'

export interface PeerAnswer {
  /** Where it came from: behind redirects, another URL than was asked. */
  readonly url: URL
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Can be read once. Errors are Failures, or the signal's reason where that aborted. */
  readonly body: AsyncIterable<Uint8Array>
  /** Lets go of the body unread. */
  discard(): void
}

export interface AnswerOptions {
  readonly signal: AbortSignal
  /** Milliseconds after which a body that nobody has begun to read is dropped with its connection. */
  readonly unreadMs: number
}

/** Up to here reading a body to its end is cheaper than a new connection; bytes. */
const drainLimit = 16 * 1024

/** Lets go of an unread body, and keeps its connection where that costs little. */
export function drop(body: Dispatcher.ResponseData['body']): void {
  void body.dump({ limit: drainLimit }).catch(() => undefined)
}

export function peerAnswer(url: URL, answer: Dispatcher.ResponseData, options: AnswerOptions): PeerAnswer {
  const { body, headers } = answer
  // An unread body that breaks must not end the process, and one that nobody reads must not hold a connection for ever.
  body.on('error', () => undefined)
  const unread = setTimeout(() => body.destroy(), options.unreadMs).unref()
  body.once('close', () => clearTimeout(unread))
  return {
    url,
    status: answer.statusCode,
    headers,
    body: chunksOf(url, answer, options.signal, () => clearTimeout(unread)),
    discard: () => drop(body),
  }
}

/** The length that an answer announces, where it is one; bytes. */
export function announcedLength(headers: PeerAnswer['headers']): number | undefined {
  const length = headers['content-length']
  return typeof length === 'string' && /^\d{1,15}$/.test(length) ? Number(length) : undefined
}

async function* chunksOf(
  url: URL,
  { body, headers }: Dispatcher.ResponseData,
  signal: AbortSignal,
  begin: () => void,
): AsyncIterable<Uint8Array> {
  begin()
  let received = 0
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      received += chunk.byteLength
      yield chunk
    }
  } catch (error) {
    throw bodyFailure(url, error, signal)
  }
  // An HTTP/2 stream can end cleanly at any byte.
  const announced = announcedLength(headers)
  if (announced !== undefined && received !== announced) {
    throw truncated(url, `the body ended after ${received} of ${announced} bytes`)
  }
}
