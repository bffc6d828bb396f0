/**
 * What a rotation is going to do: which log moves, under which name and key it goes on. It is found out from whatever is left, since a
 * log is moved when its key is gone, or its head, or its guard; and it is the same again where a rotation was cut off.
 */

import { generateKey, newVerifier, NoteError } from '@modgate/gomod/note'
import { checkLogName, type CoveringLogFiles } from '../../config/index.ts'
import { Failure } from '../../core/failure.ts'
import type { Checkpoints, Clock } from '../../core/ports.ts'
import { logNamesIn } from './former-names.ts'
import { fileGuard, type Guarded, type LogGuard } from './log-guard.ts'
import { parseHead } from './log-head.ts'
import { guardOf, ownGuardPath } from './log-identity.ts'
import { readLogKey, type LogKey } from './log-keys.ts'
import { logNames } from './log-names.ts'
import { rotationFiles, type RotationFiles, type RotationJournal } from './rotation-files.ts'

export interface PlanOptions {
  readonly files: CoveringLogFiles
  /** The directory over which the checkpoints are. */
  readonly modules: string
  readonly checkpoints: Pick<Checkpoints, 'read'>
  readonly clock: Clock
}

export interface RotationWish {
  /** The new name; undefined: the next one behind the old one's stem. */
  readonly to?: string | undefined
  /** The verifier line of the old log as clients have it, where nothing here has it any more. */
  readonly oldKey?: string | undefined
}

export interface RotationPlan extends RotationJournal {
  readonly to: string
  readonly keyFiles: RotationFiles
  /** The new log's guard. */
  readonly guard: LogGuard
  /** One that was cut off goes on. */
  readonly resumed: boolean
}

/** Changes nothing. Throws a Failure `configuration` for a log that is not there, and `usage` for a name that cannot be. */
export async function planRotation(options: PlanOptions, wish: RotationWish = {}): Promise<RotationPlan> {
  const { files } = options
  const keyFiles = await rotationFiles(files.key)
  const begun = await keyFiles.readJournal()
  if (begun) return resumed(options, { begun, keyFiles, to: wish.to })
  const key = await readLogKey(files.key)
  const from = await formerName(options, key)
  const to = await newName(options, from, wish.to)
  const verifierKeys = [...(key?.name === from ? [key.verifier] : []), ...givenKey(wish.oldKey, from)]
  return {
    ...{ from, to, verifierKeys, keyFiles, resumed: false },
    key: generateKey(to),
    guard: fileGuard(ownGuardPath(files.guard, to)),
  }
}

interface Begun {
  readonly begun: RotationJournal
  readonly keyFiles: RotationFiles
  readonly to: string | undefined
}

function resumed({ files }: PlanOptions, { begun, keyFiles, to: wanted }: Begun): RotationPlan {
  const to = newVerifier(begun.key.verifier).name
  if (wanted !== undefined && wanted !== to) {
    throw new Failure('usage', {
      asked: `--to ${wanted}`,
      who: 'modgate',
      why: `a rotation of ${begun.from} to ${to} has begun and is not at its end`,
      next: 'modgate log rotate, without --to, ends it',
    })
  }
  return { ...begun, to, keyFiles, resumed: true, guard: fileGuard(ownGuardPath(files.guard, to)) }
}

async function formerName(options: PlanOptions, key: LogKey | undefined): Promise<string> {
  const { files, checkpoints } = options
  const name = files.name ?? key?.name ?? (await nameLeft(options))
  const moved = await movedTo(checkpoints, name)
  if (moved === undefined || key?.name === name) return name
  const next = `say --log-name ${moved}; what is to move again is the log of that name`
  throw refused(`--log-name ${name}`, `this log has moved to ${moved} already`, next)
}

async function movedTo(checkpoints: Pick<Checkpoints, 'read'>, name: string): Promise<string | undefined> {
  const bytes = (await checkpoints.read(logNames(name).head))?.bytes
  try {
    return bytes && parseHead(bytes).moved
  } catch {
    return undefined
  }
}

/** Without a key and a name: the only log that is here and has not moved, else what the guard remembers. */
async function nameLeft({ files, modules, checkpoints }: PlanOptions): Promise<string> {
  const here = await logNamesIn(modules)
  const moved = await Promise.all(here.map((name) => movedTo(checkpoints, name)))
  const left = here.filter((_, i) => moved[i] === undefined)
  if (left.length === 1) return left[0]!
  const asked = `--log-key ${files.key}`
  if (left.length > 1) {
    throw refused(
      asked,
      `is not there, and there is more than one log: ${left.join(', ')}`,
      'say which with --log-name',
    )
  }
  const remembered = await remembers(await guardOf(files, files.newName))
  if (remembered) return remembered.name
  throw refused(asked, 'is not there, and neither is a log that could move', 'modgate serve begins one')
}

/** Undefined also for a guard that cannot be read. */
export async function remembers(guard: LogGuard): Promise<Guarded | undefined> {
  return guard.read().catch(() => undefined)
}

async function newName(options: PlanOptions, from: string, wanted: string | undefined): Promise<string> {
  if (wanted === undefined) return nextName(options, from)
  try {
    checkLogName(wanted)
  } catch (error) {
    throw new Failure('usage', {
      asked: `--to ${wanted}`,
      who: 'modgate',
      why: (error as Error).message,
      next: `say a host with a path behind it, as ${await nextName(options, from)}`,
    })
  }
  if (!(await isTaken(options, wanted, from))) return wanted
  throw new Failure('usage', {
    asked: `--to ${wanted}`,
    who: 'modgate',
    why: 'a log of this name was signed before, and clients that saw it would take another one for a forgery',
    next: `say another name, as ${await nextName(options, from)}`,
  })
}

/** `host/e2` behind `host`, `host/e3` behind that. */
async function nextName(options: PlanOptions, from: string): Promise<string> {
  const [, stem = from, number = '1'] = /^(.+)\/e(\d{1,6})$/.exec(from) ?? []
  for (let n = Number(number) + 1; ; n++) {
    const name = `${stem}/e${n}`
    if (!(await isTaken(options, name, from))) return name
  }
}

/** Whether anything here remembers that a log of this name was signed. */
async function isTaken({ files, checkpoints }: PlanOptions, name: string, from: string): Promise<boolean> {
  if (name === from || (await checkpoints.read(logNames(name).head)) !== undefined) return true
  const own = await fileGuard(ownGuardPath(files.guard, name))
    .read()
    .catch(() => true)
  return own !== undefined || (await remembers(await guardOf(files, name)))?.name === name
}

function givenKey(line: string | undefined, from: string): readonly string[] {
  if (line === undefined) return []
  try {
    if (newVerifier(line).name === from) return [line]
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
  }
  throw new Failure('usage', {
    asked: `--old-key ${line}`,
    who: 'modgate',
    why: `is no verifier line of ${from}`,
    next: `give the line to which clients have set GOSUMDB: ${from}+hash+key`,
  })
}

function refused(asked: string, why: string, next: string): Failure {
  return new Failure('configuration', { asked, who: 'modgate', why, next })
}
