/** What comes with a request, for the few that take something. */

import type { Readable } from 'node:stream'
import { Failure } from '../core/failure.ts'
import { ClientGone } from './pump.ts'

/** Milliseconds that a body may take. */
const patienceMs = 20_000

/**
 * All bytes of a body. Throws a Failure `bad-request` beyond `limit` bytes, or where it does not come in time, and ClientGone where the
 * client leaves; the rest flows by unread, so that an answer can still be sent.
 */
export function requestBody(stream: Readable, announced: string | undefined, limit: number): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const chunks: Buffer[] = []
  let size = 0
  const late = setTimeout(() => settle(refused(`it took longer than ${patienceMs / 1000} s to come`)), patienceMs)
  const onData = (chunk: Buffer) => {
    size += chunk.byteLength
    if (size > limit) settle(tooLarge(limit))
    else chunks.push(chunk)
  }
  const onEnd = () => settle()
  const onClose = () => settle(new ClientGone('the client closed the connection'))
  function settle(error?: Error): void {
    clearTimeout(late)
    stream.off('data', onData).off('end', onEnd).off('close', onClose)
    stream.resume()
    if (error) reject(error)
    else resolve(Buffer.concat(chunks, size))
  }
  stream.on('data', onData).once('end', onEnd).once('close', onClose)
  if (stream.destroyed) onClose()
  else if (Number(announced ?? 0) > limit) settle(tooLarge(limit))
  return promise
}

const tooLarge = (limit: number) => refused(`it is larger than ${limit / 2 ** 20} MiB`)

function refused(why: string): Failure {
  return new Failure('bad-request', {
    asked: 'the body of the request',
    who: 'modgate',
    why,
    next: 'send less, or faster',
  })
}
