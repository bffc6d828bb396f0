/** One request and its answer, whatever the version of HTTP: the only thing that handlers see of a server. */

import type { Body, ByteRange } from '../core/body.ts'

/** What was asked. Header names are lower case. */
export interface Exchange {
  readonly method: string
  /** The request target: path and query, as it came. */
  readonly target: string
  readonly remoteAddress: string
  /** `1.1` or `2`. */
  readonly protocol: string
  /** Whether the client's connection is encrypted. */
  readonly secure: boolean
  /** The host that the client named, with port. */
  readonly host: string
  header(name: string): string | undefined
  /** What came with the request; once, and before the answer. Throws a Failure `bad-request` for more than `limit` bytes. */
  body(limit: number): Promise<Uint8Array>
  /** Aborts when the client goes before it has its answer. Made when it is first asked for. */
  readonly signal: AbortSignal
  /**
   * Sends the answer's head and body. Resolves with the bytes of the body that were sent once all is out. When the body throws, the
   * connection (h2: the stream) is broken off, so that nobody takes a part for the whole, and the error comes through.
   */
  send(status: number, headers: Readonly<Record<string, string>>, body?: Body, range?: ByteRange): Promise<number>
}

/** Answers requests. Never throws: a handler that does is a defect, and the server breaks the exchange off. */
export type Handler = (exchange: Exchange) => Promise<void>
