/**
 * Who may see what. A module that a caller may not see answers like one that does not exist, from its path alone and before anything is
 * looked up: neither the words nor the time of the answer tell whether it is there.
 */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import type { AccessMode } from '../config/index.ts'
import type { Caller, Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Layer } from '../core/ports.ts'
import { describeRequest } from '../source/describe.ts'

export interface AccessRules {
  readonly access: AccessMode
  /** GOPRIVATE grammar: with `private`, the modules that want a token. */
  readonly private: string
  /** The name of the gate's own checksum database, whose records name every module. */
  readonly logName?: string | undefined
}

export function identity(rules: AccessRules): Layer {
  return (next) =>
    rules.access === 'open'
      ? next
      : {
          async get(request, context) {
            admit(rules, request, context)
            return next.get(request, context)
          },
        }
}

/** Whether somebody may see the names of all modules at once, as in an index or in tiles of records. */
export function maySeeAll({ access }: Pick<AccessRules, 'access'>, caller: Caller | undefined): boolean {
  return access === 'open' || (caller !== undefined && caller.patterns.split(',').includes('*'))
}

function admit(rules: AccessRules, request: ModuleRequest, { caller }: Context): void {
  if (rules.access === 'all' && !caller) throw strangersRefused(describeRequest(request))
  const path = pathOf(request)
  if (path === undefined) {
    if (namesEverything(rules, request) && !maySeeAll(rules, caller)) throw invisible(request)
    return
  }
  const isFree = rules.access === 'private' && !matchPrefixPatterns(rules.private, path)
  if (!isFree && !(caller && matchPrefixPatterns(caller.patterns, path))) throw invisible(request)
}

/** The module that a request is about; undefined where it is about none. */
function pathOf(request: ModuleRequest): string | undefined {
  if (request.kind !== 'sumdb') return request.path
  return request.resource.kind === 'lookup' ? request.resource.path : undefined
}

/** Tiles of records, whose level is negative: what every version of the log is called. */
function namesEverything({ logName }: AccessRules, request: ModuleRequest): boolean {
  return (
    request.kind === 'sumdb' &&
    request.name === logName &&
    request.resource.kind === 'tile' &&
    request.resource.path.includes('/data/')
  )
}

export function strangersRefused(asked: string): Failure {
  return new Failure('token-wanted', { asked, who: 'modgate --access all', why: 'the request came without a token' })
}

function invisible(request: ModuleRequest): Failure {
  return new Failure('module-not-found', {
    asked: describeRequest(request),
    who: 'modgate',
    why: 'no such module or version is there for this caller',
    next: 'check the spelling; a private module wants a token that covers its path (netrc, GOAUTH)',
  })
}
