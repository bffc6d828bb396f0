/** A module that lies unpacked in a directory. */

import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../core/failure.ts'
import type { SourceTree, TreeItem } from './source-tree.ts'

/** The module at `root`. What was listed once is remembered: nobody changes it while it is read. */
export function directoryTree(root: string): SourceTree {
  const known = new Map<string, readonly TreeItem[] | undefined>()
  return {
    list(directory) {
      if (known.has(directory)) return known.get(directory)
      const items = listed(join(root, directory))
      known.set(directory, items)
      return items
    },
    read: (file) => reading(join(root, file), (path) => readFileSync(path)),
    pieces: (file) => pieces(join(root, file)),
  }
}

function listed(directory: string): readonly TreeItem[] | undefined {
  return reading(directory, (path) => {
    try {
      return readdirSync(path, { withFileTypes: true })
        .map((item) => itemOf(path, item))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw error
    }
  })
}

function itemOf(directory: string, item: Dirent): TreeItem {
  const { name } = item
  if (item.isFile()) return { name, kind: 'file' }
  if (item.isDirectory()) return { name, kind: 'directory' }
  const target = item.isSymbolicLink() ? leadsTo(join(directory, name)) : undefined
  return { name, kind: 'other', ...(target === undefined ? {} : { leadsTo: target }) }
}

/** A link that leads nowhere, or in a circle, is nothing to the go command either. */
function leadsTo(link: string): 'file' | 'directory' | undefined {
  try {
    const stats = statSync(link)
    if (stats.isFile()) return 'file'
    return stats.isDirectory() ? 'directory' : undefined
  } catch {
    return undefined
  }
}

const maxPieceBytes = 1 << 20

function* pieces(file: string): Generator<Uint8Array> {
  const descriptor = reading(file, (path) => openSync(path, 'r'))
  try {
    // Most files are small: no more is taken than they need.
    const { size } = reading(file, () => fstatSync(descriptor))
    const buffer = Buffer.allocUnsafe(Math.min(Math.max(size, 1), maxPieceBytes))
    for (;;) {
      const length = reading(file, () => readSync(descriptor, buffer))
      if (length === 0) return
      yield buffer.subarray(0, length)
    }
  } finally {
    closeSync(descriptor)
  }
}

function reading<T>(path: string, read: (path: string) => T): T {
  try {
    return read(path)
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure('source-unreadable', {
      asked: path,
      who: 'modgate',
      why: `it cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`,
      cause: error,
    })
  }
}
