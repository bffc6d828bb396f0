/** What to do when the disk is full: make room once, and try again. */

import { codeOf } from './store-failure.ts'

/** Frees some of the disk; false where nothing could be freed. */
export type MakeRoom = () => Promise<boolean>

/** Runs an action, and once more where the disk was full and room could be made. The action leaves nothing behind when it fails. */
export async function retriedWhenFull<T>(action: () => Promise<T>, makeRoom: MakeRoom | undefined): Promise<T> {
  try {
    return await action()
  } catch (error) {
    const isFull = codeOf(error) === 'ENOSPC' || codeOf((error as Error).cause ?? {}) === 'ENOSPC'
    if (!isFull || !makeRoom || !(await makeRoom())) throw error
    return action()
  }
}
