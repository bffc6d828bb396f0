/** A worker thread that checks and hashes module zips: half a second for a big one, which the event loop has not. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { hashGoMod, hashModuleZip } from '@modgate/gomod/dirhash'
import { readFile, ZipError, type RandomAccess } from '@modgate/gomod/zip'

export interface HashTask {
  readonly id: number
  readonly file: string
  readonly path: string
  readonly version: string
}

/** The hashes, or why the file is no module zip (`invalid`), or why it could not be read (`error`). */
export type HashResult =
  | { readonly id: number; readonly h1: string; readonly goModH1?: string }
  | { readonly id: number; readonly invalid: string }
  | { readonly id: number; readonly error: string }

function hash({ id, file, path, version }: HashTask): HashResult {
  try {
    return withFile(file, (access) => {
      const h1 = hashModuleZip({ path, version }, access)
      const goMod = readFile(access, `${path}@${version}/go.mod`)
      return goMod ? { id, h1, goModH1: hashGoMod(goMod) } : { id, h1 }
    })
  } catch (error) {
    return error instanceof ZipError ? { id, invalid: error.message } : { id, error: String(error) }
  }
}

function withFile<T>(path: string, use: (access: RandomAccess) => T): T {
  const file = openSync(path, 'r')
  try {
    return use({ size: fstatSync(file).size, read: (offset, length) => readExactly(file, offset, length) })
  } finally {
    closeSync(file)
  }
}

function readExactly(file: number, offset: number, length: number): Uint8Array {
  const buffer = Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    const count = readSync(file, buffer, done, length - done, offset + done)
    if (count === 0) throw new Error(`the file ended at byte ${offset + done}`)
    done += count
  }
  return buffer
}

parentPort?.on('message', (task: HashTask) => parentPort!.postMessage(hash(task)))
