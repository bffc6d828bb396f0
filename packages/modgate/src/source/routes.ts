/** Which list a module comes from, by its path alone. */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import type { FailureCode } from '../core/failure-codes.ts'
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
  /** GOPRIVATE grammar: what never goes to `otherwise`. */
  readonly private: string
  readonly otherwise: Source
  /** Told of each private path that was not passed on. */
  readonly onRefused?: (request: ModuleRequest, code: FailureCode) => void
}

/** A source that hands each request to the list of its module. A private module without a route is refused, never passed on. */
export function routes(table: RouteTable): Source {
  return {
    async get(request, context) {
      if (request.kind === 'sumdb') return table.otherwise.get(request, context)
      const route = table.routes.find(({ patterns }) => matchPrefixPatterns(patterns, request.path))
      if (route) return route.source.get(request, context)
      if (matchPrefixPatterns(table.private, request.path)) {
        table.onRefused?.(request, 'private-without-route')
        throw new Failure('private-without-route', {
          asked: describeRequest(request),
          who: `modgate, --private ${table.private}`,
          why: 'the path is private and no --route says where it comes from, so no upstream was asked',
        })
      }
      return table.otherwise.get(request, context)
    },
  }
}
