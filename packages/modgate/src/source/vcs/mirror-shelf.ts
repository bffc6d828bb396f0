/** The mirrors on a disk: what there is, how much it takes and when it was used last. */

import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { takeLock } from '../../store/lock.ts'
import { codeOf } from '../../store/store-failure.ts'

/** One mirror of a repository. */
export interface ShelvedMirror {
  /** GIT_DIR. */
  readonly path: string
  /** On disk. */
  readonly bytes: number
  /** Milliseconds since the epoch. */
  readonly lastUsed: number
}

/** Says that a mirror is used now. False where it is not there: others may remove it. */
export async function touched(repository: string): Promise<boolean> {
  const now = new Date()
  try {
    await utimes(repository, now, now)
    return true
  } catch (error) {
    return codeOf(error) !== 'ENOENT'
  }
}

/** All mirrors below a directory that has one for each way to repositories, each with one for each repository. */
export async function* mirrorsBelow(directory: string): AsyncIterable<ShelvedMirror> {
  for (const way of await namesIn(directory)) {
    for (const repository of await namesIn(join(directory, way))) {
      for (const name of await namesIn(join(directory, way, repository))) {
        if (!/^(?:(?:content|history)-sha\d+|whole)-\d{1,15}$/.test(name)) continue
        const path = join(directory, way, repository, name)
        const found = await stat(path).catch(() => undefined)
        if (found) yield { path, bytes: await bytesOf(path), lastUsed: found.mtimeMs }
      }
    }
  }
}

const namesIn = (directory: string): Promise<string[]> => readdir(directory).catch(() => [])

async function bytesOf(directory: string): Promise<number> {
  let sum = 0
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined)
    // A small file takes a whole block.
    if (found) sum += Math.max(found.size, found.blocks * 512)
  }
  return sum
}

/** Another one may be about to write. */
const lockWaitMs = 1_000

/**
 * Removes a mirror that nobody writes to, and that nobody has used since it was looked at. It vanishes at once, so that no process takes a
 * half of it for the whole. False where it stays. `owner` is the spool directory of this process.
 */
export async function takeFromShelf({ path, lastUsed }: ShelvedMirror, owner: string): Promise<boolean> {
  const lock = `${path.replace(/-\d+$/, '')}.lock`
  const release = await takeLock(lock, owner, { signal: AbortSignal.timeout(lockWaitMs) }).catch(() => undefined)
  if (release === undefined) return false
  const away = join(owner, `mirror-${basename(path)}-${randomBytes(4).toString('hex')}`)
  try {
    const found = await stat(path).catch(() => undefined)
    if (found === undefined || found.mtimeMs > lastUsed) return false
    await rename(path, away)
    await rm(`${path}.busy`, { force: true })
  } finally {
    await release().catch(() => undefined)
    // Only an empty one goes. The lock may have made it again, where another process was faster.
    await rmdir(dirname(path)).catch(() => undefined)
  }
  // What is left of it here goes with the other temporary files of this process.
  await rm(away, { recursive: true, force: true }).catch(() => undefined)
  return true
}
