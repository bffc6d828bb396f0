/** Tries again what may succeed a moment later: the go command never does, and a build dies of one lost connection. */

import { Failure } from '../core/failure.ts'
import type { Clock } from '../core/ports.ts'

const attempts = 4
const firstPauseMs = 300

/**
 * Runs work up to four times, with pauses that double, where a Failure says that the same request may succeed if it is made again, or a
 * body broke off. What is answered for good is thrown at once.
 */
export function steadily(clock: Clock, signal: AbortSignal): <T>(work: () => Promise<T>) => Promise<T> {
  return async (work) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work()
      } catch (error) {
        signal.throwIfAborted()
        if (!isPassing(error) || attempt >= attemptsFor(error)) throw error
        const asked = (error.retryAfterSeconds ?? 0) * 1000
        await clock.sleep(Math.max(firstPauseMs << attempt, Math.min(asked, 30_000)), signal)
      }
    }
  }
}

function isPassing(error: unknown): error is Failure {
  return error instanceof Failure && error.row.retryable
}

/** Of a repository it is not known whether a connection was lost or a login is wrong, which fails as often as it is tried. */
function attemptsFor({ code }: Failure): number {
  return code === 'origin-unreachable' ? 2 : attempts
}
