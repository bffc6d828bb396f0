/**
 * Which log a gate has: a name, the key that signs under it, and the guard that remembers what was signed. The key decides; only where
 * there is none a log begins anew, under a name that nothing here remembers. A log whose key is gone is never begun anew under its
 * old name: clients would see another key, or a shorter tree, and stop.
 */

import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChecksumDatabase } from '@modgate/gomod/goenv'
import type { CoveringLogFiles } from '../../config/index.ts'
import { Failure } from '../../core/failure.ts'
import type { Checkpoints } from '../../core/ports.ts'
import { fileGuard, type LogGuard } from './log-guard.ts'
import { makeLogKey, readLogKey, type LogKey } from './log-keys.ts'
import { logNames } from './log-names.ts'

export interface LogIdentity {
  readonly key: LogKey
  readonly guard: LogGuard
}

export interface IdentityOptions {
  readonly files: CoveringLogFiles
  readonly checkpoints: Pick<Checkpoints, 'read'>
  /** The database that the gate verifies against: its name is taken. */
  readonly publicDatabase: ChecksumDatabase
}

/** The log as the settings have it; undefined where it has not begun. Throws a Failure `configuration` for a key that is none. */
export async function findLog({ files, publicDatabase }: IdentityOptions): Promise<LogIdentity | undefined> {
  const key = await readLogKey(files.key)
  if (!key) return undefined
  if (files.name !== undefined && files.name !== key.name) {
    throw refused(
      `--log-name ${files.name}`,
      `the key in ${files.key} is that of ${key.name}, and a log keeps its name`,
      `say --log-name ${key.name}, or give another --log-key; a log moves to a new name with modgate log rotate`,
    )
  }
  if (publicDatabase.kind === 'database' && publicDatabase.name === key.name) {
    throw refused(
      `--sumdb ${key.name}`,
      "this is the name of the gate's own log, which cannot verify what it is made of",
      'give another --sumdb, or another --log-key',
    )
  }
  return { key, guard: await guardOf(files, key.name) }
}

/** The same, begun where it has not. Throws a Failure `configuration` where the log that was here is not to be found any more. */
export async function findOrBeginLog(options: IdentityOptions): Promise<LogIdentity> {
  const found = await findLog(options)
  if (found) return found
  const { files } = options
  const name = await freeName(options)
  await makeLogKey(files.key, name)
  // Another gate that begins at the same time may have been first, with another name.
  return (await findLog(options))!
}

/** A name under which nothing was ever signed, as far as anybody here remembers. */
async function freeName({ files, checkpoints }: IdentityOptions): Promise<string> {
  const wanted = files.name ?? files.newName
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}/${n}`
    if ((await checkpoints.read(logNames(name).head)) !== undefined) {
      throw refused(
        `--log-key ${files.key}`,
        `is not there, and the log ${name} has a head that was signed with it`,
        'restore the file; if it is lost: modgate log rotate, which begins a log under a new name and key with all records of this one',
      )
    }
    const guard = await guardOf(files, name)
    if (await remembersNothing(guard)) return name
    if (files.name !== undefined || 'file' in files.guard) {
      throw refused(
        `--log-name ${name}`,
        `${guard.place} remembers a log of this name under a key that is not in ${files.key}`,
        'restore the key and the data directory; if they are lost, say another --log-name to begin a new log',
      )
    }
  }
}

/** What is there and cannot be read remembers something. */
async function remembersNothing(guard: LogGuard): Promise<boolean> {
  return guard.read().then(
    (guarded) => guarded === undefined,
    () => false,
  )
}

/**
 * The guard of a log by its name. A log that was moved to a new name has one of its own beside the file that was given: that one remains
 * what it was, whosever it is.
 */
export async function guardOf({ guard }: CoveringLogFiles, name: string): Promise<LogGuard> {
  const own = ownGuardPath(guard, name)
  if (!('file' in guard)) return fileGuard(own)
  const isThere = await lstat(own).then(
    () => true,
    (error: unknown) => !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''),
  )
  return fileGuard(isThere ? own : guard.file)
}

/** The file that is the guard of this log and of no other one. */
export function ownGuardPath(guard: CoveringLogFiles['guard'], name: string): string {
  const file = name.replaceAll('/', '!')
  return 'file' in guard ? `${guard.file}.${file}` : join(guard.directory, `${file}.guard`)
}

function refused(asked: string, why: string, next: string): Failure {
  return new Failure('configuration', { asked, who: 'modgate', why, next })
}
