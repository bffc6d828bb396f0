/** Mutable values on a local disk: read, compare, temporary file, rename. */

import { randomBytes } from 'node:crypto'
import { open, rename, unlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { eachOf } from '../core/each-of.ts'
import type { Checkpoint, Checkpoints } from '../core/ports.ts'
import type { DataDirectory } from './data-directory.ts'
import { inDirectory } from './directories.ts'
import { retriedWhenFull, type MakeRoom } from './full-disk.ts'
import { keyPath } from './keys.ts'
import { takeLock } from './lock.ts'
import { codeOf, storeFailure } from './store-failure.ts'

/** Files that are synced at the same time. */
const settledAtOnce = 16

const missing = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'])

/**
 * Checkpoints beside the entries. In one process replacements of a name wait for each other. Between processes a durable
 * replacement is exclusive, by a lock file; one that is not durable is only atomic, which is enough for what can be rebuilt.
 * `makeRoom` is asked once where the disk is full.
 */
export function diskCheckpoints(directory: DataDirectory, makeRoom?: MakeRoom): Checkpoints {
  const { read } = diskReader(directory.modules)
  const queues = new Map<string, Promise<unknown>>()
  // A gate has several of these on one directory: without a name of its own, one would put another one's bytes in place.
  const own = randomBytes(6).toString('hex')
  let temporary = 0

  async function swap(name: string, old: Uint8Array | undefined, next: Uint8Array, durable: boolean): Promise<boolean> {
    const now = await read(name)
    if (!same(now?.bytes, old)) return false
    await put(name, next, durable)
    return true
  }

  async function put(name: string, next: Uint8Array, durable: boolean): Promise<void> {
    const path = keyPath(directory.modules, name)
    const ready = join(directory.spool, `checkpoint-${own}-${++temporary}`)
    try {
      await writeFile(ready, next, { flag: 'wx', flush: durable })
      await inDirectory(path, () => rename(ready, path))
    } catch (error) {
      await unlink(ready).catch(() => undefined)
      throw error
    }
    if (durable) await syncDirectory(dirname(path))
  }

  async function exclusively(name: string, action: () => Promise<boolean>): Promise<boolean> {
    const release = await takeLock(`${keyPath(directory.modules, name)}.lock`, directory.spool)
    try {
      return await action()
    } finally {
      await release()
    }
  }

  async function removeOld(name: string, old: Uint8Array): Promise<boolean> {
    const now = await read(name)
    if (!now || !same(now.bytes, old)) return false
    await unlink(keyPath(directory.modules, name))
    return true
  }

  /** Changes of one name by this process, one behind the other. */
  function inTurn(name: string, change: () => Promise<boolean>): Promise<boolean> {
    const turn = (queues.get(name) ?? Promise.resolve()).then(change)
    const quiet = turn.catch(() => undefined)
    queues.set(name, quiet)
    void quiet.then(() => queues.get(name) === quiet && queues.delete(name))
    return turn.catch((error: unknown) => {
      throw storeFailure(name, error)
    })
  }

  return {
    read,
    async touch(name) {
      const now = new Date()
      await utimes(keyPath(directory.modules, name), now, now).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error
      })
    },
    async replace(name, old, next, options) {
      const replaceOnce = () =>
        options?.durable ? exclusively(name, () => swap(name, old, next, true)) : swap(name, old, next, false)
      return inTurn(name, () => retriedWhenFull(replaceOnce, makeRoom))
    },
    async write(name, next) {
      const putOnce = async () => {
        await put(name, next, false)
        return true
      }
      await inTurn(name, () => retriedWhenFull(putOnce, makeRoom))
    },
    async settle(names) {
      const paths = names.map((name) => keyPath(directory.modules, name))
      await eachOf(paths, settledAtOnce, syncFile)
      await eachOf(new Set(paths.map(dirname)), settledAtOnce, syncFile)
    },
    async remove(name, old) {
      return inTurn(name, () => exclusively(name, () => removeOld(name, old)))
    },
  }
}

/** The same for somebody who only reads, and so needs no directory of his own. */
export function diskReader(modules: string): Pick<Checkpoints, 'read'> {
  return {
    async read(name) {
      const path = keyPath(modules, name)
      try {
        return await readWhole(path)
      } catch (error) {
        if (missing.has(codeOf(error))) return undefined
        throw storeFailure(name, error)
      }
    },
  }
}

/** Bytes and time of one and the same file, though another one is put in its place meanwhile. */
async function readWhole(path: string): Promise<Checkpoint> {
  const file = await open(path, 'r')
  try {
    const { mtimeMs } = await file.stat()
    return { bytes: await file.readFile(), at: mtimeMs }
  } finally {
    await file.close()
  }
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return Buffer.compare(a, b) === 0
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** A file or directory that is not there has nothing to lose. */
async function syncFile(path: string): Promise<void> {
  await syncDirectory(path).catch((error: unknown) => {
    if (!missing.has(codeOf(error))) throw storeFailure(path, error)
  })
}
