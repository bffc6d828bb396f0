/** A worker thread that hashes a module zip and compares the tree beside it with its content, in one pass over both. */

import { hash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { hash1, type HashedFile } from '@modgate/gomod/dirhash'
import { checkModuleEntries, readEntry, ZipError } from '@modgate/gomod/zip'
import type { RandomAccess, ZipEntry } from '@modgate/gomod/zip'
import { withZip } from '../core/file-access.ts'
import { filesBelow, type FileDifference } from '../core/files-below.ts'

export interface CheckTask {
  readonly zip: string
  /** Bytes of the zip. */
  readonly size: number
  readonly path: string
  readonly version: string
  /** The tree that is compared; absent where there is none. */
  readonly directory?: string
}

/** The hash of the zip and where the tree differs from it, or why it is no module zip, or cannot be read. */
export type CheckResult =
  | { readonly h1: string; readonly differences: readonly FileDifference[] }
  | { readonly invalid: string }
  | { readonly error: string }

/** Bytes of a file that are compared at a time. */
const scratchSize = 1 << 18
/** More than anybody wants to read of one module. */
const maxDifferences = 1000

function check(task: CheckTask): CheckResult {
  try {
    return withZip(task, (access) => compared(task, access))
  } catch (error) {
    if (error instanceof ZipError) return { invalid: error.message }
    return { error: (error as NodeJS.ErrnoException).code ?? String(error) }
  }
}

function compared({ path, version, directory }: CheckTask, access: RandomAccess): CheckResult {
  const prefix = `${path}@${version}/`
  const differences: FileDifference[] = []
  const known = new Set<string>()
  // Taken once for a module, where a buffer for each file would all be garbage.
  const scratch = Buffer.allocUnsafe(scratchSize)
  const hashed = checkModuleEntries({ path, version }, access).map((entry): HashedFile => {
    const file = entry.name.slice(prefix.length)
    const content = contentOf(access, entry)
    if (directory !== undefined && entry.kind !== 'directory') {
      known.add(file)
      const what = differenceOf(join(directory, file), content, scratch)
      if (what !== undefined) differences.push({ file, what })
    }
    return { name: entry.name, digest: hash('sha256', content, 'buffer') }
  })
  if (directory !== undefined)
    for (const file of filesBelow(directory)) if (!known.has(file)) differences.push({ file, what: 'extra' })
  return { h1: hash1(hashed), differences: differences.slice(0, maxDifferences) }
}

function contentOf(access: RandomAccess, entry: ZipEntry): Uint8Array {
  const chunks: Uint8Array[] = []
  // A chunk is valid until the next one; nearly every file is one.
  for (const chunk of readEntry(access, entry))
    chunks.push(chunk.length === entry.size ? chunk : Uint8Array.from(chunk))
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

function differenceOf(file: string, content: Uint8Array, scratch: Buffer): 'changed' | 'missing' | undefined {
  try {
    return hasContent(file, content, scratch) ? undefined : 'changed'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing'
    if (code === 'EISDIR') return 'changed'
    throw error
  }
}

function hasContent(file: string, content: Uint8Array, scratch: Buffer): boolean {
  const descriptor = openSync(file, 'r')
  try {
    for (let at = 0; ;) {
      const count = readSync(descriptor, scratch)
      if (count === 0) return at === content.length
      if (scratch.compare(content, at, Math.min(at + count, content.length), 0, count) !== 0) return false
      at += count
    }
  } finally {
    closeSync(descriptor)
  }
}

parentPort?.on('message', (task: CheckTask) => parentPort!.postMessage(check(task)))
