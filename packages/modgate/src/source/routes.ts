/** Which list a module comes from, by its path alone. */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import type { Context } from '../core/context.ts'
import { failureCodes, type FailureCode } from '../core/failure-codes.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { describeRequest } from './describe.ts'

export interface Route {
  /** GOPRIVATE grammar. */
  readonly patterns: string
  readonly source: Source
}

export interface RouteTable {
  /** The first match wins. */
  readonly routes: readonly Route[]
  /** GOPRIVATE grammar: what never goes to `otherwise`, and where it goes instead. */
  readonly private: string
  readonly direct: Source
  readonly otherwise: Source
  /** Told of each private path that was not passed on, and of the address of who asked, where that is known. */
  readonly onRefused?: (request: ModuleRequest, code: FailureCode, client: string | undefined) => void
}

/**
 * A source that hands each request to the list of its module. A private module without a route comes from where its path leads, never from
 * an upstream; nor does its name go anywhere in a question to a checksum database.
 */
export function routes(table: RouteTable): Source {
  return {
    async get(request, context) {
      if (request.kind === 'sumdb') {
        refusePrivateLookup(table, request, context)
        return table.otherwise.get(request, context)
      }
      const route = table.routes.find(({ patterns }) => matchPrefixPatterns(patterns, request.path))
      if (route) return route.source.get(request, context).catch(withAdvice(advice.routed))
      const isPrivate = matchPrefixPatterns(table.private, request.path)
      if (isPrivate) return table.direct.get(request, context).catch(withAdvice(advice.direct))
      return table.otherwise.get(request, context)
    },
  }
}

/** What to do about a module that is not there, where the settings say where it has to be. */
const advice = {
  routed: 'check the spelling, and that the version is where the --route of this module leads',
  direct: 'check the spelling; where the module is not kept where its path leads, give it a --route',
}

/** Rethrows; advice of its own stands before that of the route. */
function withAdvice(next: string): (error: unknown) => never {
  return (error) => {
    const isBare = error instanceof Failure && error.next === failureCodes['module-not-found'].next
    throw isBare ? error.with({ next }) : error
  }
}

function refusePrivateLookup(
  table: RouteTable,
  request: Extract<ModuleRequest, { kind: 'sumdb' }>,
  { client }: Context,
): void {
  const { resource, name } = request
  if (resource.kind !== 'lookup' || !matchPrefixPatterns(table.private, resource.path)) return
  table.onRefused?.(request, 'private-at-database', client)
  throw new Failure('private-at-database', {
    asked: describeRequest(request),
    who: `modgate, --private ${table.private}`,
    why: `the path is private, so ${name} was not asked about it`,
  })
}
