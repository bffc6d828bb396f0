/** Reads of a log that grows while it is read. */

import { TlogError } from '@modgate/gomod/tlog'
import { Failure } from '../../core/failure.ts'
import { isSame, type LogTrunk, type Standing } from './log-trunk.ts'

interface SteadyOptions {
  /** Where to begin. */
  readonly first: Standing
  /** For the message. */
  readonly asked: string
}

/**
 * Reads below a head, and again below a newer one where that fails for tiles that are not what they should be, since another gate may
 * have removed the narrower ones, or for a guard that is ahead. Where there is no newer head, throws a Failure `log-damaged` for tiles.
 */
export async function steady<T>(
  trunk: Pick<LogTrunk, 'look'>,
  { first, asked }: SteadyOptions,
  read: (standing: Standing) => Promise<T>,
): Promise<T> {
  for (let standing = first; ;) {
    try {
      return await read(standing)
    } catch (error) {
      const isTile = error instanceof TlogError
      if (!isTile && !(error instanceof Failure && error.code === 'log-closed')) throw error
      const now = await trunk.look()
      if (isSame(now, standing)) {
        throw isTile ? new Failure('log-damaged', { asked, who: 'modgate', why: error.message, cause: error }) : error
      }
      standing = now
    }
  }
}
