/** Who asks, by the token that came with the request (RFC 7617, RFC 6750): the password of Basic, whatever the user is called, or Bearer. */

import type { Caller } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Exchange } from './exchange.ts'

export interface Access {
  /** Whose token it is; undefined for one that is none of this gate. */
  find(token: string): Promise<Caller | undefined>
  /** Whether nobody is answered without a token, but for pages and health. */
  readonly refusesStrangers: boolean
  /** Whether somebody may see the names of all modules at once. */
  seesAll(caller: Caller | undefined): boolean
}

const longest = 4096

/**
 * Undefined for a stranger. Throws a Failure `token-refused` for a token that is none, also where a stranger would be answered: whoever
 * sends one expects more than a stranger.
 */
export async function callerOf(access: Access | undefined, exchange: Exchange): Promise<Caller | undefined> {
  const token = access && tokenIn(exchange.header('authorization'))
  if (token === undefined) return undefined
  const caller = await access?.find(token)
  if (caller) return caller
  const why = 'the token that came with the request is none of this gate'
  throw new Failure('token-refused', { asked: exchange.target.slice(0, 200), who: 'modgate', why })
}

/** For what says something of the log where nobody is served without a token. Throws a Failure `token-wanted` for a stranger. */
export async function assertKnown(access: Access | undefined, exchange: Exchange): Promise<void> {
  if (!access?.refusesStrangers || (await callerOf(access, exchange))) return
  const why = 'the request came without a token'
  throw new Failure('token-wanted', { asked: exchange.target.slice(0, 200), who: 'modgate --access all', why })
}

/** For what names every module. Throws a Failure unless the caller may see all. */
export async function assertSeesAll(access: Access | undefined, exchange: Exchange): Promise<void> {
  if (!access) return
  const caller = await callerOf(access, exchange)
  if (access.seesAll(caller)) return
  const why = 'it names every module, and is for tokens that may see all of them'
  const code = caller ? 'token-narrow' : 'token-wanted'
  throw new Failure(code, { asked: exchange.target.slice(0, 200), who: 'modgate --access', why })
}

/** Undefined where the header has no token that could be one. */
export function tokenIn(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length > longest) return undefined
  const [, scheme = '', given = ''] = /^([A-Za-z]+) +([\x21-\x7e]+) *$/.exec(authorization) ?? []
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return given
    case 'basic': {
      const pair = Buffer.from(given, 'base64').toString()
      const colon = pair.indexOf(':')
      const password = pair.slice(colon + 1)
      // Some clients have one field only, and send it as the user.
      return colon < 0 || password === '' ? pair.slice(0, colon < 0 ? undefined : colon) : password
    }
    default:
      return undefined
  }
}
