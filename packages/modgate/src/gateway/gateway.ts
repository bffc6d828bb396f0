/** The layers, stacked: what a request passes on its way down, and an answer on its way up. Read it from top to bottom. */

import { keyOf, type ModuleRequest } from '@modgate/gomod/proxy'
import { Failure } from '../core/failure.ts'
import type { Checkpoints, Clock, Layer, Records, Source } from '../core/ports.ts'
import { answers } from '../layer/answers.ts'
import { cache, type CacheOptions } from '../layer/cache.ts'
import { expiry } from '../layer/expiry.ts'
import { flight, type FlightOptions } from '../layer/flight.ts'
import { identity, type AccessRules } from '../layer/identity.ts'
import { memory, type MemoryOptions } from '../layer/memory.ts'
import { prefetch, type PrefetchOptions } from '../layer/prefetch.ts'
import { refusals } from '../layer/refusals.ts'
import { usage } from '../layer/usage.ts'
import { verify } from '../layer/verify.ts'
import { describeRequest } from '../source/describe.ts'
import { coverage, type LogReport } from './log/coverage.ts'
import type { CoveringLog } from './log/covering-log.ts'
import { refuseMoved } from './log/moved-logs.ts'
import { logAhead } from './log/log-ahead.ts'
import { ownDatabase } from './log/own-database.ts'

export interface GatewayOptions extends CacheOptions {
  /** Where modules come from when they are not kept. */
  readonly origin: Source
  /** The checksum database, for verification and for clients; undefined where it is off. */
  readonly database: (Records & Source) | undefined
  /** The gate's own checksum database; undefined where it has none. */
  readonly log?: CoveringLog
  readonly reportLog?: LogReport
  /** Who may see what. */
  readonly access: AccessRules['access']
  readonly checkpoints: Checkpoints
  readonly clock: Clock
  /** Milliseconds for which a list, a latest version or a query is good. */
  readonly answerTtlMs: number
  /** Milliseconds for which "not there" is remembered. */
  readonly absentTtlMs: number
  readonly flight: FlightOptions
  readonly memory: MemoryOptions
  /** Absent or false: nothing is fetched that was not asked for. */
  readonly prefetch?: PrefetchOptions | false
}

export interface Gateway extends Source {
  /** Writes when entries were last asked for. Call it now and then, and at the end. */
  flushUsage(): Promise<void>
  /** Lets go of what is remembered about a module and all below its path, so that the next question reaches the upstream. */
  forget(path: string): void
  /** Lets go of all bodies in memory, since the store may have lost theirs on purpose. */
  dropMemory(): void
}

/** How long a client waits for a fresh list before it gets the last good one, milliseconds. */
const patienceMs = 5000

export function gateway(options: GatewayOptions): Gateway {
  const refused = refusals(options.absentTtlMs, options.clock)
  const asked = usage(options)
  const hot = memory(options.memory)
  const { expire, isExpired } = expiry(options.clock)
  const layers: readonly Layer[] = [
    asked,
    ...(options.prefetch && !options.offline ? [prefetch(options.prefetch)] : []),
    hot,
    cache(options),
    answers({ ...options, ttlMs: options.answerTtlMs, patienceMs, isExpired }),
    refused,
    flight(options.flight),
    logAhead(() => covers),
    verify(options),
  ]
  const modules = layers.reduceRight<Source>((next, layer) => layer(next), options.origin)
  const sumdb = options.database
  const covers = options.log && coverage({ ...options, log: options.log, modules })
  const own = options.log && covers && ownDatabase(options.log, covers)
  const all: Source = {
    async get(request, context) {
      if (request.kind !== 'sumdb') return modules.get(request, context)
      if (own && request.name === own.name) return own.get(request, context)
      if (options.log && request.name !== sumdb?.name) await refuseMoved(request.name, options.log, options.checkpoints)
      // Never passed on unproved: a lookup names a module, and nobody here could check what comes back.
      if (!sumdb) throw unknownDatabase(request)
      return sumdb.get(request, context)
    },
  }
  const seen = identity({ access: options.access, private: options.private, logName: own?.name })(all)
  return {
    get: (request, context) => seen.get(request, context),
    flushUsage: () => asked.flush(),
    dropMemory: () => hot.clear(),
    forget(path) {
      refused.forget(`${prefixOf(path)}/`)
      expire(path)
    },
  }
}

/** What the keys of all requests for a module begin with. */
function prefixOf(path: string): string {
  return keyOf({ kind: 'latest', path }).replace(/\/@latest$/, '')
}

function unknownDatabase(request: ModuleRequest): Failure {
  const why = 'this gate works without a checksum database'
  return new Failure('database-unknown', { asked: describeRequest(request), who: 'modgate --sumdb off', why })
}
