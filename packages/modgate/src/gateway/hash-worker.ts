/** A worker thread that checks and hashes module zips: half a second for a big one, which the event loop has not. */

import { parentPort } from 'node:worker_threads'
import { hashGoMod, hashModuleZip } from '@modgate/gomod/dirhash'
import { readFile, ZipError } from '@modgate/gomod/zip'
import { withFile } from '../core/file-access.ts'

export interface HashTask {
  readonly file: string
  readonly path: string
  readonly version: string
}

/** The hashes, or why the file is no module zip (`invalid`), or why it could not be read (`error`). */
export type HashResult =
  { readonly h1: string; readonly goModH1?: string } | { readonly invalid: string } | { readonly error: string }

function hash({ file, path, version }: HashTask): HashResult {
  try {
    return withFile(file, (access) => {
      const h1 = hashModuleZip({ path, version }, access)
      const goMod = readFile(access, `${path}@${version}/go.mod`)
      return goMod ? { h1, goModH1: hashGoMod(goMod) } : { h1 }
    })
  } catch (error) {
    return error instanceof ZipError ? { invalid: error.message } : { error: String(error) }
  }
}

parentPort?.on('message', (task: HashTask) => parentPort!.postMessage(hash(task)))
