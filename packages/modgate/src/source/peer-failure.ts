/** What undici, the network or a redirect did to a question, as a Failure that names the peer. */

import { Failure } from '../core/failure.ts'

/** What to call a URL in words: without credentials, query and fragment. */
export function publicName(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`
}

/** A redirect of the peer at `url` that is not followed. */
export function redirectRefused(url: URL, why: string): Failure {
  return new Failure('redirect-refused', { asked: `GET ${publicName(url)}`, who: url.host, why })
}

/** A host that a stranger named, and that is not connected to. */
export function addressRefused(url: URL, why: string): Failure {
  return new Failure('address-refused', { asked: `GET ${publicName(url)}`, who: 'modgate, --allow-network', why })
}

/** Whether the guard of a connection ended it. */
export function isForbidden(error: unknown): boolean {
  return rootOf(error).code === 'FORBIDDEN_ADDRESS'
}

/** A name that has no address where its asker may be led. */
export class ForbiddenAddress extends Error {
  readonly code = 'FORBIDDEN_ADDRESS'
  constructor(host: string) {
    super(`${host} has only addresses of a private network`)
  }
}

const timeouts: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'did not connect in time',
  ETIMEDOUT: 'did not connect in time',
  UND_ERR_HEADERS_TIMEOUT: 'did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'stopped sending',
}

/**
 * Why there is no answer, or no more of it. A Failure, except where the asker itself gave up: then the reason of its signal, whatever
 * that is, unless it is that its time was over.
 */
export function connectionFailure(url: URL, error: unknown, signal: AbortSignal): unknown {
  if (error instanceof Failure) return error
  const details = { asked: `GET ${publicName(url)}`, who: url.host, cause: error }
  if (signal.aborted) {
    if ((signal.reason as Error | undefined)?.name !== 'TimeoutError') return signal.reason
    return new Failure('upstream-timeout', { ...details, why: `${url.host} took longer than the whole fetch may take` })
  }
  const { code = '', message } = rootOf(error)
  const timeout = timeouts[code]
  if (timeout) return new Failure('upstream-timeout', { ...details, why: `${url.host} ${timeout}` })
  if (isForbidden(error)) {
    return new Failure('redirect-refused', { ...details, why: `redirected to ${url.host}: ${message}` })
  }
  const advice = certificateAdvice(code)
  if (advice !== undefined) {
    // Node's own advice, behind the reason, is for whoever starts a Node.
    const why = `the certificate of ${url.host} is not believed: ${message.split('; if the root CA')[0] || code}`
    return new Failure('upstream-unreachable', { ...details, why, next: advice })
  }
  return new Failure('upstream-unreachable', { ...details, why: `no answer from ${url.host}: ${message || code}` })
}

const unknownAuthority = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_)/

/** What to do about a certificate that is refused, by the code of OpenSSL; undefined for any other trouble. */
function certificateAdvice(code: string): string | undefined {
  if (unknownAuthority.test(code))
    return 'if its authority is one of yours, name its file in NODE_EXTRA_CA_CERTS, or set NODE_USE_SYSTEM_CA=1 to believe those of the system'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'use a name in the URL that the certificate has'
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return 'check the clock of this machine, then tell the operator of the server'
  return undefined
}

/** The same for a body whose head has come: whatever it was, the rest is missing. */
export function bodyFailure(url: URL, error: unknown, signal: AbortSignal): unknown {
  const failure = connectionFailure(url, error, signal)
  return failure instanceof Failure && failure.code === 'upstream-unreachable'
    ? truncated(url, 'the connection broke before the whole body was there', error)
    : failure
}

/** A body that ended too early. */
export function truncated(url: URL, why: string, cause?: unknown): Failure {
  return new Failure('upstream-truncated', { asked: `GET ${publicName(url)}`, who: url.host, why, cause })
}

/** Of several attempts that failed together (one an address), the first one's reason. */
function rootOf(error: unknown): NodeJS.ErrnoException {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0]
  return error as NodeJS.ErrnoException
}
