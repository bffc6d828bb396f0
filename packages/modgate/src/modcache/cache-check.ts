/**
 * The module cache, held against what was published: zips by their hash in go.sum or the checksum database, trees by their zips. What
 * `go mod verify` does, which trusts the hash that lies beside a zip, and names no file.
 */

import { statSync } from 'node:fs'
import type { ModuleVersion } from '@modgate/gomod/module'
import { eachOf } from '../core/each-of.ts'
import { Failure } from '../core/failure.ts'
import type { FileDifference } from '../core/files-below.ts'
import { ThreadLost, type ThreadPool } from '../core/thread-pool.ts'
import { placesOf, type CachePlaces } from './cache-places.ts'
import type { CheckResult, CheckTask } from './check-worker.ts'

export interface CheckedModule extends ModuleVersion {
  /** The hash of its zip; undefined where that is no zip, or is not there. */
  readonly h1?: string
  /** What is wrong with the zip. */
  readonly fault?: string
  /** Where the tree differs from the zip. */
  readonly differences: readonly FileDifference[]
  /** Whether there is a tree. */
  readonly isUnpacked: boolean
}

export interface CacheCheckOptions {
  /** GOMODCACHE. */
  readonly root: string
  readonly pool: ThreadPool<CheckTask, CheckResult>
  /** Tasks in hand: a few more than threads. */
  readonly width: number
  /** Holds the h1 of a zip against go.sum and the checksum database. Throws a Failure. */
  readonly check: (module: ModuleVersion, h1: string) => Promise<void> | undefined
  /** Told of each module that is done, with the bytes of its zip. */
  readonly onChecked?: (bytes: number) => void
}

/** Beside this file, with its extension: sources run as they are, a package has them built. */
export const checkWorker = (): URL => new URL(import.meta.url.replace(/cache-check(?=\.[jt]s$)/, 'check-worker'))

/** Checks those of the modules that the cache has, and answers in their order; one that is not there is passed over. */
export async function checkCache(
  modules: readonly ModuleVersion[],
  options: CacheCheckOptions,
): Promise<readonly CheckedModule[]> {
  const found: (CheckedModule | undefined)[] = []
  await eachOf(modules.entries(), options.width, async ([i, module]) => {
    found[i] = await checkOne(module, options)
  })
  return found.flatMap((checked) => checked ?? [])
}

async function checkOne(module: ModuleVersion, options: CacheCheckOptions): Promise<CheckedModule | undefined> {
  const places = placesOf(options.root, module)
  const isUnpacked = isThere(places.directory) && !isThere(places.partial)
  const zip = statSync(places.zip, { throwIfNoEntry: false })
  if (!zip)
    return isUnpacked
      ? faulty(module, isUnpacked, 'its zip is missing, so that nothing is known of its tree')
      : undefined
  const result = await hashed(module, { options, places, size: zip.size, isUnpacked })
  options.onChecked?.(zip.size)
  if (!('h1' in result))
    return faulty(module, isUnpacked, 'invalid' in result ? result.invalid : `it cannot be read: ${result.error}`)
  const fault = await faultOf(module, result.h1, options)
  return { ...named(module), ...result, isUnpacked, ...(fault === undefined ? {} : { fault }) }
}

interface Found {
  readonly options: CacheCheckOptions
  readonly places: CachePlaces
  readonly size: number
  readonly isUnpacked: boolean
}

async function hashed(module: ModuleVersion, { options, places, size, isUnpacked }: Found): Promise<CheckResult> {
  const task = { ...module, zip: places.zip, size, ...(isUnpacked ? { directory: places.directory } : {}) }
  try {
    return await options.pool.run(task)
  } catch (error) {
    if (!(error instanceof ThreadLost)) throw error
    const asked = `${module.path}@${module.version} (zip)`
    throw new Failure('internal-error', { asked, who: 'modgate', why: 'the thread that hashed it died', cause: error })
  }
}

/** Why the hash is not the published one, or why that is not known. */
async function faultOf(module: ModuleVersion, h1: string, { check }: CacheCheckOptions): Promise<string | undefined> {
  try {
    await check(module, h1)
    return undefined
  } catch (error) {
    if (error instanceof Failure) return `${error.why} (${error.who})`
    throw error
  }
}

function faulty(module: ModuleVersion, isUnpacked: boolean, fault: string): CheckedModule {
  return { ...named(module), isUnpacked, differences: [], fault }
}

function named({ path, version }: ModuleVersion): ModuleVersion {
  return { path, version }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
