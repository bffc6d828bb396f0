/** Bytes from a body to a client, at the client's pace. */

import type { Writable } from 'node:stream'

/** The client has gone: no failure of ours. */
export class ClientGone extends Error {}

/**
 * Writes every chunk, and asks for the next one only once the last is out of our hands: its buffer is used again. Resolves with
 * the bytes written. Throws ClientGone when the other side has closed, and whatever the source throws.
 */
export async function pump(source: AsyncIterable<Uint8Array>, sink: Writable): Promise<number> {
  let sent = 0
  for await (const chunk of source) {
    await write(sink, chunk)
    sent += chunk.byteLength
  }
  return sent
}

function write(sink: Writable, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    if (sink.destroyed) return reject(new ClientGone('the client closed the connection'))
    const gone = () => reject(new ClientGone('the client closed the connection'))
    sink.once('close', gone)
    sink.write(chunk, (error) => {
      sink.off('close', gone)
      if (error) reject(new ClientGone(error.message))
      else resolve()
    })
    return undefined
  })
}

/** A signal that aborts when a response closes before it has ended. */
export function abortOn(response: Writable): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) controller.abort()
  })
  return controller.signal
}
