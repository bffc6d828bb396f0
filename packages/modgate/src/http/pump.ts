/** Bytes from a body to a client, at the client's pace. */

import type { Writable } from 'node:stream'

/** The client has gone, or might as well have: no failure of ours. */
export class ClientGone extends Error {}

export interface PumpOptions {
  /** The `Content-Length` that was announced, if one was. */
  readonly announced: string | undefined
  /** Milliseconds that a client may leave a chunk untaken. */
  readonly stallMs?: number
}

const patienceMs = 120_000

/**
 * Writes every chunk, and asks for the next one only once the last is out of our hands: its buffer is used again. Resolves with
 * the bytes written. Throws ClientGone when the other side has closed or stopped reading, whatever the source throws, and an Error
 * where the body has not the announced length: what follows on the connection would be taken for a part of it.
 */
export async function pump(
  source: AsyncIterable<Uint8Array>,
  sink: Writable,
  { announced, stallMs = patienceMs }: PumpOptions,
): Promise<number> {
  let sent = 0
  for await (const chunk of untilClosed(source, sink)) {
    sent += chunk.byteLength
    if (announced !== undefined && sent > Number(announced)) throw wrongLength(sent, announced)
    await write(sink, chunk, stallMs)
  }
  if (announced !== undefined && sent !== Number(announced)) throw wrongLength(sent, announced)
  return sent
}

/** The source, until the client closes: also while nothing comes, as when an upstream pauses. Throws ClientGone then. */
async function* untilClosed(source: AsyncIterable<Uint8Array>, sink: Writable): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]()
  const left = Promise.withResolvers<never>()
  left.promise.catch(() => undefined)
  const gone = () => left.reject(new ClientGone('the client closed the connection'))
  sink.once('close', gone)
  if (sink.destroyed) gone()
  let waiting = false
  try {
    for (;;) {
      waiting = true
      const step = await Promise.race([chunks.next(), left.promise])
      waiting = false
      if (step.done === true) return
      yield step.value
    }
  } finally {
    sink.off('close', gone)
    // A source that is waited for ends when it can; one that has given its chunk ends now.
    const ended = chunks.return?.().catch(() => undefined)
    if (!waiting) await ended
  }
}

function write(sink: Writable, chunk: Uint8Array, stallMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    if (sink.destroyed) {
      reject(new ClientGone('the client closed the connection'))
      return
    }
    const settle = (error?: Error) => {
      clearTimeout(stalled)
      sink.off('close', gone)
      if (error) reject(error)
      else resolve()
    }
    const gone = () => settle(new ClientGone('the client closed the connection'))
    const stalled = setTimeout(() => settle(new ClientGone('the client stopped reading')), stallMs)
    sink.once('close', gone)
    sink.write(chunk, (error) => settle(error ? new ClientGone(error.message) : undefined))
    return undefined
  })
}

function wrongLength(sent: number, announced: string): Error {
  return new Error(`a body of ${announced} bytes had ${sent}`)
}

/** Watches for the client to go. */
export interface Departure {
  /** Aborts when the client goes before its answer is out; always the same one, made when it is first asked for. */
  readonly signal: AbortSignal
  /** Stops watching: the answer is out, and what it was written to lives on. */
  forget(): void
}

export function departure(from: Writable): Departure {
  let controller: AbortController | undefined
  const closed = () => {
    if (!from.writableFinished) controller?.abort()
  }
  return {
    get signal() {
      if (controller) return controller.signal
      controller = new AbortController()
      if (from.closed) closed()
      else from.once('close', closed)
      return controller.signal
    },
    forget: () => void from.off('close', closed),
  }
}
