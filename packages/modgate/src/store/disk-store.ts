/** Immutable entries on a local disk: temporary file, fsync, link. A reader sees an entry whole or not at all. */

import { createHash } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { link, open, readdir, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Content, Store, Verified } from '../core/ports.ts'
import type { DataDirectory } from './data-directory.ts'
import { inDirectory, makeDirectory } from './directories.ts'
import { fileBody } from './file-body.ts'
import { retriedWhenFull, type MakeRoom } from './full-disk.ts'
import { keyPath } from './keys.ts'
import { codeOf, storeFailure } from './store-failure.ts'

const missing = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'])

/**
 * A store below `directory.modules`; `directory.spool` takes the temporary files and is on the same file system. `makeRoom` is asked
 * once where the disk is full.
 */
export function diskStore(directory: DataDirectory, makeRoom?: MakeRoom): Store {
  let temporary = 0
  return {
    async open(key) {
      const path = keyPath(directory.modules, key)
      try {
        const found = await stat(path)
        return found.isFile() ? fileBody(path, found.size) : undefined
      } catch (error) {
        if (missing.has(codeOf(error))) return undefined
        throw storeFailure(key, error)
      }
    },

    async put(key, content) {
      const path = keyPath(directory.modules, key)
      const ready = join(directory.spool, `put-${++temporary}`)
      const putOnce = async () => {
        try {
          await prepare(content, ready)
          return await linkIfAbsent(ready, path)
        } finally {
          await unlink(ready).catch(() => undefined)
        }
      }
      try {
        return await retriedWhenFull(putOnce, makeRoom)
      } catch (error) {
        throw storeFailure(key, error)
      }
    },

    list(prefix) {
      const below = prefix.replace(/\/$/, '')
      if (below !== '') keyPath(directory.modules, below)
      return walk(directory.modules, below)
    },

    async remove(key) {
      try {
        await unlink(keyPath(directory.modules, key))
        return true
      } catch (error) {
        if (missing.has(codeOf(error))) return false
        throw storeFailure(key, error)
      }
    },

    async quarantine(key, reason, refused) {
      const path = keyPath(directory.modules, key)
      const place = join(directory.quarantine, evidenceName(key, reason))
      try {
        await makeDirectory(place, 0o700)
        await writeFile(join(place, 'reason.txt'), `${key}\n${reason}\n`)
        await rename(refused?.path ?? path, join(place, 'content'))
      } catch (error) {
        // What is gone already must not be removed again: another one may have put a sound entry in its place.
        if (missing.has(codeOf(error))) return
        // Evidence is a courtesy, removal is not: without room for it the damaged entry still goes.
        if (refused === undefined) await unlink(path).catch(() => undefined)
        else throw storeFailure(key, error)
      }
    },
  }
}

/** The same evidence for the same reason takes the same place: a build that tries again and again does not fill the disk. */
function evidenceName(key: string, reason: string): string {
  const digest = createHash('sha256').update(`${key}\n${reason}`).digest('hex').slice(0, 16)
  return `${key.replaceAll('/', '_').slice(-150)}-${digest}`
}

/** A complete, synced file at `ready`. A spooled file is hard-linked there, since clients may still read it under its own name. */
async function prepare(content: Verified<Content>, ready: string): Promise<void> {
  if (content instanceof Uint8Array) {
    await writeFile(ready, content, { flag: 'wx', mode: 0o644, flush: true })
    return
  }
  const file = await open(content.path, 'r+')
  try {
    await file.chmod(0o644)
    await file.sync()
  } finally {
    await file.close()
  }
  await link(content.path, ready)
}

async function linkIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await inDirectory(to, () => link(from, to))
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

async function* walk(root: string, prefix: string): AsyncIterable<{ key: string; size: number }> {
  const entries = await readdir(join(root, prefix), { withFileTypes: true }).catch((): Dirent[] => [])
  for (const entry of entries) {
    const key = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    if (entry.isDirectory()) yield* walk(root, key)
    else if (entry.isFile()) {
      const found = await stat(join(root, key)).catch(() => undefined)
      if (found) yield { key, size: found.size }
    }
  }
}
