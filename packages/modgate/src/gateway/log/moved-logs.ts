/** What a client hears that still has the key of a log from before a rotation: where to go, and not just that nothing is there. */

import { Failure } from '../../core/failure.ts'
import type { Checkpoints } from '../../core/ports.ts'
import type { CoveringLog } from './covering-log.ts'
import { parseHead } from './log-head.ts'
import { logNames } from './log-names.ts'

/**
 * Throws a Failure `log-moved` where a database was a log here. Absence would send the go command to a host of that name, and its words
 * would be about that host.
 */
export async function refuseMoved(
  name: string,
  log: CoveringLog,
  checkpoints: Pick<Checkpoints, 'read'>,
): Promise<void> {
  const bytes = (await checkpoints.read(logNames(name).head))?.bytes
  if (!bytes || !hasMoved(bytes)) return
  throw new Failure('log-moved', {
    asked: `checksum database ${name}`,
    who: 'modgate',
    why: `this log has moved to ${log.name}, which has a key of its own`,
    next: `go env -w GOSUMDB=${log.verifierKey}`,
  })
}

function hasMoved(bytes: Uint8Array): boolean {
  try {
    return parseHead(bytes).moved !== undefined
  } catch {
    return false
  }
}
