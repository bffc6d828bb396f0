/** As whom the gate asks for private modules: a credential for a place, whose secret stands in a file. */

import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { parsePlace, type Place } from '../core/place.ts'
import { written } from './written.ts'

/** Who takes a token, which decides how it is said; `login` is `user:password`, `bearer` is for another gate. */
export const tokenKinds = ['github', 'gitlab', 'gitea', 'bitbucket', 'login', 'bearer'] as const
export type TokenKind = (typeof tokenKinds)[number]

export type Credential = Proof & {
  /**
   * GOPRIVATE grammar: modules at other hosts whose pages may name a repository here. Undefined for none: who writes such a page would
   * choose what is read with this credential.
   */
  readonly modules?: string
}

/** Paths are absolute. */
type Proof =
  | { readonly kind: 'token'; readonly place: Place; readonly token: TokenKind; readonly path: string }
  | { readonly kind: 'github-app'; readonly place: Place; readonly app: AppKey }
  | { readonly kind: 'git-helper'; readonly place: Place; readonly helper: string }
  | { readonly kind: 'ssh'; readonly place: Place; readonly keyFile: string }
  | { readonly kind: 'ssh-agent'; readonly place: Place; readonly agent: string }

export interface AppKey {
  readonly app: string
  readonly installation: string
  readonly keyFile: string
}

/** `PLACE=KIND … [for PATTERNS]`. Throws where a part of it is missing or wrong. */
export function parseCredential(text: string): Credential {
  const at = text.indexOf('=')
  if (at < 0) throw new Error('has no =')
  const [kind = '', ...rest] = text
    .slice(at + 1)
    .trim()
    .split(/\s+/)
  const place = placeOf(text.slice(0, at).trim())
  const [word, modules] = rest.slice(-2)
  if (word !== 'for' || modules === undefined) return credentialOf(place, kind, rest)
  return { ...credentialOf(place, kind, rest.slice(0, -2)), modules }
}

export const credentials = z.array(written('PLACE=KIND …', parseCredential), {
  error: 'is not a list of PLACE=KIND …',
})

function placeOf(text: string): Place {
  try {
    return parsePlace(text)
  } catch (error) {
    throw new Error(`begins with no place: ${(error as Error).message}`, { cause: error })
  }
}

function credentialOf(place: Place, kind: string, rest: readonly string[]): Proof {
  const token = tokenKinds.find((each) => each === kind)
  if (token) return { kind: 'token', place, token, path: onePath(rest) }
  switch (kind) {
    case 'ssh':
      return { kind, place: hostOnly(place), keyFile: onePath(rest) }
    case 'ssh-agent':
      return { kind, place: hostOnly(place), agent: onePath(rest) }
    case 'git-helper':
      if (rest.length === 0) throw new Error('names no helper')
      return { kind, place, helper: rest.join(' ') }
    case 'github-app': {
      const [ids = '', ...file] = rest
      const [, app, installation] = /^([\w.-]+)\/(\d+)$/.exec(ids) ?? []
      if (app === undefined || installation === undefined) throw new Error('has no APP/INSTALLATION behind github-app')
      return { kind, place, app: { app, installation, keyFile: onePath(file) } }
    }
    default:
      throw new Error(
        `has the kind ${kind}, which is none of ${[...tokenKinds, 'github-app', 'git-helper', 'ssh', 'ssh-agent'].join(', ')}`,
      )
  }
}

/** ssh knows hosts, and no parts of them. */
function hostOnly(place: Place): Place {
  if (place.path !== '') throw new Error('has a path behind its host, and an ssh key is for a host')
  return place
}

function onePath(words: readonly string[]): string {
  const [path = '', ...more] = words
  if (!isAbsolute(path) || more.length > 0) throw new Error('has no absolute path at its end')
  return path
}
