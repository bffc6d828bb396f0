/**
 * Writes a vendor directory: made beside the old one, and put into its place when it is whole. Whatever happens before, the old one
 * stays as it was; the go command never sees half of a new one.
 */

import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { eachOf } from '../core/each-of.ts'
import { Failure } from '../core/failure.ts'
import type { VendoredFile } from './vendored-files.ts'

export interface VendorDirectory {
  /** Absolute. */
  readonly path: string
  /** The text of modules.txt; empty for a vendor directory that is not to be there. */
  readonly list: string
  /** Directories to be there whether or not they have files; slash-separated paths below it. */
  readonly directories: readonly string[]
  /** By slash-separated paths below it. */
  readonly files: ReadonlyMap<string, VendoredFile>
}

/** Files that are written at the same time: a file system that is busy lets each of them wait. */
const atOnce = 8

/**
 * Writes it. Rejects with a Failure: `vendor-refused` for a place that has something else in it, `store-failed` where it cannot be
 * written; with the reason of `signal` if it is aborted, and with whatever keeps a file from being read.
 */
export async function writeVendorDirectory(directory: VendorDirectory, signal: AbortSignal): Promise<void> {
  refuseForeign(directory.path)
  const parent = dirname(directory.path)
  const work = writing(directory.path, () => {
    mkdirSync(parent, { recursive: true })
    return mkdtempSync(join(parent, `.${basename(directory.path)}-`))
  })
  try {
    const fresh = join(work, 'new')
    if (directory.list !== '') await fill(fresh, directory, signal)
    signal.throwIfAborted()
    writing(directory.path, () => swap({ place: directory.path, fresh, aside: join(work, 'old') }))
  } finally {
    rmSync(work, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function fill(
  fresh: string,
  { list, directories, files, path }: VendorDirectory,
  signal: AbortSignal,
): Promise<void> {
  const parents = Array.from(files.keys(), (name) => dirname(join(fresh, name)))
  const all = new Set([fresh, ...directories.map((name) => join(fresh, name)), ...parents])
  writing(path, () => all.forEach((directory) => mkdirSync(directory, { recursive: true })))
  await eachOf(files, atOnce, async ([name, { tree, path: source }]) => {
    signal.throwIfAborted()
    await copy(tree.pieces(source)[Symbol.iterator](), join(fresh, name), path)
  })
  await copy([Buffer.from(list)].values(), join(fresh, 'modules.txt'), path)
}

/**
 * Writes a file that is not there yet, so that no link which somebody puts into the way is followed. Reading fails with the source's
 * failure, writing with that of the vendor directory.
 */
async function copy(pieces: Iterator<Uint8Array>, place: string, vendor: string): Promise<void> {
  const failed = (error: unknown): never => {
    throw cannotWrite(vendor, error)
  }
  const file = await open(place, 'wx').catch(failed)
  try {
    for (let piece = pieces.next(); !piece.done; piece = pieces.next()) await file.writeFile(piece.value).catch(failed)
  } finally {
    pieces.return?.()
    await file.close().catch(failed)
  }
}

interface Swap {
  readonly place: string
  /** Not there where nothing is to take its place. */
  readonly fresh: string
  readonly aside: string
}

function swap({ place, fresh, aside }: Swap): void {
  const isThere = lstatSync(place, { throwIfNoEntry: false }) !== undefined
  if (isThere) renameSync(place, aside)
  try {
    if (existsSync(fresh)) renameSync(fresh, place)
  } catch (error) {
    if (isThere) renameSync(aside, place)
    throw error
  }
}

/** The go command removes whatever is there. A directory that holds something else than a vendor directory is spared. */
function refuseForeign(path: string): void {
  const refuse = (why: string) => new Failure('vendor-refused', { asked: path, who: 'modgate', why })
  const stats = writing(path, () => lstatSync(path, { throwIfNoEntry: false }))
  if (stats === undefined || stats.isSymbolicLink()) return
  if (!stats.isDirectory()) throw refuse('there is a file of this name')
  const items = writing(path, () => readdirSync(path))
  if (basename(path) === 'vendor' && !items.includes('go.mod')) return
  if (items.length > 0 && !items.includes('modules.txt')) throw refuse('it has files in it, and is no vendor directory')
}

/** Whether a directory lies in another one, or is it. */
export function isWithin(directory: string, other: string): boolean {
  const way = relative(other, directory)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`))
}

function writing<T>(vendor: string, write: () => T): T {
  try {
    return write()
  } catch (error) {
    throw cannotWrite(vendor, error)
  }
}

function cannotWrite(vendor: string, error: unknown): Failure {
  const { code = 'unknown' } = error as NodeJS.ErrnoException
  return new Failure('store-failed', {
    asked: vendor,
    who: 'modgate',
    why: `the vendor directory cannot be written: ${code}`,
    next: code === 'ENOSPC' ? 'make room on the disk' : 'check the permissions of the directory and of what it is in',
    cause: error,
  })
}
