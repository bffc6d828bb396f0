/** Where a witness is asked: the one thing that the gate posts to anybody (C2SP tlog-witness). */

import { EnvHttpProxyAgent, request, type Dispatcher } from 'undici'
import { Failure } from '../core/failure.ts'
import { connectionFailure, publicName } from './peer-failure.ts'
import type { PeerLimits } from './peer.ts'

export interface WitnessAnswer {
  readonly status: number
  /** Media type without parameters, lower case. */
  readonly type: string
  readonly text: string
}

export interface WitnessRemote {
  /**
   * Posts a request for a cosignature. Answers whatever came, a redirect too. Throws a Failure: `upstream-unreachable`,
   * `upstream-timeout`, `upstream-too-large`; and the signal's reason where the asker gave up.
   */
  addCheckpoint(body: string, signal: AbortSignal): Promise<WitnessAnswer>
  close(): Promise<void>
}

/** Some lines of signatures; bytes. */
const maxBytes = 16 * 1024

export function witnessRemote(submissionUrl: string, limits: PeerLimits): WitnessRemote {
  const url = new URL(`${submissionUrl}/add-checkpoint`)
  const dispatcher = new EnvHttpProxyAgent({
    connectTimeout: limits.connectMs,
    headersTimeout: limits.firstByteMs,
    bodyTimeout: limits.stallMs,
  })
  const details = { asked: `POST ${publicName(url)}`, who: url.host }

  async function post(body: string, signal: AbortSignal): Promise<WitnessAnswer> {
    const headers = { 'user-agent': 'modgate', 'content-type': 'text/plain; charset=utf-8', accept: '*/*' }
    const answer = await request(url, { dispatcher, signal, method: 'POST', headers, body })
    return { status: answer.statusCode, type: typeOf(answer), text: await textOf(answer) }
  }

  async function textOf({ body }: Dispatcher.ResponseData): Promise<string> {
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength
      if (size > maxBytes)
        throw new Failure('upstream-too-large', { ...details, why: `sent more than ${maxBytes} bytes` })
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString()
  }

  return {
    async addCheckpoint(body, signal) {
      try {
        return await post(body, signal)
      } catch (error) {
        const failure = connectionFailure(url, error, signal)
        throw failure instanceof Failure
          ? new Failure(failure.code, { ...details, why: failure.why, cause: error })
          : failure
      }
    },
    close: () => dispatcher.destroy(),
  }
}

function typeOf({ headers }: Dispatcher.ResponseData): string {
  return String(headers['content-type'] ?? '')
    .split(';', 1)[0]!
    .trim()
    .toLowerCase()
}
