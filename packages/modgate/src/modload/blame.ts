/** A refusal of bytes names who gave them: with several proxies in a list, a hash alone says nothing. */

import { Failure } from '../core/failure.ts'

/** The failure with its giver, where it is one about what came; any other error as it is. */
export function blamed(error: unknown, giver: string | undefined): unknown {
  if (giver === undefined || !(error instanceof Failure)) return error
  if (error.code !== 'checksum-mismatch' && error.code !== 'zip-invalid') return error
  const { code, asked, who, why, next } = error
  return new Failure(code, { asked, who, why: `${why}; it came from ${giver}`, next, cause: error })
}
