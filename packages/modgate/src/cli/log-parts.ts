/** The covering log of a configuration, opened over its data directory: to be written by a gate, or only to be looked at. */

import { randomBytes } from 'node:crypto'
import { unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CoveringLogFiles, ServeConfig } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import type { Checkpoints, ModuleHashes, ModuleVersion } from '../core/ports.ts'
import { systemClock } from '../core/system.ts'
import type { CoveringLog } from '../gateway/log/covering-log.ts'
import type { LogGuard } from '../gateway/log/log-guard.ts'
import { findLog, findOrBeginLog, type LogIdentity } from '../gateway/log/log-identity.ts'
import { ownLog } from '../gateway/log/own-log.ts'
import { makeDirectory } from '../store/directories.ts'
import { readOnlyCheckpoints } from '../store/read-only-checkpoints.ts'

/** A log, and where its name, its key and its guard come from. */
export interface OpenLog extends LogIdentity {
  readonly log: CoveringLog
}

/** A log that is looked at, and what it reads: the disk, and what an append that was cut off would have written to it. */
export interface LogToRead extends OpenLog {
  readonly completed: Pick<Checkpoints, 'read'>
}

/** For a gate: begun where there is none. Throws a Failure `configuration` for a key or a guard that cannot be. */
export async function openLog(config: ServeConfig, checkpoints: Checkpoints): Promise<OpenLog | undefined> {
  const { log: files, sumdb: publicDatabase } = config
  if (!files) return undefined
  const identity = await findOrBeginLog({ files, checkpoints, publicDatabase })
  await assertGuardWritable(identity.guard)
  return { ...identity, log: logOf(identity, checkpoints) }
}

/**
 * For somebody who looks: nothing on the disk changes, also where an append was cut off and is completed for the looking. Throws a Failure
 * `configuration` where no log has begun.
 */
export async function openLogToRead(config: ServeConfig, checkpoints: Pick<Checkpoints, 'read'>): Promise<LogToRead> {
  const files = logFilesOf(config)
  const identity = await findLog({ files, checkpoints, publicDatabase: config.sumdb })
  if (!identity) throw noLog(config, `no log has begun here: ${files.key} is not there`)
  const guard = { ...identity.guard, write: async () => undefined }
  const completed = readOnlyCheckpoints(checkpoints, systemClock)
  return { ...identity, guard, completed, log: logOf({ ...identity, guard }, completed) }
}

/** Where the files of the log are. Throws a Failure `configuration` where there is none to be. */
export function logFilesOf(config: ServeConfig): CoveringLogFiles {
  if (!config.log) throw noLog(config, 'the log is off (--log-name off)')
  return config.log
}

function noLog({ data }: ServeConfig, why: string): Failure {
  return new Failure('configuration', {
    asked: `--data ${data}`,
    who: 'modgate',
    why,
    next: 'give the --data, and the --log-key if it is elsewhere, with which modgate serve runs',
  })
}

function logOf({ key, guard }: LogIdentity, checkpoints: Checkpoints): CoveringLog {
  return ownLog({ signerKey: key.signer, verifierKey: key.verifier, checkpoints, guard, clock: systemClock })
}

/** Said at the start, not at the first append. A file is written and removed, since permissions alone do not tell (a disk that is full, /proc). */
export async function assertGuardWritable({ place }: LogGuard): Promise<void> {
  const probe = `${place}.${randomBytes(6).toString('hex')}`
  try {
    await makeDirectory(dirname(place), 0o700)
    await writeFile(probe, '', { flag: 'wx', mode: 0o600 })
    await unlink(probe)
  } catch (error) {
    throw new Failure('configuration', {
      asked: `--log-guard ${place}`,
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
