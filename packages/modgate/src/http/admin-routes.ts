/** What an operator may ask a running gate for, from its own machine. */

import { canonicalVersion, checkPath, unescapePath, unescapeVersion } from '@modgate/gomod/module'
import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { renewedAnswer, type AgingRequest } from '../gateway/renewed-answer.ts'
import { networkOf } from '../source/addresses.ts'
import type { Exchange } from './exchange.ts'
import { json, type ServiceAnswer } from './service-routes.ts'

const prefix = '/-/refresh/'

/** A source that can let go of what it remembers about a module. */
export interface Forgetful extends Source {
  forget(path: string): void
}

/**
 * `POST /-/refresh/<escaped module>[@<query>]`: asks the upstream now for all of a module that can change, and says what did.
 * Only for clients on this machine.
 */
export async function refresh(
  path: string,
  exchange: Exchange,
  source: Forgetful,
  context: Context,
): Promise<ServiceAnswer> {
  const asked = path.slice(0, 200)
  if (!path.startsWith(prefix))
    throw new Failure('no-such-page', { asked, who: 'modgate', why: 'no action of this gate' })
  // A browser's page or a proxy on this machine speaks for somebody else.
  const forOthers = ['origin', 'forwarded', 'x-forwarded-for'].some((name) => exchange.header(name) !== undefined)
  if (forOthers || networkOf(exchange.remoteAddress) !== 'loopback') {
    throw new Failure('denied-to-strangers', {
      asked,
      who: 'modgate',
      why: 'only clients on the same machine may do this',
    })
  }
  const { module, query } = target(path)
  if (query !== undefined && canonicalVersion(query) === query) {
    const why = 'a version never changes: there is nothing to ask anew'
    throw new Failure('bad-request', {
      asked,
      who: 'modgate',
      why,
      next: 'refresh the module, or a query such as main',
    })
  }
  source.forget(module)
  const requests: readonly AgingRequest[] =
    query === undefined
      ? [
          { kind: 'list', path: module },
          { kind: 'latest', path: module },
        ]
      : [query === 'latest' ? { kind: 'latest', path: module } : { kind: 'query', path: module, query }]
  const answers = await Promise.all(requests.map((request) => renewedAnswer(request, source, context)))
  const known = answers.filter((answer) => answer !== undefined)
  if (known.length === 0)
    throw new Failure('module-not-found', {
      asked: module,
      who: 'modgate',
      why: 'no upstream has a list or a latest version of it',
    })
  return json(200, { module, answers: known })
}

function target(path: string): { module: string; query: string | undefined } {
  try {
    const [escaped = '', query] = decodeURIComponent(path.slice(prefix.length)).split('@', 2)
    const module = unescapePath(escaped)
    checkPath(module)
    return { module, query: query === undefined ? undefined : unescapeVersion(query) }
  } catch (error) {
    throw new Failure('bad-request', {
      asked: path.slice(0, 200),
      who: 'modgate',
      why: (error as Error).message,
      cause: error,
    })
  }
}
