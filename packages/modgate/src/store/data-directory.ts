/**
 * The gate's data directory:
 *
 *   modgate-store          which format the rest has
 *   modules/               entries, tiles and answers in GOPROXY file layout: GOPROXY=file://…/modules works on it
 *   spool/<host>-<pid>-…/  temporary files, a directory a process; those of dead processes are removed at the next start
 *   quarantine/            what was found damaged or untrue, kept as evidence
 *   modgate-store.removed  its time tells running gates that a command has removed entries
 */

import { randomBytes } from 'node:crypto'
import { rm, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../core/failure.ts'
import { makeDirectory } from './directories.ts'
import { readFormat, storeFormat, storeUpgrades, unusable, upgradeStore, writeFormat, type Upgrades } from './format.ts'
import { ownSpool } from './process-spool.ts'

const removedFile = 'modgate-store.removed'

export interface DataDirectory {
  readonly root: string
  readonly modules: string
  readonly spool: string
  readonly quarantine: string
  /** Undefined while files can be written; else why not, in words. */
  check(): Promise<string | undefined>
  /** Tells the gates that run on this directory that entries were removed on purpose. */
  noteRemoval(): Promise<void>
  /** When that was done last, by any process; milliseconds, 0 for never. */
  lastRemoval(): Promise<number>
  /** Removes this process's temporary files. */
  close(): Promise<void>
}

export interface OpenOptions {
  /** False: a directory that is not there, or holds no store yet, is refused. */
  readonly create?: boolean
  readonly upgrades?: Upgrades
}

/**
 * Opens a data directory, making it where it is not there, and clears what killed processes left behind. Several processes may
 * have the same directory open. The time it takes does not depend on how much is stored.
 * Throws a Failure `configuration` for a directory that cannot be written, holds foreign files, or has another format.
 */
export async function openDataDirectory(root: string, options: OpenOptions = {}): Promise<DataDirectory> {
  const { create = true, upgrades = storeUpgrades } = options
  try {
    if (create) await makeDirectory(root)
    else if (!(await isDirectory(root))) throw unusable(root, 'is not there')
    const format = await readFormat(root)
    if (format === undefined && !create) throw unusable(root, 'holds no store')
    if (format === undefined) await writeFormat(root)
    const own = await ownSpool(join(root, 'spool'))
    const directory = opened(root, own)
    try {
      if (format !== undefined && format < storeFormat) await upgradeStore(root, own, upgrades)
      await makeDirectory(directory.modules)
    } catch (error) {
      await directory.close()
      throw error
    }
    return directory
  } catch (error) {
    if (error instanceof Failure) throw error
    throw unusable(root, `cannot be used: ${(error as Error).message}`, error)
  }
}

/**
 * Where the modules of a data directory are, for somebody who only looks: nothing is made, removed or upgraded. Throws a Failure
 * `configuration` for a directory that holds no store, or one of another format.
 */
export async function lookIntoDataDirectory(root: string): Promise<string> {
  if (!(await isDirectory(root))) throw unusable(root, 'is not there')
  const format = await readFormat(root).catch((error: unknown) => {
    throw error instanceof Failure ? error : unusable(root, `cannot be used: ${(error as Error).message}`, error)
  })
  if (format === undefined) throw unusable(root, 'holds no store')
  if (format < storeFormat) throw unusable(root, `has store format ${format}, which modgate serve upgrades`)
  return join(root, 'modules')
}

const isDirectory = async (path: string) => (await stat(path).catch(() => undefined))?.isDirectory() ?? false

function opened(root: string, own: string): DataDirectory {
  const removed = join(root, removedFile)
  return {
    root,
    modules: join(root, 'modules'),
    spool: own,
    quarantine: join(root, 'quarantine'),
    check: () => writable(own),
    noteRemoval: () => writeFile(removed, ''),
    lastRemoval: async () => (await stat(removed).catch(() => undefined))?.mtimeMs ?? 0,
    close: () => rm(own, { recursive: true, force: true }),
  }
}

async function writable(place: string): Promise<string | undefined> {
  const probe = join(place, `probe-${randomBytes(4).toString('hex')}`)
  try {
    await writeFile(probe, 'x', { flag: 'wx' })
    await unlink(probe)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
