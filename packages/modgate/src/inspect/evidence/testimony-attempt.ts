/** What is heard where asking fails: absent only where that is certain. */

import { Failure } from '../../core/failure.ts'
import { absent, unknown, type Heard } from '../mismatch/testimony.ts'

/** Runs a question; what it throws is an answer too. */
export async function attempt(ask: () => Promise<Heard>): Promise<Heard> {
  try {
    return await ask()
  } catch (error) {
    return fromError(error)
  }
}

/** An error as what is heard. */
export function fromError(error: unknown): Heard {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return absent('not there')
  if (!(error instanceof Failure)) return unknown((error as Error).message)
  const { why, said } = error
  const words = said === undefined ? why : `${why}: ${said.split('\n')[0]}`
  return error.absent || error.code === 'no-record' ? absent(words) : unknown(words)
}

/** The same of zip and go.mod. */
export const both = (said: Heard) => ({ zip: said, goMod: said })
