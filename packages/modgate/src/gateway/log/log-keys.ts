/** The key that signs the log: one line in a file that only its owner may read. The log's name is part of it. */

import { open, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { generateKey, newSigner, NoteError, type KeyPair } from '@modgate/gomod/note'
import { Failure } from '../../core/failure.ts'
import { makeDirectory } from '../../store/directories.ts'

export interface LogKey extends KeyPair {
  /** Of the log that it signs. */
  readonly name: string
}

/**
 * The key in a file; undefined where there is none. Throws a Failure `configuration` for a file that cannot be read, holds no signer key,
 * or may be read by others. The key is never part of a message; `flag` is what named the file.
 */
export async function readLogKey(path: string, flag = '--log-key'): Promise<LogKey | undefined> {
  const read = await readSecret(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unusable(
      `${flag} ${path}`,
      `cannot be read: ${(error as Error).message}`,
      'make it a file that the gate may read',
    )
  })
  if (read === undefined) return undefined
  const key = parseLogKey(`${flag} ${path}`, read.text.trim())
  // Last, so that nobody is told to change the mode of a file that is another one's. Windows has no such bits.
  if (process.platform !== 'win32' && (read.mode & 0o077) !== 0) {
    const mode = (read.mode & 0o777).toString(8).padStart(4, '0')
    throw unusable(`${flag} ${path}`, `may be read by others than its owner (mode ${mode})`, `chmod 600 ${path}`)
  }
  return key
}

async function readSecret(path: string): Promise<{ readonly text: string; readonly mode: number }> {
  const file = await open(path, 'r')
  try {
    return { mode: (await file.stat()).mode, text: await file.readFile('utf8') }
  } finally {
    await file.close()
  }
}

/** Makes the key of a new log. Where another gate has just made one in the same place, answers that one. */
export async function makeLogKey(path: string, name: string): Promise<LogKey> {
  const made = generateKey(name)
  try {
    await makeDirectory(dirname(path))
    await writeFile(path, `${made.signer}\n`, { flag: 'wx', mode: 0o600, flush: true })
    return { name, ...made }
  } catch (error) {
    const theirs = (error as NodeJS.ErrnoException).code === 'EEXIST' ? await readLogKey(path) : undefined
    if (theirs !== undefined) return theirs
    throw unusable(
      `--log-key ${path}`,
      `cannot be made: ${(error as Error).message}`,
      'give another file with --log-key',
    )
  }
}

function parseLogKey(asked: string, signer: string): LogKey {
  try {
    const { name } = newSigner(signer)
    return { name, ...generateKey(name, seedOf(signer)) }
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
    throw unusable(
      asked,
      'holds no signer key (PRIVATE+KEY+…)',
      'restore the file from a copy; if there is none, move it away and run modgate log rotate',
    )
  }
}

/** Behind the fourth plus: the algorithm's byte, then the seed. Base64 has plus signs of its own. */
function seedOf(signer: string): Uint8Array {
  const [, , , , ...encoded] = signer.split('+')
  return Buffer.from(encoded.join('+'), 'base64').subarray(1)
}

function unusable(asked: string, why: string, next: string): Failure {
  return new Failure('configuration', { asked, who: 'modgate', why, next })
}
