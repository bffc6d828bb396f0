/** A worker thread that unpacks module zips as the go command does, and hashes them in the same pass over their content. */

import { createHash, hash } from 'node:crypto'
import { chmodSync, closeSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { hash1, type HashedFile } from '@modgate/gomod/dirhash'
import { checkModuleEntries, readEntry, ZipError } from '@modgate/gomod/zip'
import type { RandomAccess, ZipEntry } from '@modgate/gomod/zip'
import { withZip } from '../core/file-access.ts'
import { removeTree } from './remove-tree.ts'

export interface UnpackTask {
  readonly zip: string
  /** Bytes of the zip. */
  readonly size: number
  readonly path: string
  readonly version: string
  /** What is there already is removed. */
  readonly directory: string
  /** Whether directories stay writable: `-modcacherw`. */
  readonly isWritable: boolean
}

/** The hash of the zip, or why it is no module zip (`invalid`), or why the disk does not take it (`error`, the code of a system error). */
export type UnpackResult = { readonly h1: string } | { readonly invalid: string } | { readonly error: string }

function unpack(task: UnpackTask): UnpackResult {
  try {
    removeTree(task.directory)
    return { h1: hash1(withZip(task, (access) => writeEntries(task, access))) }
  } catch (error) {
    removeTree(task.directory)
    if (error instanceof ZipError) return { invalid: error.message }
    const { code = String(error) } = error as NodeJS.ErrnoException
    return { error: code }
  }
}

/** Writes all files, and answers what the hash is made of. */
function writeEntries(
  { path, version, directory, isWritable }: UnpackTask,
  access: RandomAccess,
): readonly HashedFile[] {
  const entries = checkModuleEntries({ path, version }, access)
  const prefix = `${path}@${version}/`
  const made = new Set<string>()
  const makeDirectory = (wanted: string) => {
    if (made.has(wanted)) return
    if (wanted !== directory) makeDirectory(dirname(wanted))
    mkdirSync(wanted, { recursive: wanted === directory })
    made.add(wanted)
  }
  makeDirectory(directory)
  const hashed = entries.map((entry): HashedFile => {
    const isFile = entry.kind !== 'directory'
    const target = join(directory, entry.name.slice(prefix.length))
    if (isFile) makeDirectory(dirname(target))
    return { name: entry.name, digest: copied(access, entry, isFile ? target : undefined) }
  })
  // Children first: in a directory that may not be written, nothing can be changed.
  const mode = statSync(directory).mode & 0o7777 & ~0o222
  if (!isWritable) for (const each of [...made].reverse()) chmodSync(each, mode)
  return hashed
}

/** The SHA-256 of an entry that is read to its end, and written on the way. */
function copied(access: RandomAccess, entry: ZipEntry, target: string | undefined): Uint8Array {
  const file = target === undefined ? undefined : openSync(target, 'wx', 0o444)
  try {
    let first: Uint8Array | undefined
    let sum: ReturnType<typeof createHash> | undefined
    for (const chunk of readEntry(access, entry)) {
      if (file !== undefined) for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at)
      // Nearly every file is one chunk, which is hashed at once.
      if (first === undefined && chunk.length === entry.size) first = chunk
      else (sum ??= createHash('sha256')).update(chunk)
    }
    return sum?.digest() ?? hash('sha256', first ?? new Uint8Array(), 'buffer')
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

parentPort?.on('message', (task: UnpackTask) => parentPort!.postMessage(unpack(task)))
