/** Credentials that are there and cannot be used. */

import { Failure } from '../../core/failure.ts'

/** A Failure that names the settings and the reason, and nothing of the secret. `cause` must not hold it either. */
export function unusable(what: string, why: string, cause?: unknown): Failure {
  return new Failure('credentials-unusable', { asked: what, who: 'modgate', why, cause })
}

/** The text of a file with a secret, without the space around it. Read each time, so that a new secret needs no restart. */
export async function readSecret(
  path: string,
  readFile: (path: string) => Promise<string | undefined>,
): Promise<string> {
  const text = await readFile(path).catch((error: unknown) => {
    throw unusable(path, `cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`, error)
  })
  if (text === undefined) throw unusable(path, 'there is no such file')
  const secret = text.trim()
  if (secret === '') throw unusable(path, 'the file is empty')
  return secret
}
