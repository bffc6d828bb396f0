/** How a log stands, told also where it cannot be opened: its key gone, its head damaged, its guard not to be written. */

import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { formatHash } from '@modgate/gomod/tlog'
import { counted } from '../../core/counted.ts'
import { Failure } from '../../core/failure.ts'
import { closed, type Closed } from './closed.ts'
import type { CoveringLog } from './covering-log.ts'
import type { LogGuard } from './log-guard.ts'
import { guardOf, type LogIdentity } from './log-identity.ts'
import { rotationFiles } from './rotation-files.ts'
import { planRotation, remembers, type PlanOptions } from './rotation-plan.ts'
import { formerLogs, sizeOf } from './rotation.ts'

export interface LogStanding {
  readonly name: string
  /** Undefined where the key is gone. */
  readonly verifierKey: string | undefined
  /** The head; undefined where it cannot be read. */
  readonly head: StandingHead | undefined
  /** Where the guard rests; what it remembers, where it does and can be read. */
  readonly guard: { readonly path: string; readonly size?: number; readonly root?: string }
  /** Why it refuses to sign; undefined where it does not. */
  readonly closed: Closed | undefined
  /** The new name of a rotation that was cut off. */
  readonly rotation: string | undefined
}

export interface StandingHead {
  readonly size: number
  /** Base64. */
  readonly root: string
  /** Milliseconds since the epoch, 0 for an empty log. */
  readonly signedAt: number
}

/** Of a log that opens. What it throws but damage is thrown on. */
export async function standingOf({ key, guard, log }: LogIdentity & { readonly log: CoveringLog }, keyFile: string) {
  const rest = { name: key.name, verifierKey: key.verifier, guard: await guardOfStanding(guard) }
  const rotation = await rotationTo(keyFile)
  try {
    const status = await log.status()
    const { size, root, signedAt } = status
    const reason = status.signs ? await unwritable(guard) : status.closed
    return { ...rest, rotation, head: { size, root, signedAt }, closed: reason } satisfies LogStanding
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'log-damaged')) throw error
    const reason = closed('damaged', `${error.asked}: ${error.why}`)
    return { ...rest, rotation, head: undefined, closed: reason } satisfies LogStanding
  }
}

/** Of a log whose key is not there. Throws a Failure `configuration` where there is no log either. */
export async function standingWithoutKey(options: PlanOptions): Promise<LogStanding> {
  const { files } = options
  const plan = await planRotation(options)
  const [log] = await formerLogs(options, plan)
  const guard = await guardOfStanding(await guardOf(files, plan.from))
  const tree = log?.head?.tree
  const remembered = guard.size ?? (log ? sizeOf(log) : 0)
  return {
    ...{ name: plan.from, verifierKey: undefined, guard, rotation: plan.resumed ? plan.to : undefined },
    head: tree && { size: tree.size, root: formatHash(tree.hash), signedAt: log.head.signedAt },
    closed: closed(
      'key-lost',
      `its key is not in ${files.key}; it had ${counted(remembered, 'record')} when it was signed last`,
    ),
  }
}

async function rotationTo(keyFile: string): Promise<string | undefined> {
  const journal = await (await rotationFiles(keyFile)).readJournal()
  return journal?.key.verifier.split('+')[0]
}

async function guardOfStanding(guard: LogGuard): Promise<LogStanding['guard']> {
  const known = await remembers(guard)
  return { path: guard.place, ...(known && { size: known.tree.size, root: formatHash(known.tree.hash) }) }
}

/** As far as that can be known without writing. */
async function unwritable({ place }: LogGuard): Promise<Closed | undefined> {
  const at = await existing(dirname(place))
  try {
    await access(at, constants.W_OK)
    return undefined
  } catch (error) {
    return closed('guard-unwritable', `the guard cannot be written: ${(error as Error).message}`)
  }
}

/** The directory, or the next one above it that is there. */
async function existing(directory: string): Promise<string> {
  const isThere = await stat(directory).then(
    () => true,
    () => false,
  )
  return isThere || dirname(directory) === directory ? directory : existing(dirname(directory))
}
