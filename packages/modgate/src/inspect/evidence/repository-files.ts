/**
 * The files of a repository that nobody trusts: read within bounds, links never followed, nothing run. Paths are slash-separated and
 * relative to its root.
 */

import { constants } from 'node:fs'
import { open, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { DirectoryItem } from '../../config/index.ts'

export interface RepositoryFiles {
  /** What a directory holds, by name; a link is `other`. Empty where it cannot be read. */
  list(path: string): Promise<readonly DirectoryItem[]>
  /** The text of a regular file, or why it is not read. */
  read(path: string, maxBytes: number): Promise<ReadText>
}

export type ReadText =
  | { readonly text: string }
  | { readonly not: 'a regular file' | 'readable' | 'small enough' | 'text' | 'inside the repository' }

/** Those of a directory on disk. Throws where it is not there. */
export async function diskFiles(directory: string): Promise<RepositoryFiles> {
  const root = await realpath(directory)
  return {
    async list(path) {
      const items = await readdir(join(root, path), { withFileTypes: true }).catch(() => [])
      return items.map((item) => ({ name: item.name, kind: kindOf(item) })).sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    async read(path, maxBytes) {
      const full = join(root, path)
      // A directory on the way may have become a link since it was listed.
      const real = await realpath(full).catch(() => undefined)
      if (real === undefined) return { not: 'readable' }
      if (real !== full) return { not: 'inside the repository' }
      return readRegular(full, maxBytes)
    },
  }
}

/** Those of a record of texts, for tests and for callers that have them. */
export function givenFiles(texts: Readonly<Record<string, string>>): RepositoryFiles {
  const paths = Object.keys(texts)
  return {
    async list(path) {
      const prefix = path === '' ? '' : `${path}/`
      const kinds = new Map<string, DirectoryItem['kind']>()
      for (const below of paths.filter((known) => known.startsWith(prefix))) {
        const rest = below.slice(prefix.length)
        kinds.set(rest.split('/')[0]!, rest.includes('/') ? 'directory' : 'file')
      }
      return [...kinds].map(([name, kind]) => ({ name, kind })).sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    async read(path, maxBytes) {
      const text = texts[path]
      if (text === undefined) return { not: 'readable' }
      return text.length > maxBytes ? { not: 'small enough' } : textOf(Buffer.from(text))
    },
  }
}

function kindOf(item: { isFile(): boolean; isDirectory(): boolean }): DirectoryItem['kind'] {
  if (item.isFile()) return 'file'
  return item.isDirectory() ? 'directory' : 'other'
}

async function readRegular(path: string, maxBytes: number): Promise<ReadText> {
  // Without O_NONBLOCK a named pipe would wait for a writer for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags).catch(() => undefined)
  if (file === undefined) return { not: 'readable' }
  try {
    const stat = await file.stat()
    if (!stat.isFile()) return { not: 'a regular file' }
    if (stat.size > maxBytes) return { not: 'small enough' }
    const buffer = Buffer.alloc(stat.size)
    const { bytesRead } = await file.read(buffer, 0, stat.size, 0)
    return textOf(buffer.subarray(0, bytesRead))
  } catch {
    return { not: 'readable' }
  } finally {
    await file.close()
  }
}

function textOf(bytes: Uint8Array): ReadText {
  if (bytes.includes(0)) return { not: 'text' }
  return { text: new TextDecoder().decode(bytes) }
}
