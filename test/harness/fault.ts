/**
 * What a hostile or broken upstream does instead of answering. Each fault gets the exchange and the honest answer. None waits for
 * wall-clock time unless its name says so; `held` and `heldAfter` wait until the test releases them.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { text, type Answer } from './answer.ts'
import { storedZip, type ZipEntry } from './zip.ts'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The path of the URL, percent-encoded as it came. */
  readonly path: string
  readonly honest: Answer
}

export type Fault = (exchange: Exchange) => Promise<void> | void

/** Sends a whole, well-framed answer. */
function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': String(body.length) })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

/** Any answer made from the honest one. */
export function changed(change: (honest: Answer) => Answer): Fault {
  return ({ response, honest }) => send(response, change(honest))
}

/** A status with a text and headers of one's own. */
export function status(code: number, body = '', headers: Readonly<Record<string, string>> = {}): Fault {
  return changed(() => ({ ...text(code, body), headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } }))
}

/** A login page with 200, for whatever was asked. */
export function html(): Fault {
  const body = Buffer.from('<!DOCTYPE html>\n<html><body><form action="/login">Please sign in</form></body></html>\n')
  return changed(() => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body }))
}

/** Announces the whole length, sends a part and cuts the connection. */
export function truncated(keep = 0.5): Fault {
  return ({ response, honest: { status, headers, body } }) => {
    response.writeHead(status, { ...headers, 'content-length': String(body.length) })
    response.write(body.subarray(0, Math.floor(body.length * keep)), () => response.destroy())
  }
}

/** Chunked, without a length; the connection is cut before the last chunk. */
export function truncatedChunked(keep = 0.5): Fault {
  return ({ response, honest: { status, headers, body } }) => {
    response.writeHead(status, headers)
    response.write(body.subarray(0, Math.floor(body.length * keep)), () => response.destroy())
  }
}

/** A whole answer as HTTP sees it, with half of the content. */
export function half(): Fault {
  return changed((honest) => ({ ...honest, body: honest.body.subarray(0, honest.body.length >> 1) }))
}

/** Other content, well framed. */
export function content(body: string | Uint8Array): Fault {
  return changed((honest) => ({ ...honest, body: Buffer.from(body) }))
}

/** A valid zip of the same module version, with one byte more in its last file. */
export function tamperedZip(entries: readonly ZipEntry[]): Fault {
  const last = entries.at(-1)!
  const longer = { name: last.name, data: Buffer.concat([last.data, Buffer.from('\n')]) }
  return content(storedZip([...entries.slice(0, -1), longer]))
}

/** Cuts the connection without a word. */
export function reset(): Fault {
  return ({ request }) => {
    request.socket.resetAndDestroy()
  }
}

/** Takes the request and never answers; the connection stays open until the other side or the upstream's end. */
export function hangBeforeHead(): Fault {
  return () => undefined
}

/** Sends status, headers and the first bytes, and never goes on. */
export function hangAfterHead(keep = 0.5): Fault {
  return ({ response, honest: { status, headers, body } }) => {
    response.writeHead(status, { ...headers, 'content-length': String(body.length) })
    response.write(body.subarray(0, Math.floor(body.length * keep)))
  }
}

/** Sends the body in pieces of `bytes` with `pause` milliseconds between them. */
export function slow(bytes: number, pause: number): Fault {
  return async ({ response, honest: { status, headers, body } }) => {
    response.writeHead(status, { ...headers, 'content-length': String(body.length) })
    for (let start = 0; start < body.length && !response.destroyed; start += bytes) {
      response.write(body.subarray(start, start + bytes))
      await sleep(pause)
    }
    response.end()
  }
}

/** Answers honestly after `milliseconds`: distance. */
export function delay(milliseconds: number): Fault {
  return async ({ response, honest }) => {
    await sleep(milliseconds)
    send(response, honest)
  }
}

/** Sends the client elsewhere; `location` may depend on the path, so that a loop is `redirect((path) => path)`. */
export function redirect(location: string | ((path: string) => string), code = 302): Fault {
  return ({ response, path }) => {
    const target = typeof location === 'string' ? location : location(path)
    response.writeHead(code, { location: target, 'content-length': '0' }).end()
  }
}

/** A fault that waits for the test. */
export interface Held {
  readonly fault: Fault
  /** Resolves when the first request has arrived. */
  readonly arrived: Promise<void>
  release(): void
}

/** Holds each honest answer until `release`, after `sent` bytes of the body: 0 holds the head, too. */
export function held(sent = 0): Held {
  const arrival = Promise.withResolvers<undefined>()
  const gate = Promise.withResolvers<undefined>()
  const fault: Fault = async ({ response, honest }) => {
    const { status, headers, body } = honest
    if (sent > 0) {
      response.writeHead(status, { ...headers, 'content-length': String(body.length) })
      response.write(body.subarray(0, sent))
    }
    arrival.resolve(undefined)
    await gate.promise
    if (sent > 0) response.end(body.subarray(sent))
    else send(response, honest)
  }
  return { fault, arrived: arrival.promise, release: () => gate.resolve(undefined) }
}
