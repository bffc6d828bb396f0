/** The secrets of push hooks: a file of the owner's alone, a secret a line, so that two stand there while one replaces the other. */

import { open } from 'node:fs/promises'
import { Failure } from '../core/failure.ts'

/** Fewer characters than this are guessed. */
const shortest = 16
const mostSecrets = 64
const maxBytes = 64 << 10

/** At least one. Throws a Failure `configuration` that says nothing of what the file holds. */
export async function readHookSecrets(path: string): Promise<readonly string[]> {
  const { text, mode } = await read(path).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw unusable(path, 'there is no such file', howToMakeOne(path))
    throw unusable(path, `cannot be read: ${code ?? message}`, 'make it a file that the gate may read')
  })
  // Windows has no such bits: there every file looks open to all.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw unusable(path, 'may be read by others than its owner', `chmod 600 ${path}`)
  const secrets = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (secrets.length === 0) throw unusable(path, 'holds no secret', howToMakeOne(path))
  if (secrets.length > mostSecrets) throw unusable(path, `holds more than ${mostSecrets} secrets`, 'one a line')
  if (secrets.some((secret) => secret.length < shortest))
    throw unusable(path, `holds a secret of less than ${shortest} characters`, howToMakeOne(path))
  return secrets
}

const howToMakeOne = (path: string) =>
  `write one of 32 random characters into it: (umask 077; openssl rand -hex 16 > ${path})`

async function read(path: string): Promise<{ readonly text: string; readonly mode: number }> {
  const file = await open(path, 'r')
  try {
    const { mode, size } = await file.stat()
    if (size > maxBytes) throw new Error('it is too large for secrets')
    return { mode, text: await file.readFile('utf8') }
  } finally {
    await file.close()
  }
}

function unusable(path: string, why: string, next: string): Failure {
  return new Failure('configuration', { asked: `--hook-secret-file ${path}`, who: 'modgate', why, next })
}
