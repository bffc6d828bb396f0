/** Tokens in files: one line, for one place. */

import type { TokenKind } from '../../config/index.ts'
import { basic, type CredentialSource } from './credentials.ts'
import { isAt, type Place } from '../../core/place.ts'
import { readSecret, unusable } from './unusable.ts'

export interface TokenFile {
  readonly place: Place
  readonly kind: TokenKind
  /** Absolute. */
  readonly path: string
}

/** The user that each of them wants beside a token, both over git's HTTP and for its pages. */
const users: Readonly<Record<Exclude<TokenKind, 'login' | 'bearer'>, string>> = {
  github: 'x-access-token',
  gitlab: 'oauth2',
  gitea: 'oauth2',
  bitbucket: 'x-token-auth',
}

export function tokenFile(
  { place, kind, path }: TokenFile,
  readFile: (path: string) => Promise<string | undefined>,
): CredentialSource {
  return async (url) => {
    if (!isAt(place, url)) return undefined
    const secret = await readSecret(path, readFile)
    if (kind === 'login') return loginIn(path, secret)
    // Anything else in a header, a line end above all, would be a header of its own.
    if (!/^[\x21-\x7e]{1,4096}$/.test(secret)) throw unusable(path, 'the file has more than a token in it')
    return kind === 'bearer' ? `Bearer ${secret}` : basic(users[kind], secret)
  }
}

function loginIn(path: string, secret: string): string {
  const colon = secret.indexOf(':')
  if (colon < 1 || /[\0-\x1f\x7f]/.test(secret)) throw unusable(path, 'the file is not of the form user:password')
  return basic(secret.slice(0, colon), secret.slice(colon + 1))
}
