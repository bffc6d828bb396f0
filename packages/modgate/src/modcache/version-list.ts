/** The file `list` beside the go.mod files of a path: what a cache that serves as GOPROXY=file:// lists (modfetch, rewriteVersionList). */

import { fstatSync, ftruncateSync, readSync, readdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalVersion } from '@modgate/gomod/module'
import { sort } from '@modgate/gomod/semver'
import type { FileLocks } from './file-lock.ts'
import { unwritable } from './whole-file.ts'

/** Writes it anew for a directory `@v`, of the go.mod files that are there. Throws a Failure. */
export async function rewriteVersionList(versions: string, locks: FileLocks): Promise<void> {
  const file = join(versions, 'list')
  const { descriptor, release } = await locks.take(file)
  try {
    const names = readdirSync(versions).flatMap((name) => /^(.+)[.]mod$/.exec(name)?.[1] ?? [])
    const listed = sort(names.filter((name) => canonicalVersion(name) === name))
    const text = Buffer.from(listed.map((version) => `${version}\n`).join(''))
    if (!contentOf(descriptor).equals(text)) replaceContent(descriptor, text)
  } catch (error) {
    throw unwritable(file, error)
  } finally {
    release()
  }
}

/** All bytes of an open file, from its start. */
export function contentOf(descriptor: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(descriptor).size)
  let at = 0
  while (at < bytes.length) {
    const count = readSync(descriptor, bytes, at, bytes.length - at, at)
    if (count === 0) break
    at += count
  }
  return bytes.subarray(0, at)
}

/**
 * Replaces the content of an open file that is locked. In place, as the go command does it: whoever waits for the lock has opened this very
 * file. What a full disk leaves of it is nothing.
 */
export function replaceContent(descriptor: number, bytes: Uint8Array): void {
  try {
    ftruncateSync(descriptor, 0)
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at)
  } catch (error) {
    ftruncateSync(descriptor, 0)
    throw error
  }
}
