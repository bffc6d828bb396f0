/**
 * A mirror that is not what git wrote: a disk that lost its last seconds, a bit that turned, a hand that removed a file.
 *
 * Nobody repairs a mirror, since all of it can be fetched anew. What matters is that damage is noticed: git calls a commit absent whose pack
 * is gone, and an absence would be believed. So it counts only while all packs are whole.
 */

import { open, readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../core/failure.ts'
import { codeOf } from '../../store/store-failure.ts'
import type { Mirror } from './git-mirror.ts'

/** Whether a thrown value says that a mirror is damaged. */
export const isDamage = (error: unknown): boolean => error instanceof Failure && error.code === 'mirror-damaged'

/** Does what needs a mirror, and once more where that is damaged: by then it has been set aside. */
export async function oncemore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isDamage(error)) throw error
    return work()
  }
}

/** Whoever can spoil mirrors, by a repository that no git can read, does so only so often; milliseconds. */
const restMs = 60_000

/** What sets a mirror aside, if it is still the one that is used: the next writer makes a new one. */
export function settingAside(mirror: Mirror): (repository: string) => Promise<void> {
  let last = -Infinity
  return (repository) =>
    mirror.exclusive(async (hold) => {
      if (hold.repository !== repository || performance.now() - last < restMs) return
      last = performance.now()
      hold.spoil()
    })
}

/** Throws a Failure `mirror-damaged` for a mirror whose packs are not whole. */
export async function requireWhole(repository: string, asked: string): Promise<void> {
  if (await packsAreWhole(repository)) return
  const why = "the gate's copy of the repository is damaged"
  throw new Failure('mirror-damaged', { asked, who: 'modgate', why })
}

/**
 * Whether each pack is there and ends as its index says, which holds the pack's checksum (gitformat-pack(5)): a pack that was cut off, or
 * never reached the disk, does not.
 */
export async function packsAreWhole(repository: string): Promise<boolean> {
  const packs = join(repository, 'objects', 'pack')
  try {
    const indexes = (await readdir(packs)).filter((name) => name.endsWith('.idx'))
    for (const index of indexes) {
      const [pack, end] = await Promise.all([
        lastBytes(join(packs, index.replace(/idx$/, 'pack')), longest),
        lastBytes(join(packs, index), 2 * longest),
      ])
      if (!checksumSizes.some((size) => pack.subarray(-size).equals(end.subarray(-2 * size, -size)))) return false
    }
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EIO') return false
    throw error
  }
}

/** Bytes of SHA-1 and SHA-256. */
const checksumSizes = [20, 32] as const
const longest = 32

async function lastBytes(path: string, count: number): Promise<Buffer> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const { size } = await file.stat()
    const start = Math.max(0, size - count)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, start)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file?.close()
  }
}
