/** The covering log of a configuration, opened over its data directory. */

import { access, constants, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CoveringLogFiles } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import type { Checkpoints, ModuleHashes, ModuleVersion } from '../core/ports.ts'
import { systemClock } from '../core/system.ts'
import type { CoveringLog } from '../gateway/log/covering-log.ts'
import { fileGuard } from '../gateway/log/log-guard.ts'
import { openLogKey } from '../gateway/log/log-keys.ts'
import { logNames } from '../gateway/log/log-names.ts'
import { ownLog } from '../gateway/log/own-log.ts'

/** Throws a Failure `configuration` for a key or a guard that cannot be. */
export async function openLog({ name, key, guard }: CoveringLogFiles, checkpoints: Checkpoints): Promise<CoveringLog> {
  const isNew = (await checkpoints.read(logNames(name).head)) === undefined
  const { signer, verifier } = await openLogKey(key, name, { create: isNew })
  await assertWritable(guard)
  return ownLog({ signerKey: signer, verifierKey: verifier, checkpoints, guard: fileGuard(guard), clock: systemClock })
}

/** Said at the start, not at the first append. */
async function assertWritable(guard: string): Promise<void> {
  try {
    await mkdir(dirname(guard), { recursive: true, mode: 0o700 })
    await access(dirname(guard), constants.W_OK)
  } catch (error) {
    throw new Failure('configuration', {
      asked: `--log-guard ${guard}`,
      who: 'modgate',
      why: `cannot be written: ${(error as Error).message}`,
      next: 'give a file on another disk than the data, in a directory that the gate may write to',
      cause: error,
    })
  }
}

/** What the log has of a version, as hashes. */
export function loggedHashes(log: CoveringLog): (module: ModuleVersion) => Promise<ModuleHashes | undefined> {
  return async (module) => {
    const [zip, goMod] = (await log.find(module))?.text.split('\n').map((line) => line.split(' ')[2]) ?? []
    return zip === undefined || goMod === undefined ? undefined : { zip, goMod }
  }
}
