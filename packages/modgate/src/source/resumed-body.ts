/**
 * A body that goes on where its connection broke (RFC 9110 section 14): far from a proxy a large zip may never come in one piece. Whether it
 * is still the same thing says its validator, and in the end its hash.
 */

import { Failure } from '../core/failure.ts'
import { announcedLength, type PeerAnswer } from './peer-answer.ts'

/** Asks for the same thing once more, with these headers. */
export type AskAgain = (headers: Readonly<Record<string, string>>) => Promise<PeerAnswer>

/** Breaks that are gone over; each but the first has to have brought something. */
const mostBreaks = 8

const breaks: readonly string[] = ['upstream-truncated', 'upstream-timeout']

/**
 * The body of `first`, with the rest of it out of later answers. Where the server does not give a rest that fits, what broke the body is
 * thrown. Without an announced length nobody knows what the rest is.
 */
export async function* resumedBody(first: PeerAnswer, again: AskAgain): AsyncIterable<Uint8Array> {
  const whole = { size: announcedLength(first.headers), validator: validatorIn(first) }
  let answer = first
  let at = 0
  for (let broken = 0; ; broken++) {
    const before = at
    try {
      for await (const chunk of answer.body) {
        at += chunk.byteLength
        yield chunk
      }
      return
    } catch (error) {
      const isBreak = error instanceof Failure && breaks.includes(error.code)
      if (!isBreak || at === before || broken === mostBreaks) throw error
      const rest = await restOf(whole, at, again)
      if (rest === undefined) throw error
      answer = rest
    }
  }
}

interface Whole {
  readonly size: number | undefined
  readonly validator: string | undefined
}

async function restOf({ size, validator }: Whole, at: number, again: AskAgain): Promise<PeerAnswer | undefined> {
  if (size === undefined || at >= size) return undefined
  const range = { range: `bytes=${at}-` }
  const headers = validator === undefined ? range : { ...range, 'if-range': validator }
  const answer = await again(headers).catch((error: unknown) => {
    // What broke the body says more.
    if (error instanceof Failure) return undefined
    throw error
  })
  if (answer?.status === 206 && answer.headers['content-range'] === `bytes ${at}-${size - 1}/${size}`) return answer
  answer?.discard()
  return undefined
}

/** A weak one does not say that bytes are the same. */
function validatorIn({ headers }: PeerAnswer): string | undefined {
  const { etag } = headers
  return typeof etag === 'string' && etag.startsWith('"') ? etag : undefined
}
