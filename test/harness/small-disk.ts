import { execFile } from 'node:child_process'
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A file system of its own, which a test may fill up or make read-only. */
export interface SmallDisk {
  readonly path: string
  /** Leaves no room on it. */
  readonly fill: () => Promise<void>
  /** The room back that `fill` took. */
  readonly makeRoom: () => Promise<void>
  readonly readOnly: (on: boolean) => Promise<void>
  /** Makes it larger; mebibytes in all. */
  readonly grow: (mebibytes: number) => Promise<void>
}

/**
 * Mounts a small file system that lives in memory; undefined after the test was marked as skipped with the reason, where the system
 * does not allow that. For root in CI that is a failure.
 */
export async function smallDisk(t: TestContext, mebibytes: number): Promise<SmallDisk | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'modgate-disk-'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path])
  } catch (error) {
    await rmdir(path)
    const reason = `no tmpfs can be mounted here: ${(error as Error).message.trim()}`
    if (process.env['CI'] === 'true' && process.getuid?.() === 0) throw new Error(reason, { cause: error })
    t.skip(reason)
    return undefined
  }
  // Lazily, since the gate may still have its files open.
  t.after(async () => {
    await run('umount', ['-l', path])
    await rmdir(path)
  })
  const filler = join(path, 'filler')
  return {
    path,
    fill: () => fill(filler),
    makeRoom: () => rm(filler),
    readOnly: async (on) => {
      await run('mount', ['-o', `remount,${on ? 'ro' : 'rw'}`, path])
    },
    grow: async (size) => {
      await run('mount', ['-o', `remount,size=${size}m`, path])
    },
  }
}

async function fill(path: string): Promise<void> {
  const file = await open(path, 'a')
  try {
    for (let bytes = 1 << 20; bytes >= 1;) {
      const { bytesWritten } = await file.write(Buffer.alloc(bytes)).catch(noRoom)
      if (bytesWritten < bytes) bytes >>= 1
    }
  } finally {
    await file.close()
  }
}

function noRoom(error: NodeJS.ErrnoException): { bytesWritten: number } {
  if (error.code !== 'ENOSPC') throw error
  return { bytesWritten: 0 }
}
