/**
 * The guard: the last head that was signed, kept in a second place. A data directory that is restored from a backup looks sound by
 * itself; only somebody who remembers the newer head can tell that signing now would fork the log.
 */

import { randomBytes } from 'node:crypto'
import { open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { formatHash, parseHash, type Tree } from '@modgate/gomod/tlog'
import * as z from 'zod'
import { makeDirectory } from '../../store/directories.ts'

export interface Guarded {
  readonly name: string
  readonly verifierKey: string
  readonly tree: Tree
  /** The name to which the log has moved: a backup from before does not know it. */
  readonly moved?: string | undefined
}

export interface LogGuard {
  /** In words, for messages. */
  readonly place: string
  /** Undefined where nothing was guarded yet. Throws where it cannot be read or makes no sense. */
  read(): Promise<Guarded | undefined>
  /** Survives a power cut once it resolves. */
  write(guarded: Guarded): Promise<void>
}

const guardForm = z.object({
  name: z.string(),
  key: z.string(),
  size: z.int().nonnegative(),
  root: z.string(),
  moved: z.string().optional(),
})

/** A guard in a file of its own, mode 0600. */
export function fileGuard(path: string): LogGuard {
  return {
    place: path,
    async read() {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      })
      if (text === undefined) return undefined
      const { name, key, size, root, moved } = guardForm.parse(JSON.parse(text))
      return {
        name,
        verifierKey: key,
        tree: { size, hash: parseHash(root) },
        ...(moved === undefined ? {} : { moved }),
      }
    },
    async write({ name, verifierKey, tree, moved }) {
      const form = { name, key: verifierKey, size: tree.size, root: formatHash(tree.hash), moved }
      await makeDirectory(dirname(path), 0o700)
      // Gates of several machines may share it, and their process ids may be the same.
      const ready = `${path}.${randomBytes(6).toString('hex')}`
      try {
        const file = await open(ready, 'wx', 0o600)
        await file
          .writeFile(`${JSON.stringify(form)}\n`)
          .then(() => file.sync())
          .finally(() => file.close())
        await rename(ready, path)
      } catch (error) {
        await unlink(ready).catch(() => undefined)
        throw error
      }
      const directory = await open(dirname(path), 'r')
      await directory.sync().finally(() => directory.close())
    },
  }
}
