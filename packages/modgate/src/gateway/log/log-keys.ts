/** The key that signs the log: one line in a file that only its owner may read. */

import { readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { generateKey, newSigner, NoteError, type KeyPair } from '@modgate/gomod/note'
import { Failure } from '../../core/failure.ts'
import { makeDirectory } from '../../store/directories.ts'

export interface LogKeyOptions {
  /** Make a key where there is none: right for a new log, wrong for one that has a head. */
  readonly create: boolean
}

/**
 * Both keys of a log. Throws a Failure `configuration` for a file that is no signer key or is that of another log, and for a missing one
 * where none may be made. The key is never part of a message.
 */
export async function openLogKey(path: string, name: string, { create }: LogKeyOptions): Promise<KeyPair> {
  const found = await readKey(path)
  if (found !== undefined) return checkedKey(path, name, found)
  if (!create) {
    throw unusable(
      path,
      'is not there, and the log has a head that was signed with it',
      'restore the file, or give another --log-name',
    )
  }
  const made = generateKey(name)
  try {
    await makeDirectory(dirname(path))
    await writeFile(path, `${made.signer}\n`, { flag: 'wx', mode: 0o600, flush: true })
    return made
  } catch (error) {
    // Another gate that starts on the same directory may have been first.
    const theirs = (error as NodeJS.ErrnoException).code === 'EEXIST' ? await readKey(path) : undefined
    if (theirs !== undefined) return checkedKey(path, name, theirs)
    throw unusable(path, `cannot be made: ${(error as Error).message}`, 'give another file with --log-key')
  }
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unusable(path, `cannot be read: ${(error as Error).message}`, 'make it a file that the gate may read')
  }
}

function checkedKey(path: string, name: string, signer: string): KeyPair {
  try {
    const { name: named } = newSigner(signer)
    if (named === name) return generateKey(name, seedOf(signer))
    throw unusable(
      path,
      `is the key of ${named}, and the log is called ${name}`,
      `say --log-name ${named}, or give another --log-key`,
    )
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
    throw unusable(path, 'holds no signer key (PRIVATE+KEY+…)', 'restore the file from a copy')
  }
}

/** Behind the fourth plus: the algorithm's byte, then the seed. Base64 has plus signs of its own. */
function seedOf(signer: string): Uint8Array {
  const [, , , , ...encoded] = signer.split('+')
  return Buffer.from(encoded.join('+'), 'base64').subarray(1)
}

function unusable(path: string, why: string, next: string): Failure {
  return new Failure('configuration', { asked: `--log-key ${path}`, who: 'modgate', why, next })
}
