/** A worker thread that checks and hashes module zips: half a second for a big one, which the event loop has not. */

import { parentPort } from 'node:worker_threads'
import { hashGoMod, hashModuleZip } from '@modgate/gomod/dirhash'
import { readFile, ZipError } from '@modgate/gomod/zip'
import { withFile } from '../core/file-access.ts'

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

parentPort?.on('message', (task: HashTask) => parentPort!.postMessage(hash(task)))
