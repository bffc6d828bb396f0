/** Mutable values on a local disk: read, compare, temporary file, rename. */

import { link, mkdir, open, readFile, rename, unlink, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Checkpoint, Checkpoints } from '../core/ports.ts'
import { isAlive, type DataDirectory } from './data-directory.ts'
import { keyPath } from './keys.ts'
import { codeOf, storeFailure } from './store-failure.ts'

const missing = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'])

/**
 * Checkpoints beside the entries. In one process replacements of a name wait for each other. Between processes a durable
 * replacement is exclusive, by a lock file; one that is not durable is only atomic, which is enough for what can be rebuilt.
 */
export function diskCheckpoints(directory: DataDirectory): Checkpoints {
  const queues = new Map<string, Promise<unknown>>()
  let temporary = 0

  async function read(name: string): Promise<Checkpoint | undefined> {
    const path = keyPath(directory.modules, name)
    try {
      return await readWhole(path)
    } catch (error) {
      if (missing.has(codeOf(error))) return undefined
      throw storeFailure(name, error)
    }
  }

  async function swap(name: string, old: Uint8Array | undefined, next: Uint8Array, durable: boolean): Promise<boolean> {
    const now = await read(name)
    if (!same(now?.bytes, old)) return false
    const path = keyPath(directory.modules, name)
    const ready = join(directory.spool, `checkpoint-${++temporary}`)
    try {
      await writeFile(ready, next, { flag: 'wx', flush: durable })
      await rename(ready, path).catch(async (error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error
        await mkdir(dirname(path), { recursive: true })
        await rename(ready, path)
      })
    } catch (error) {
      await unlink(ready).catch(() => undefined)
      throw error
    }
    if (durable) await syncDirectory(dirname(path))
    return true
  }

  async function exclusively(name: string, action: () => Promise<boolean>): Promise<boolean> {
    const lock = `${keyPath(directory.modules, name)}.lock`
    await mkdir(dirname(lock), { recursive: true })
    const release = await takeLock(lock, directory.spool)
    try {
      return await action()
    } finally {
      await release()
    }
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
      const durable = options?.durable ?? false
      const turn = (queues.get(name) ?? Promise.resolve()).then(() =>
        durable ? exclusively(name, () => swap(name, old, next, true)) : swap(name, old, next, false),
      )
      const quiet = turn.catch(() => undefined)
      queues.set(name, quiet)
      void quiet.then(() => queues.get(name) === quiet && queues.delete(name))
      return turn.catch((error: unknown) => {
        throw storeFailure(name, error)
      })
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

/**
 * A lock file holds its owner's spool directory, whose name tells whether the owner lives: a lock of a dead one is taken over.
 */
async function takeLock(lock: string, owner: string): Promise<() => Promise<void>> {
  const claim = join(owner, `lock-${process.hrtime.bigint()}`)
  await writeFile(claim, owner, { flag: 'wx' })
  try {
    for (;;) {
      try {
        await link(claim, lock)
        return () => unlink(lock)
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error
      }
      const holder = await readFile(lock, 'utf8').catch(() => undefined)
      if (holder === undefined) continue
      if (await isAlive(dirname(holder), basename(holder))) await new Promise((resolve) => setTimeout(resolve, 5))
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
