/**
 * A mirror that is not what git wrote: a disk that lost its last seconds, a bit that turned, a hand that removed a file.
 *
 * Nobody repairs a mirror, since all of it can be fetched anew. What matters is that damage is noticed: git calls a commit absent whose pack
 * is gone, and an absence would be believed. So it counts only while all packs are whole.
 */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, stat, type FileHandle } from 'node:fs/promises'
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

/** Throws a Failure `mirror-damaged` for a mirror whose packs are not whole, or whose indexes are not what git wrote. */
export async function requireWhole(repository: string, asked: string): Promise<void> {
  if (await each(repository, async (pack) => (await isWhole(pack)) && indexIsSound(pack))) return
  const why = "modgate's copy of the repository is damaged"
  throw new Failure('mirror-damaged', { asked, who: 'modgate', why })
}

/**
 * Whether each pack is there and ends as its index says, which holds the pack's checksum (gitformat-pack(5)): a pack that was cut off, or
 * never reached the disk, does not.
 */
export const packsAreWhole = (repository: string): Promise<boolean> => each(repository, isWhole)

interface Pack {
  readonly pack: string
  readonly index: string
  /** The last bytes of the index: the checksum of the pack and that of the index itself. */
  readonly checksums: Buffer
}

async function each(repository: string, check: (pack: Pack) => Promise<boolean>): Promise<boolean> {
  const packs = join(repository, 'objects', 'pack')
  try {
    for (const name of await readdir(packs)) {
      if (!name.endsWith('.idx')) continue
      const index = join(packs, name)
      const found = { pack: index.replace(/idx$/, 'pack'), index, checksums: await lastBytes(index, 2 * longest) }
      if (!(await check(found))) return false
    }
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EIO') return false
    throw error
  }
}

async function isWhole({ pack, checksums }: Pack): Promise<boolean> {
  const end = await lastBytes(pack, longest)
  // Of two empty files one does not end as the other says.
  return algorithms.some(
    ([, size]) => checksums.length >= 2 * size && end.subarray(-size).equals(checksums.subarray(-2 * size, -size)),
  )
}

/** A bit that turned in an index hides an object without a word of git. */
async function indexIsSound({ index, checksums }: Pack): Promise<boolean> {
  const { size: all } = await stat(index)
  for (const [algorithm, size] of algorithms) {
    const hash = createHash(algorithm)
    for await (const chunk of createReadStream(index, { end: all - size - 1 })) hash.update(chunk as Buffer)
    if (hash.digest().equals(checksums.subarray(-size))) return true
  }
  return false
}

/** What a repository may use, and the bytes of it. */
const algorithms = [
  ['sha1', 20],
  ['sha256', 32],
] as const
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
