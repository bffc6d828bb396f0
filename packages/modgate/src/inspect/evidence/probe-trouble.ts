/** What goes wrong on the way, as an error with a kind. */

import type { Trouble as Said, TroubleKind } from './network-evidence.ts'

/** Ends a probe; `said` is what the evidence keeps of it. */
export class Trouble extends Error {
  override readonly name = 'Trouble'
  readonly said: Said

  constructor(phase: Said['phase'], kind: TroubleKind, message: string) {
    super(message)
    this.said = { kind, phase, message }
  }
}

/** The short cause of a system error: its code where it has one, since the text behind it often repeats the address. */
export function causeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}

export interface Limit {
  readonly phase: Said['phase']
  readonly milliseconds: number
  readonly signal: AbortSignal
}

/** What the promise comes to, or a Trouble `timeout` once the phase, or the signal for the whole place, is over. */
export async function limited<T>(work: Promise<T>, { phase, milliseconds, signal }: Limit): Promise<T> {
  const over = Promise.withResolvers<never>()
  const end = () => over.reject(new Trouble(phase, 'timeout', 'the time for all questions to this place was over'))
  const timer = setTimeout(() => over.reject(new Trouble(phase, 'timeout', words(phase, milliseconds))), milliseconds)
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  // Whoever loses the race may still fail, and nobody listens then.
  work.catch(() => undefined)
  try {
    return await Promise.race([work, over.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}

function words(phase: Said['phase'], milliseconds: number): string {
  const what: Readonly<Record<Said['phase'], string>> = {
    dns: 'no answer from the name service',
    connect: 'no connection',
    tls: 'the TLS handshake did not end',
    request: 'no answer',
    body: 'the answer did not go on',
  }
  return `${what[phase]} in ${milliseconds / 1000} s`
}
