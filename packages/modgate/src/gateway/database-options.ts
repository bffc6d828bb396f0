/** What a checksum database of the gate is made of. */

import type { ModuleRequest } from '@modgate/gomod/proxy'
import type { Failure } from '../core/failure.ts'
import type { Checkpoints, Clock } from '../core/ports.ts'
import type { DatabaseRemote } from '../source/database-remote.ts'

export interface DatabaseOptions {
  readonly name: string
  /** Verifier key: `name+hash+key`. */
  readonly key: string
  readonly remote: DatabaseRemote
  readonly checkpoints: Checkpoints
  readonly clock: Pick<Clock, 'now'>
  /** GOPRIVATE grammar: paths that this database must not hear of. */
  readonly private: string
  readonly offline: boolean
  readonly report?: {
    lookup(result: 'kept' | 'fetched' | Failure): void
    leak(request: ModuleRequest): void
    log(message: string): void
    attack(message: string): void
  }
}
