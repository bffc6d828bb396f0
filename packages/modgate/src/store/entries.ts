/**
 * The store seen as entries: which module versions are kept, how much of the disk each takes, and when it was last asked for. Read
 * from the disk as one goes along, so that what is known here is never more than one entry, whatever the store holds.
 */

import type { Dirent, Stats } from 'node:fs'
import { opendir, rmdir, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { escapePath } from '@modgate/gomod/module'
import { keyOf, parseKey } from '@modgate/gomod/proxy'
import type { ModuleVersion } from '../core/ports.ts'
import type { DataDirectory } from './data-directory.ts'
import type { FactsBook, FileKind } from './entry-facts.ts'
import { codeOf } from './store-failure.ts'

export interface StoredEntry extends ModuleVersion {
  /** Bytes of each file that is there. */
  readonly files: Readonly<Partial<Record<FileKind, number>>>
  /** Of all files. Facts are not counted. */
  readonly bytes: number
  /** Whether a record of facts stands beside them; without files it is what is left of an entry that was evicted. */
  readonly hasFacts: boolean
  /** When it was asked for or written last, by the times of its files; milliseconds since the epoch. */
  readonly lastAsked: number
}

export interface Entries {
  /** All entries, or those of one module; in the order of the disk. What cannot be read is passed over. */
  list(path?: string): AsyncIterable<StoredEntry>
  /** One entry as it stands now; undefined where nothing of it is there. */
  find(module: ModuleVersion): Promise<StoredEntry | undefined>
  /**
   * Removes the files of an entry and what an upstream or a record could say again of it. The first sight of a private or exempt
   * module stays, since its hash is all the trust there is, unless `forget`. Whoever reads a file goes on. Gives the bytes removed.
   */
  remove(entry: StoredEntry, options?: { readonly forget?: boolean }): Promise<number>
}

const kinds = ['info', 'mod', 'zip'] as const

/** Entries below `directory.modules`; `facts` has the records beside them. */
export function diskEntries(directory: Pick<DataDirectory, 'modules'>, facts: FactsBook): Entries {
  const root = directory.modules
  return {
    list: (path) => (path === undefined ? listEntries(root) : entriesOf({ root, statOf }, escapePath(path))),
    find: (module) => entryAt({ root, statOf }, keyOf({ kind: 'zip', ...module }).slice(0, -'.zip'.length)),
    async remove(entry, options) {
      const place = join(root, keyOf({ kind: 'zip', ...entry }).slice(0, -'.zip'.length))
      let removed = 0
      for (const kind of kinds) if (await unlinked(`${place}.${kind}`)) removed += entry.files[kind] ?? 0
      // Behind the files: for a moment there are facts without files, which mean nothing, never the other way round.
      await facts.release(entry, options).catch((error: unknown) => {
        // Facts without files mean nothing: a full disk, which takes no lock file, is no reason to stop here.
        if (options?.forget === true || codeOf((error as Error).cause ?? {}) !== 'ENOSPC') throw error
      })
      await removeEmptyAbove(root, dirname(place))
      return removed
    },
  }
}

async function unlinked(path: string): Promise<boolean> {
  try {
    await unlink(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false
    throw error
  }
}

/** Removes a directory below `root`, and those above it, as far as they are empty. */
export async function removeEmptyAbove(root: string, from: string): Promise<void> {
  for (let at = from; at.length > root.length; at = dirname(at)) {
    try {
      await rmdir(at)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') return
    }
  }
}

/** Removes the empty directories below `root` and gives their number. */
export async function removeEmptyDirectories(root: string): Promise<number> {
  let removed = 0
  for await (const child of children(root)) {
    if (!child.isDirectory()) continue
    const path = join(root, child.name)
    removed += await removeEmptyDirectories(path)
    if (await rmdir(path).then(() => true, () => false)) removed++ // prettier-ignore
  }
  return removed
}

/** A directory may hold 100,000 names: read a few at a time, so that nobody waits for the list. */
async function* children(path: string): AsyncIterable<Dirent> {
  try {
    yield* await opendir(path, { bufferSize: 128 })
  } catch (error) {
    if (codeOf(error) === '') throw error
  }
}

/** What is asked of the disk: in a thread that may block, synchronously. */
type StatOf = (path: string) => Found | undefined | Promise<Found | undefined>
type Found = Pick<Stats, 'size' | 'mtimeMs' | 'isFile'>

const statOf: StatOf = (path) => stat(path).catch(() => undefined)

interface Disk {
  readonly root: string
  readonly statOf: StatOf
}

/** All entries below a directory in GOPROXY file layout, in the order of the disk. */
export function listEntries(root: string, ask: StatOf = statOf): AsyncIterable<StoredEntry> {
  return walk({ root, statOf: ask }, '')
}

async function* walk(disk: Disk, at: string): AsyncIterable<StoredEntry> {
  for await (const child of children(join(disk.root, at))) {
    // Tiles and records of checksum databases are no entries; no module path begins with an element without a dot.
    if (!child.isDirectory() || (at === '' && child.name === 'sumdb')) continue
    if (child.name === '@v') yield* entriesOf(disk, at)
    else yield* walk(disk, at === '' ? child.name : `${at}/${child.name}`)
  }
}

const fileName = /^(.+)\.(?:info|mod|zip|entry)$/

async function* entriesOf(disk: Disk, escaped: string): AsyncIterable<StoredEntry> {
  const seen = new Set<string>()
  for await (const child of children(join(disk.root, escaped, '@v'))) {
    const version = child.isFile() ? fileName.exec(child.name)?.[1] : undefined
    if (version === undefined || seen.has(version)) continue
    seen.add(version)
    const entry = await entryAt(disk, `${escaped}/@v/${version}`)
    if (entry) yield entry
  }
}

/** The entry whose keys begin with `stem`; undefined where these are an answer's (`main.info`) or nobody's. */
async function entryAt({ root, statOf: ask }: Disk, stem: string): Promise<StoredEntry | undefined> {
  const module = moduleAt(stem)
  if (!module) return undefined
  const place = join(root, stem)
  const [facts, ...found] = (await Promise.all(['entry', ...kinds].map(async (kind) => ask(`${place}.${kind}`)))).map(
    (file) => (file?.isFile() ? file : undefined),
  )
  const sizes = kinds.flatMap((kind, i) => (found[i] ? [[kind, found[i].size] as const] : []))
  const times = [facts, ...found].flatMap((file) => (file ? [file.mtimeMs] : []))
  if (times.length === 0) return undefined
  return {
    ...module,
    files: Object.fromEntries(sizes),
    bytes: sizes.reduce((sum, [, size]) => sum + size, 0),
    hasFacts: facts !== undefined,
    lastAsked: Math.max(...times),
  }
}

function moduleAt(stem: string): ModuleVersion | undefined {
  try {
    const request = parseKey(`${stem}.zip`)
    return request.kind === 'zip' ? { path: request.path, version: request.version } : undefined
  } catch {
    return undefined
  }
}
