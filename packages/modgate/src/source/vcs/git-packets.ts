/** Packet lines (gitprotocol-common): four hexadecimal digits of length, which count themselves, before each. */

import { Failure } from '../../core/failure.ts'

/**
 * Asks a repository a question (gitprotocol-v2) without git: its answer in packet lines, undefined where it takes none. Throws a Failure
 * where it must not be connected to, and the signal's reason.
 */
export type Ask = (question: Uint8Array, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array> | undefined>

/** Stands between the parts of an answer, or ends it. */
export type Mark = 'delimiter' | 'end'

/** Is thrown where a server's answer is not made of packet lines, not what was asked for, or was cut off. */
export class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer'
}

export const marks = { delimiter: Buffer.from('0001'), end: Buffer.from('0000') } as const

/** Lines of text as packets. */
export function packets(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${(line.length + 4).toString(16).padStart(4, '0')}${line}`).join(''))
}

/**
 * The packets of an answer up to its end, which has to be the end of the stream too. Throws BrokenAnswer, also where the connection breaks,
 * and the reason where the asker gave up.
 */
export async function* readPackets(answer: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer | Mark, undefined> {
  let rest = Buffer.alloc(0)
  const seen = { end: false }
  for await (const chunk of unbroken(answer)) {
    // A chunk is the reader's until the next one only, and what is left over is less than a packet.
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      if (seen.end && rest.length > 0) throw new BrokenAnswer('something comes behind the end')
      const length = lengthOf(rest)
      if (length === undefined || rest.length < Math.max(length, 4)) break
      if (length === 0) seen.end = true
      if (length <= 1) yield length === 0 ? 'end' : 'delimiter'
      else yield rest.subarray(4, length)
      rest = rest.subarray(Math.max(length, 4))
    }
  }
  if (!seen.end) throw new BrokenAnswer('the answer has no end')
}

async function* unbroken(answer: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  try {
    yield* answer
  } catch (error) {
    throw error instanceof Failure ? new BrokenAnswer('the connection broke', { cause: error }) : error
  }
}

/** What the first packet says of its length; undefined while that has not come. */
function lengthOf(bytes: Buffer): number | undefined {
  if (bytes.length < 4) return undefined
  const digits = bytes.toString('latin1', 0, 4)
  const length = /^[0-9a-f]{4}$/.test(digits) ? parseInt(digits, 16) : 2
  if (length > 1 && length < 5) throw new BrokenAnswer('a packet has no length')
  return length
}
