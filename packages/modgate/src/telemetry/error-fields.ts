/** Errors as fields of a log line. */

import { Failure } from '../core/failure.ts'

/** A chain longer than this tells nothing more, and may be a circle. */
const maxCauses = 5

/**
 * An error's fields, not yet redacted. A Failure is expected and explains itself: its stack is left out, except that of the cause
 * of a defect. Any other error keeps its stack.
 */
export function errorFields(error: Error): Record<string, unknown> {
  return error instanceof Failure ? failureFields(error) : plainFields(error)
}

/** Code, kind, what was asked, who refused, why, and what lies below. Absent fields are undefined. */
export function failureFields(failure: Failure): Record<string, unknown> {
  const { code, kind, asked, who, why, said, cause } = failure
  const stack = code === 'internal-error' && cause instanceof Error ? cause.stack : undefined
  return { code, kind, asked, who, why, said, causes: causes(failure), stack }
}

function plainFields(error: Error): Record<string, unknown> {
  const { name, message, stack } = error
  const code: unknown = 'code' in error ? error.code : undefined
  return { name, message, code, causes: causes(error), stack }
}

/** The messages of the chain below an error, outermost first; undefined where there is none. */
function causes(error: Error): string[] | undefined {
  const found: string[] = []
  let cause = error.cause
  while (cause !== undefined && found.length < maxCauses) {
    found.push(text(cause))
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return found.length > 0 ? found : undefined
}

function text(cause: unknown): string {
  if (cause instanceof Error) return `${cause.name}: ${cause.message}`
  return typeof cause === 'string' ? cause : `a thrown ${typeof cause}`
}
