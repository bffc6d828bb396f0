/**
 * Writes a vendor directory: made beside the old one, and put into its place when it is whole. Whatever happens before, the old one
 * stays as it was; the go command never sees half of a new one.
 */

import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
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

const filesPerTurn = 64

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
  const made = new Set<string>()
  let count = 0
  for (const [name, file] of files) {
    // Signals are heard between turns only.
    if (count++ % filesPerTurn === 0) await turn()
    signal.throwIfAborted()
    const place = join(fresh, name)
    const pieces = file.tree.pieces(file.path)[Symbol.iterator]()
    writing(path, () => makeDirectory(dirname(place), made))
    copy(pieces, place, path)
  }
  writing(path, () => {
    for (const name of ['', ...directories]) makeDirectory(join(fresh, name), made)
    writeNew(join(fresh, 'modules.txt'), list)
  })
}

function makeDirectory(directory: string, made: Set<string>): void {
  if (made.has(directory)) return
  made.add(directory)
  mkdirSync(directory, { recursive: true })
}

/** Nothing is there yet, so that a link which somebody puts into the way is not followed. */
function writeNew(place: string, text: string): void {
  const descriptor = openSync(place, 'wx')
  try {
    writeSync(descriptor, text)
  } finally {
    closeSync(descriptor)
  }
}

/** Reading fails with the source's failure, writing with that of the vendor directory. */
function copy(pieces: Iterator<Uint8Array>, place: string, vendor: string): void {
  const descriptor = writing(vendor, () => openSync(place, 'wx'))
  try {
    for (let piece = pieces.next(); !piece.done; piece = pieces.next()) {
      const bytes = piece.value
      writing(vendor, () => {
        for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done)
      })
    }
  } finally {
    closeSync(descriptor)
    pieces.return?.()
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
    if (error instanceof Failure) throw error
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw new Failure('store-failed', {
      asked: vendor,
      who: 'modgate',
      why: `the vendor directory cannot be written: ${code}`,
      next: code === 'ENOSPC' ? 'make room on the disk' : 'check the permissions of the directory and of what it is in',
      cause: error,
    })
  }
}
