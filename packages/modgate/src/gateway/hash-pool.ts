/** Hashes module zips in worker threads. */

import { Failure } from '../core/failure.ts'
import type { Hasher, ModuleVersion, ZipHash } from '../core/ports.ts'
import { ThreadLost, threadPool } from '../core/thread-pool.ts'
import type { HashResult, HashTask } from './hash-worker.ts'

export interface HashPool extends Hasher {
  close(): Promise<void>
}

/** Beside this file, with its extension: sources run as they are, a package has them built. */
const hashWorker = (): URL => new URL(import.meta.url.replace(/hash-pool(?=\.[jt]s$)/, 'hash-worker'))

/** A pool of at most `size` threads that run `script`. */
export function hashPool(size: number, script = hashWorker()): HashPool {
  const pool = threadPool<HashTask, HashResult>(size, script)
  return {
    async zip(file, { path, version }) {
      const module = { path, version }
      const result = await pool.run({ file: file.path, path, version }).catch((error: unknown) => {
        throw error instanceof ThreadLost ? interrupted(module, error.cause) : error
      })
      return hashesOf(module, result)
    },
    prepare: () => pool.prepare(),
    close: () => pool.close(),
  }
}

function interrupted({ path, version }: ModuleVersion, cause: unknown): Failure {
  const asked = `${path}@${version} (zip)`
  if (cause === undefined) return new Failure('shutting-down', { asked, who: 'modgate', why: 'the gate is stopping' })
  return new Failure('internal-error', { asked, who: 'modgate', why: 'the thread that hashed the zip died', cause })
}

function hashesOf({ path, version }: ModuleVersion, result: HashResult): ZipHash {
  if ('h1' in result) return result
  if ('error' in result) throw new Error(result.error)
  const asked = `${path}@${version} (zip)`
  throw new Failure('zip-invalid', { asked, who: 'modgate', why: `no module zip: ${result.invalid}` })
}
