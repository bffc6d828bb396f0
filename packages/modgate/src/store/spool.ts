/**
 * Temporary files that grow while clients follow them.
 *
 * The writer goes at the peer's full speed; each reader goes at its own. A reader never gets the last `heldBytes` before
 * `release`: a zip ends with its directory, so until the hash is known nobody holds anything that opens as a zip.
 */

import { open, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Body, ByteRange } from '../core/body.ts'
import type { Spool, SpooledFile, SpoolFile } from '../core/ports.ts'
import { withBuffer } from './file-body.ts'
import { retriedWhenFull, type MakeRoom } from './full-disk.ts'
import { storeFailure } from './store-failure.ts'

/** More than a zip's end record with the longest comment (22 + 65,535 bytes): without these no directory can be found. */
export const heldBytes = 128 * 1024

/**
 * A spool in a directory of this process's own (see process-spool.ts, which removes those of dead processes). `makeRoom` is asked once
 * a write where the disk is full.
 */
export function spool(directory: string, makeRoom?: MakeRoom): Spool {
  let made = 0
  return {
    async create(expectedSize) {
      const path = join(directory, String(++made))
      const file = await open(path, 'wx+', 0o600).catch((error: unknown) => {
        throw storeFailure('temporary file', error)
      })
      return growingFile(path, file, { expectedSize, makeRoom })
    },
  }
}

interface Growth {
  readonly expectedSize: number | undefined
  readonly makeRoom: MakeRoom | undefined
}

function growingFile(path: string, file: FileHandle, { expectedSize, makeRoom }: Growth): SpoolFile {
  let written = 0
  let finished = false
  let released = false
  let broken: Error | undefined
  let kept: Body | undefined
  let closed = false
  let readers = 0
  let wake = Promise.withResolvers<undefined>()

  const changed = () => {
    wake.resolve(undefined)
    wake = Promise.withResolvers()
  }
  /** Up to where readers may see. */
  const visible = () => (released ? written : Math.max(0, written - heldBytes))
  /** The handle outlives the name: a file that is kept or given up is unlinked while its readers go on. */
  const closeWhenIdle = async () => {
    if (closed || readers > 0 || !(broken ?? released)) return
    closed = true
    await file.close().catch(() => undefined)
  }

  async function* follow(range?: ByteRange): AsyncIterable<Uint8Array> {
    if (closed && kept) {
      yield* kept.read(range)
      return
    }
    readers++
    try {
      yield* withBuffer(async function* (buffer) {
        let position = range?.start ?? 0
        while (position < (range?.end ?? Infinity)) {
          if (broken) throw broken
          const end = Math.min(visible(), range?.end ?? Infinity)
          if (position < end) {
            const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.byteLength, end - position), position)
            position += bytesRead
            yield buffer.subarray(0, bytesRead)
          } else if (finished && released) return
          else await wake.promise
        }
      })
    } finally {
      readers--
      await closeWhenIdle()
    }
  }

  const remove = async () => {
    await unlink(path).catch(() => undefined)
    await closeWhenIdle()
  }

  const body: Body = {
    get size() {
      return finished ? written : expectedSize
    },
    read: follow,
  }
  return {
    body,
    get written() {
      return written
    },
    async write(chunk) {
      if (broken) throw broken
      let offset = 0
      while (offset < chunk.byteLength) {
        const left = chunk.byteLength - offset
        const writeOnce = () => file.write(chunk, offset, left, written + offset)
        const { bytesWritten } = await retriedWhenFull(writeOnce, makeRoom).catch((error: unknown) => {
          throw storeFailure('temporary file', error)
        })
        offset += bytesWritten
      }
      written += chunk.byteLength
      changed()
    },
    async finish(): Promise<SpooledFile> {
      if (broken) throw broken
      finished = true
      changed()
      return { path, size: written }
    },
    async release(asKept) {
      kept = asKept
      released = true
      changed()
      await remove()
    },
    async discard(error) {
      if (released) return
      broken ??= error
      changed()
      await remove()
    },
  }
}
