/** Unpacks module zips in worker threads. */

import { Failure } from '../core/failure.ts'
import type { ModuleVersion } from '../core/ports.ts'
import { ThreadLost, threadPool } from '../core/thread-pool.ts'
import type { UnpackResult, UnpackTask } from './unpack-worker.ts'
import { unwritable } from './whole-file.ts'

export interface Unpacker {
  /**
   * Unpacks a zip into a directory, which has nothing else in it then, and answers the h1 of the zip. Throws a Failure, and there is no
   * directory then: `zip-invalid`, `store-failed`, `shutting-down`.
   */
  unpack(task: UnpackTask): Promise<string>
  close(): Promise<void>
}

/** Beside this file, with its extension: sources run as they are, a package has them built. */
const unpackWorker = (): URL => new URL(import.meta.url.replace(/unpacker(?=\.[jt]s$)/, 'unpack-worker'))

/** At most `size` threads. `onTask` is told when a zip begins to wait for one, and when it has been unpacked. */
export function unpacker(size: number, onTask?: (more: 1 | -1) => void): Unpacker {
  const pool = threadPool<UnpackTask, UnpackResult>(size, unpackWorker())
  return {
    async unpack(task) {
      onTask?.(1)
      const result = await pool
        .run(task)
        .catch((error: unknown) => {
          throw error instanceof ThreadLost ? interrupted(task, error.cause) : error
        })
        .finally(() => onTask?.(-1))
      if ('h1' in result) return result.h1
      if ('error' in result) throw unwritable(task.directory, { code: result.error })
      const why = `no module zip: ${result.invalid}`
      throw new Failure('zip-invalid', { asked: zipWords(task), who: 'modgate', why })
    },
    close: () => pool.close(),
  }
}

function interrupted(task: UnpackTask, cause: unknown): Failure {
  const asked = zipWords(task)
  if (cause === undefined) return new Failure('shutting-down', { asked, who: 'modgate', why: 'it was told to stop' })
  return new Failure('internal-error', { asked, who: 'modgate', why: 'the thread that unpacked the zip died', cause })
}

function zipWords({ path, version }: ModuleVersion): string {
  return `${path}@${version} (zip)`
}
