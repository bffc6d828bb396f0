/**
 * The kinds of failure. Only `not-found` and `gone` let the go command look elsewhere (a 404 or 410 continues its comma list),
 * so nothing else may ever become one of them.
 */

/** What a kind of failure means to each audience. */
export interface FailureKindRow {
  /** HTTP status of the answer. */
  readonly status: number
  /** Seconds for which a client or a shared cache may keep the answer; 0 is `no-store`. */
  readonly cacheSeconds: number
  /** Exit code of a command that ends with it. */
  readonly exitCode: 1 | 2
  /** Whether the same request may succeed if it is simply made again. */
  readonly retryable: boolean
}

export const failureKinds = {
  'not-found': { status: 404, cacheSeconds: 10, exitCode: 1, retryable: false },
  gone: { status: 410, cacheSeconds: 10, exitCode: 1, retryable: false },
  'bad-request': { status: 400, cacheSeconds: 0, exitCode: 2, retryable: false },
  'not-allowed': { status: 405, cacheSeconds: 0, exitCode: 2, retryable: false },
  unauthorized: { status: 401, cacheSeconds: 0, exitCode: 1, retryable: false },
  denied: { status: 403, cacheSeconds: 0, exitCode: 1, retryable: false },
  'rate-limited': { status: 429, cacheSeconds: 0, exitCode: 1, retryable: true },
  untrusted: { status: 502, cacheSeconds: 0, exitCode: 1, retryable: false },
  upstream: { status: 502, cacheSeconds: 0, exitCode: 1, retryable: true },
  unavailable: { status: 503, cacheSeconds: 0, exitCode: 1, retryable: true },
  timeout: { status: 504, cacheSeconds: 0, exitCode: 1, retryable: true },
  internal: { status: 500, cacheSeconds: 0, exitCode: 1, retryable: false },
} as const satisfies Record<string, FailureKindRow>

export type FailureKind = keyof typeof failureKinds
