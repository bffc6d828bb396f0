/** The module cache, as the go command fills it (https://go.dev/ref/mod#module-cache): read, never written. */

import { readFileSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { escapePath, escapeVersion, type ModuleVersion } from '@modgate/gomod/module'
import { keyOf } from '@modgate/gomod/proxy'
import { maxModBytes } from '@modgate/gomod/modfile'
import { Failure } from '../core/failure.ts'
import type { ModFiles } from './mod-files.ts'

export interface ModuleCache extends ModFiles {
  /** Where the cache has a module version's go.mod; undefined where it has none. */
  goMod(module: ModuleVersion): string | undefined
  /** The directory of its source; undefined where it is not there, or not whole. */
  directory(module: ModuleVersion): string | undefined
  /** The zip of it, verified when it came; undefined where there is none. */
  zip(module: ModuleVersion): string | undefined
  /** The `h1:` that its zip was verified to have; undefined where there is none. */
  hash(module: ModuleVersion): string | undefined
}

/**
 * The module cache at `root`. Lists age, so they are not taken from here. Files are read without a thread's help: they are small, there
 * are many, and waking a thread for one takes longer than reading it.
 */
export function moduleCache(root: string): ModuleCache {
  const downloads = join(root, 'cache', 'download')
  const fileOf = ({ path, version }: ModuleVersion, extension: string) =>
    join(downloads, escapePath(path), '@v', `${escapeVersion(version)}.${extension}`)
  return {
    read(request) {
      if (request.kind !== 'info' && request.kind !== 'mod') return undefined
      // No part of a key is `..`, so that there is nothing to be joined.
      return readSmall(`${downloads}/${keyOf(request)}`)
    },
    goMod(module) {
      const file = fileOf(module, 'mod')
      return statOf(file)?.isFile() ? file : undefined
    },
    directory(module) {
      const directory = join(root, `${escapePath(module.path)}@${escapeVersion(module.version)}`)
      const isThere = statOf(directory)?.isDirectory() ?? false
      // What is still being unpacked has a file `.partial`, and what was never verified has no `.ziphash`.
      const isWhole = isThere && !statOf(fileOf(module, 'partial')) && statOf(fileOf(module, 'ziphash')) !== undefined
      return isWhole ? directory : undefined
    },
    zip(module) {
      const file = fileOf(module, 'zip')
      return statOf(file)?.isFile() ? file : undefined
    },
    hash(module) {
      const bytes = readSmall(fileOf(module, 'ziphash'))
      return bytes && new TextDecoder().decode(bytes).trim()
    },
  }
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false })
}

function readSmall(file: string): Uint8Array | undefined {
  try {
    const bytes = readFileSync(file)
    if (bytes.byteLength <= maxModBytes) return bytes
    throw new Failure('upstream-too-large', {
      asked: file,
      who: 'the module cache',
      why: `it has more than ${maxModBytes} bytes`,
    })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (error instanceof Failure) throw error
    throw new Failure('store-failed', {
      asked: file,
      who: 'the module cache',
      why: `it cannot be read: ${code ?? 'unknown'}`,
      next: 'check the permissions of GOMODCACHE',
      cause: error,
    })
  }
}
