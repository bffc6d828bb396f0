/** Files of the module cache that are whole or not there (cmd/go/internal/modfetch, writeDiskCache). */

import { randomInt } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Failure } from '../core/failure.ts'

/** A name beside a file for what is not whole yet: the go command cleans up names of this form. */
export function unfinishedName(file: string): string {
  return `${file}${randomInt(1_000_000_000)}.tmp`
}

/**
 * Writes a small file, with the directories to it. Synchronously: there are many, and a thread takes longer to wake than this takes.
 * Throws a Failure `store-failed`, and leaves nothing behind then.
 */
export function writeWhole(file: string, content: Uint8Array | string): void {
  const unfinished = unfinishedName(file)
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(unfinished, content, { flag: 'wx', mode: 0o666 })
    renameSync(unfinished, file)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw unwritable(file, error)
  }
}

/** The system's error as a Failure `store-failed`; a Failure stays what it is. */
export function unwritable(file: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  const { code = 'unknown' } = error as NodeJS.ErrnoException
  return new Failure('store-failed', {
    asked: file,
    who: 'modgate',
    why: code === 'ENOSPC' ? 'the disk is full' : `it cannot be written: ${code}`,
    next:
      code === 'ENOSPC'
        ? 'make room and run it again: it goes on where it stopped'
        : 'check its permissions, and those of its directory',
    cause: error,
  })
}
