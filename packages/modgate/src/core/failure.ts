/**
 * How a request fails. One class, one table of kinds (failure-kinds.ts), one table of codes (failure-codes.ts): nobody decides
 * by the text of a message.
 */

import { failureCodes, type FailureCode } from './failure-codes.ts'
import { failureKinds, type FailureKind, type FailureKindRow } from './failure-kinds.ts'

export interface FailureDetails {
  /** What was asked, in the field's words: `github.com/a/b@v1.0.0`, `GET https://…`. */
  readonly asked: string
  /** Who refused or failed: an upstream's URL without credentials, a rule's name, `modgate`. */
  readonly who: string
  /** What happened, one sentence without a full stop. */
  readonly why: string
  /** What the reader can do next, where the code's own advice does not fit. */
  readonly next?: string
  /** Text of the peer that refused, as it gave it. Untrusted: shown on lines of its own, cut and cleaned. */
  readonly said?: string
  /** Seconds after which the peer said to come back. */
  readonly retryAfterSeconds?: number
  /** It may be otherwise in a moment, and asking again costs little: not to be remembered for longer than that. */
  readonly isPassing?: boolean
  readonly cause?: unknown
}

/** An expected refusal or fault, with everything needed to explain it. */
export class Failure extends Error {
  readonly code: FailureCode
  readonly kind: FailureKind
  readonly asked: string
  readonly who: string
  readonly why: string
  readonly next: string
  readonly said: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly isPassing: boolean

  constructor(code: FailureCode, details: FailureDetails) {
    super(
      `${details.asked}: ${details.why} (${details.who})`,
      details.cause === undefined ? {} : { cause: details.cause },
    )
    this.name = 'Failure'
    this.code = code
    this.kind = failureCodes[code].kind
    this.asked = details.asked
    this.who = details.who
    this.why = details.why
    this.next = details.next ?? failureCodes[code].next
    this.said = details.said
    this.retryAfterSeconds = details.retryAfterSeconds
    this.isPassing = details.isPassing ?? false
  }

  /** The same in other words, or about what its reader has asked for; this one is its cause. */
  with(changes: Partial<FailureDetails>): Failure {
    const { asked, who, why, next, said, retryAfterSeconds, isPassing } = this
    const optional = {
      ...(said === undefined ? {} : { said }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    }
    return new Failure(this.code, { asked, who, why, next, isPassing, ...optional, cause: this, ...changes })
  }

  /** The row of the table for this failure's kind. */
  get row(): FailureKindRow {
    return failureKinds[this.kind]
  }

  /** True for the two kinds after which the go command's comma list looks elsewhere. */
  get absent(): boolean {
    return this.kind === 'not-found' || this.kind === 'gone'
  }
}

/** Any thrown value as a Failure: an unexpected one becomes `internal-error` and keeps its cause for the log. */
export function asFailure(error: unknown, asked: string): Failure {
  if (error instanceof Failure) return error
  return new Failure('internal-error', {
    asked,
    who: 'modgate',
    why: 'an unexpected error inside the gate',
    cause: error,
  })
}
