/** The witnesses of a gate's log, constructed and joined to it. */

import { newCosignatureVerifier } from '@modgate/gomod/note'
import type { ServeConfig } from '../config/index.ts'
import type { Checkpoints } from '../core/ports.ts'
import { systemClock } from '../core/system.ts'
import { cosignatures } from '../gateway/log/cosignatures.ts'
import type { CoveringLog } from '../gateway/log/covering-log.ts'
import { logNames } from '../gateway/log/log-names.ts'
import { witness, type WitnessReport } from '../gateway/log/witness.ts'
import { witnessedLog } from '../gateway/log/witnessed-log.ts'
import { witnessRemote } from '../source/witness-remote.ts'

export interface WitnessedOptions {
  readonly config: ServeConfig
  readonly checkpoints: Checkpoints
  readonly report: (report: WitnessReport) => void
}

/** The log itself where nobody is to witness it. A gate that is offline asks nobody, and shows what it has. */
export function witnessed(log: CoveringLog, { config, checkpoints, report }: WitnessedOptions): CoveringLog {
  if (config.witnesses.length === 0) return log
  const kept = cosignatures(checkpoints, logNames(log.name).cosignatures)
  const limits = {
    connectMs: config.connectTimeoutMs,
    firstByteMs: config.firstByteTimeoutMs,
    stallMs: config.stallTimeoutMs,
  }
  const witnesses = config.witnesses.map(({ key, url }) => {
    const verifier = newCosignatureVerifier(key)
    if (config.offline) return { verifier, nudge: () => undefined, close: async () => undefined }
    return witness({ ...{ verifier, log, kept, report, clock: systemClock }, remote: witnessRemote(url, limits) })
  })
  return witnessedLog(log, witnesses, kept)
}
