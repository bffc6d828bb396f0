/** A Failure as an answer: short text for the go command, JSON for who asks for it. */

import { bytesBody, type Body } from '../core/body.ts'
import type { Failure } from '../core/failure.ts'
import { failureJSON, goText } from '../core/failure-text.ts'

export interface FailureResponse {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Body & { readonly size: number }
}

export function failureResponse(failure: Failure, requestId: string, accept: string | undefined): FailureResponse {
  const json = accept !== undefined && /\bapplication\/json\b/.test(accept)
  const text = json ? `${JSON.stringify(failureJSON(failure, requestId))}\n` : goText(failure, requestId)
  const { status, cacheSeconds } = failure.row
  const headers: Record<string, string> = {
    'content-type': json ? 'application/json' : 'text/plain; charset=UTF-8',
    'cache-control': cacheSeconds > 0 ? `max-age=${cacheSeconds}` : 'no-store',
    'cache-status': `modgate; fwd=miss; detail="${failure.code}"`,
    'x-modgate-code': failure.code,
  }
  if (failure.retryAfterSeconds !== undefined) headers['retry-after'] = String(failure.retryAfterSeconds)
  // Only where it is the gate that asks: credentials for an upstream are not the client's to give.
  if (failure.code === 'token-wanted' || failure.code === 'token-refused') {
    headers['www-authenticate'] = 'Basic realm="modgate", charset="UTF-8"'
  }
  if (status === 405) headers['allow'] = failure.code === 'hook-wants-post' ? 'POST' : 'GET, HEAD'
  return { status, headers, body: bytesBody(Buffer.from(text)) }
}
