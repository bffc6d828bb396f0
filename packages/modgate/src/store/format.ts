/** Which format a data directory has: read, refused where it is newer, upgraded where it is older. */

import { randomBytes } from 'node:crypto'
import { link, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Failure } from '../core/failure.ts'
import { takeLock } from './lock.ts'
import { isAlive } from './process-spool.ts'
import { codeOf } from './store-failure.ts'

export const storeFormat = 1
const formatFile = 'modgate-store'
/** What else may stand in a directory that becomes a gate's. */
const tolerated = new Set(['modgate.yaml', 'modgate-log.key', 'modgate-callers.json', 'lost+found'])
const textOf = (format: number) => `modgate store ${format}\n`

/**
 * By format, what makes a directory the next one. An upgrade works in place and may be cut off at any point: run again on what it
 * left, it has to end in the same state. It never makes the time of a start grow with the store where it can avoid that.
 */
export type Upgrades = ReadonlyMap<number, (root: string) => Promise<void>>

/** No format before 1 was ever released. */
export const storeUpgrades: Upgrades = new Map()

/** What a directory holds: a store of some format, or nothing yet. Throws a Failure `configuration` for anything else. */
export async function readFormat(root: string): Promise<number | undefined> {
  const text = (await formatText(root)) ?? (await textBesideFiles(root))
  if (text === undefined) return undefined
  const found = /^modgate store (\d{1,6})\n$/.exec(text)?.[1]
  if (found === undefined) throw unusable(root, `has a ${formatFile} file that this modgate does not understand`)
  const format = Number(found)
  if (format > storeFormat) {
    const why = `has store format ${format}, written by a newer modgate; this one knows format ${storeFormat}`
    throw unusable(root, why)
  }
  return format
}

function formatText(root: string): Promise<string | undefined> {
  return readFile(join(root, formatFile), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
}

/**
 * Undefined for an empty directory. Another gate may have made its store here since the format was looked for: it writes the
 * format before anything else, so whoever sees its files finds the format too.
 */
async function textBesideFiles(root: string): Promise<string | undefined> {
  const foreign = (await readdir(root)).filter((name) => !name.startsWith(formatFile) && !tolerated.has(name))
  if (foreign.length === 0) return undefined
  const text = await formatText(root)
  if (text !== undefined) return text
  throw unusable(root, `holds files that are not modgate's (${foreign.slice(0, 3).join(', ')}) and was left as it is`)
}

/** Marks an empty directory as a store, whole or not at all: another gate may be starting on the same directory. */
export async function writeFormat(root: string): Promise<void> {
  const ready = await prepared(root, storeFormat)
  await link(ready, join(root, formatFile)).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
  await unlink(ready)
}

async function prepared(root: string, format: number): Promise<string> {
  const ready = join(root, `${formatFile}.${randomBytes(4).toString('hex')}`)
  await writeFile(ready, textOf(format), { flag: 'wx', flush: true })
  return ready
}

/**
 * Brings an older store to this format, one step after the other, each of them noted when it is done. Throws a Failure
 * `configuration` while another process uses the directory, since that one knows the older format only.
 */
export async function upgradeStore(root: string, spool: string, upgrades: Upgrades): Promise<void> {
  const release = await takeLock(join(root, `${formatFile}.lock`), spool)
  try {
    // Whoever had the lock before may have done it already.
    for (let format = await readFormat(root); format !== undefined && format < storeFormat; format++) {
      const upgrade = upgrades.get(format)
      if (!upgrade) throw unusable(root, `has store format ${format}, which this modgate cannot upgrade any more`)
      await refuseCompany(root, spool)
      await upgrade(root)
      await rename(await prepared(root, format + 1), join(root, formatFile))
    }
  } finally {
    await release()
  }
}

async function refuseCompany(root: string, spool: string): Promise<void> {
  const spools = join(root, 'spool')
  for (const name of await readdir(spools)) {
    if (name === basename(spool) || !(await isAlive(spools, name))) continue
    throw unusable(root, 'has an older store format and is in use by another modgate; stop that one first')
  }
}

/** A Failure `configuration` about a data directory. */
export function unusable(root: string, why: string, cause?: unknown): Failure {
  return new Failure('configuration', {
    asked: `data directory ${root}`,
    who: 'modgate',
    why,
    next: 'give another directory with --data DIR',
    cause,
  })
}
