/** Who may see what of a gate: its tokens, opened. */

import type { ServeConfig } from '../config/index.ts'
import type { Failure } from '../core/failure.ts'
import { systemClock } from '../core/system.ts'
import type { Access } from '../http/access.ts'
import { maySeeAll } from '../layer/identity.ts'
import { tokenBook } from '../store/token-book.ts'
import type { Telemetry } from '../telemetry/index.ts'

/** Undefined for a gate that serves everybody. Throws a Failure `configuration` for a file of tokens that is none. */
export async function openAccess(config: ServeConfig, { logger }: Telemetry): Promise<Access | undefined> {
  if (config.access === 'open') return undefined
  const unreadable = (failure: Failure) =>
    logger.error({ failure }, 'the tokens cannot be read any more; those that were read before stay good')
  const tokens = await tokenBook({ path: config.tokens, clock: systemClock, unreadable })
  return {
    find: (token) => tokens.find(token),
    refusesStrangers: config.access === 'all',
    seesAll: (caller) => maySeeAll(config, caller),
  }
}
