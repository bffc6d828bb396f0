/** Locks between processes, as files. They are held for the moment of one replacement, or for as long as their taker says. */

import { link, readFile, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { inDirectory } from './directories.ts'
import { isAlive } from './process-spool.ts'
import { codeOf } from './store-failure.ts'

/** How to wait for a lock that is held long. */
export interface LockWait {
  /** Milliseconds between two looks, default 5. */
  readonly pauseMs?: number
  /** Gives up, with its reason. */
  readonly signal?: AbortSignal
}

/**
 * A lock file holds its owner's spool directory, whose name tells whether the owner lives: a lock of a dead one is taken over.
 */
export async function takeLock(
  lock: string,
  owner: string,
  { pauseMs = 5, signal }: LockWait = {},
): Promise<() => Promise<void>> {
  const claim = join(owner, `lock-${process.hrtime.bigint()}`)
  await writeFile(claim, owner, { flag: 'wx' })
  try {
    for (;;) {
      try {
        await inDirectory(lock, () => link(claim, lock))
        return () => unlink(lock)
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error
      }
      const holder = await readFile(lock, 'utf8').catch(() => undefined)
      if (holder === undefined) continue
      signal?.throwIfAborted()
      if (await isAlive(dirname(holder), basename(holder))) await new Promise((resolve) => setTimeout(resolve, pauseMs))
      else await breakLock(lock, holder, owner)
    }
  } finally {
    await unlink(claim).catch(() => undefined)
  }
}

/**
 * Removes the lock of a dead holder. Breaking is exclusive in turn, and looks again: whoever came before has broken it already,
 * and what stands there now may be the lock of a living one.
 */
async function breakLock(lock: string, dead: string, owner: string): Promise<void> {
  const release = await takeLock(`${lock}.break`, owner)
  try {
    const holder = await readFile(lock, 'utf8').catch(() => undefined)
    if (holder === dead) await unlink(lock).catch(() => undefined)
  } finally {
    await release()
  }
}
