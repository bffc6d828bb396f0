/** What the disk says, as a Failure that tells an operator where to look. */

import { Failure } from '../core/failure.ts'

/** The code of a system error (`ENOENT`), empty for anything else. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

/** A Failure `store-failed` about `asked`; a Failure stays what it is. */
export function storeFailure(asked: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  return new Failure('store-failed', {
    asked,
    who: 'store',
    why: codeOf(error) === 'ENOSPC' ? 'the disk is full' : `the disk says ${codeOf(error) || 'nothing more'}`,
    cause: error,
  })
}
