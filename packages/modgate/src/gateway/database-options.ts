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
  /** The verifier line of the gate's own log, which has private modules too: advice for who asks here about one. */
  readonly ownKey?: string
  readonly report?: {
    lookup(result: 'kept' | 'fetched' | Failure): void
    /** `client` is the address of who asked, where that is known. */
    leak(request: ModuleRequest, client: string | undefined): void
    log(message: string): void
    attack(message: string): void
  }
}
