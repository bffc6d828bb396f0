/** A copy of what a log has on a disk, to be played with: its head, its tiles and what is staged. */

import { copyFile, readdir, readFile, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeDirectory } from './directories.ts'
import { codeOf } from './store-failure.ts'

export interface LogCopyOptions {
  /** The directories of the log, there and here. */
  readonly from: string
  readonly to: string
  /** Ends the copying between two files. */
  readonly signal: AbortSignal
}

/** Files and directories of a log. Its lookups are not among them: they are as many as records, and prove nothing by themselves. */
const parts = ['bundle', 'tile', 'log-head'] as const
/** A gate may append meanwhile, and remove what the head that was copied needs. */
const attempts = 5
/** Bytes that a copy leaves free. */
const reserve = 16 << 20

/** Bytes that are missing on the disk of `to` for a copy; 0 where there is room. */
export async function missingRoom(from: string, to: string): Promise<number> {
  let wanted = reserve
  for (const name of await filesOf(from)) {
    const size = await sizeOf(join(from, name))
    wanted += Math.ceil(size / 4096) * 4096
  }
  const { bavail, bsize } = await statfs(to)
  return Math.max(0, wanted - bavail * bsize)
}

/** Copies a log as it stands at one moment. Throws the system's error, or the signal's reason. */
export async function copyLog({ from, to, signal }: LogCopyOptions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const head = await headOf(from)
    for (const name of await filesOf(from)) {
      signal.throwIfAborted()
      await copyOne(join(from, name), join(to, name))
    }
    const now = await headOf(from)
    if (attempt === attempts || Buffer.compare(head, now) === 0) return
  }
}

async function copyOne(from: string, to: string): Promise<void> {
  await makeDirectory(dirname(to), 0o700)
  await copyFile(from, to).catch((error: unknown) => {
    // A gate has removed it: what it was needed for is written elsewhere by now.
    if (codeOf(error) !== 'ENOENT') throw error
  })
}

async function filesOf(log: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const part of parts) {
    if (part === 'log-head') found.push(...((await sizeOf(join(log, part))) > 0 ? [part] : []))
    else found.push(...(await filesBelow(log, part)))
  }
  return found
}

async function filesBelow(log: string, part: string): Promise<readonly string[]> {
  const items = await readdir(join(log, part), { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })
  return items.filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name).slice(log.length + 1))
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}

const headOf = (log: string) => readFile(join(log, 'log-head')).catch(() => Buffer.alloc(0))
