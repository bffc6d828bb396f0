/**
 * Zips and source trees in the module cache, written as the go command writes them and beside go commands that run at the same time
 * (cmd/go/internal/modfetch, DownloadZip and Download): under the lock of the version, a zip under another name until it is verified, and a
 * tree that counts only while there is no `.partial` and a `.ziphash`.
 */

import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { maxZipFile } from '@modgate/gomod/zip'
import { Failure } from '../core/failure.ts'
import type { Resource } from '../core/resource.ts'
import { blamed } from '../modload/blame.ts'
import { placesOf, type CachePlaces } from './cache-places.ts'
import type { FileLock, FileLocks } from './file-lock.ts'
import { removeTree } from './remove-tree.ts'
import type { Unpacker } from './unpacker.ts'
import { unfinishedName, unwritable } from './whole-file.ts'

export interface ModuleZip {
  /** Of the zip, as `.ziphash` and go.sum have it. */
  readonly h1: string
  readonly zip: string
  readonly directory: string
}

export interface ZipCacheOptions {
  /** GOMODCACHE. */
  readonly root: string
  readonly locks: FileLocks
  readonly unpacker: Unpacker
  /** Asks for a zip. Called again where its bytes did not come to their end. */
  readonly fetch: (module: ModuleVersion) => Promise<Resource>
  /** Runs it again where trouble was passing. */
  readonly steadily: <T>(work: () => Promise<T>) => Promise<T>
  /** Holds the h1 of a zip against go.sum and the checksum database. Throws a Failure. */
  readonly check: (module: ModuleVersion, h1: string) => Promise<void> | undefined
  /** Whether directories stay writable: `-modcacherw`. */
  readonly isWritable: boolean
  /** Told of bytes that came. */
  readonly onBytes?: (bytes: number) => void
}

export interface ZipCache {
  /** Has the zip and the tree of a module version in the cache. Throws a Failure, and nothing that the go command would trust has changed. */
  complete(module: ModuleVersion): Promise<ModuleZip>
}

export function zipCache(options: ZipCacheOptions): ZipCache {
  const { root, locks, check } = options
  const underWay = new Map<string, Promise<ModuleZip>>()

  async function complete(module: ModuleVersion): Promise<ModuleZip> {
    const places = placesOf(root, module)
    const known = wholeHash(places)
    if (known !== undefined) await check(module, known)
    if (known !== undefined) return { h1: known, ...places }
    const lock = await locks.take(places.lock)
    try {
      return { h1: await completeLocked(options, module, { places, lock }), ...places }
    } catch (error) {
      throw unwritable(places.zip, error)
    } finally {
      lock.release()
    }
  }

  return {
    complete(module) {
      const name = versionString(module)
      const coming = underWay.get(name) ?? complete(module).finally(() => underWay.delete(name))
      underWay.set(name, coming)
      return coming
    },
  }
}

/** The hash in `.ziphash`, where zip and tree are there and whole. */
function wholeHash({ zip, ziphash, partial, directory }: CachePlaces): string | undefined {
  const h1 = isThere(zip) && isThere(directory) && !isThere(partial) ? readHash(ziphash) : undefined
  return h1
}

/** Undefined where it is not there, or cut: then it counts as not there. */
function readHash(file: string): string | undefined {
  if (!isThere(file)) return undefined
  const text = readFileSync(file, 'latin1').trim()
  return /^h1:[A-Za-z0-9+/]{43}=$/.test(text) ? text : undefined
}

interface Locked {
  readonly places: CachePlaces
  readonly lock: FileLock
}

async function completeLocked(
  options: ZipCacheOptions,
  module: ModuleVersion,
  { places, lock }: Locked,
): Promise<string> {
  const { check } = options
  // Somebody else may have been here while we waited.
  const known = wholeHash(places)
  if (known !== undefined) {
    await check(module, known)
    return known
  }
  removeUnfinished(places.zip)
  const isHere = isThere(places.zip)
  const file = isHere ? places.zip : unfinishedName(places.zip)
  try {
    const source = isHere ? places.zip : await options.steadily(() => fetched(options, module, file))
    const h1 = await unpacked(options, module, { places, file, source })
    settle(places, { h1, file, isHere, lock })
    return h1
  } catch (error) {
    if (!isHere) rmSync(file, { force: true })
    throw error
  }
}

interface Verified {
  readonly h1: string
  readonly file: string
  /** Whether the zip has its name already. */
  readonly isHere: boolean
  readonly lock: FileLock
}

/** Lets zip and tree count, the mark that keeps them from it going last; or takes the tree away where the disk does not take the rest. */
function settle({ zip, ziphash, partial, directory }: CachePlaces, { h1, file, isHere, lock }: Verified): void {
  try {
    lock.mustHold()
    writeFileSync(ziphash, h1)
    if (!isHere) renameSync(file, zip)
    rmSync(partial)
  } catch (error) {
    removeTree(directory)
    rmSync(partial, { force: true })
    if (!isHere) rmSync(ziphash, { force: true })
    throw error
  }
}

interface Unverified {
  readonly places: CachePlaces
  readonly file: string
  /** Who gave it, in words. */
  readonly source: string
}

/** Unpacks it into its place, and leaves it there if it is what was published. `.partial` stays, until the zip has its name, too. */
async function unpacked(
  { unpacker, check, isWritable }: ZipCacheOptions,
  module: ModuleVersion,
  { places, file, source }: Unverified,
): Promise<string> {
  const { directory, partial } = places
  writeFileSync(partial, '', { mode: 0o666 })
  try {
    const size = statSync(file).size
    const h1 = await unpacker.unpack({ ...module, zip: file, size, directory, isWritable })
    await check(module, h1)
    return h1
  } catch (error) {
    removeTree(directory)
    rmSync(partial, { force: true })
    throw blamed(error, source)
  }
}

/** Writes the zip into a file, and answers who gave it. */
async function fetched(options: ZipCacheOptions, module: ModuleVersion, file: string): Promise<string> {
  const { body, source } = await options.fetch(module)
  const descriptor = openSync(file, 'w', 0o666)
  try {
    let size = 0
    for await (const chunk of body.read()) {
      size += chunk.byteLength
      if (size > maxZipFile) throw tooLarge(module, source)
      for (let at = 0; at < chunk.byteLength;) at += writeSync(descriptor, chunk, at)
      options.onBytes?.(chunk.byteLength)
    }
    return source
  } finally {
    closeSync(descriptor)
  }
}

function tooLarge({ path, version }: ModuleVersion, source: string): Failure {
  const why = `the zip has more than ${maxZipFile} bytes`
  return new Failure('upstream-too-large', { asked: `${path}@${version} (zip)`, who: source, why })
}

/** What a process has left that died over this zip: under the lock nobody is writing it. */
function removeUnfinished(zip: string): void {
  const name = basename(zip)
  for (const each of readdirSync(dirname(zip)))
    if (each.startsWith(name) && each.endsWith('.tmp')) rmSync(join(dirname(zip), each), { force: true })
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
