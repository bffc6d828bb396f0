/**
 * A restore, rehearsed on a copy: could the log be signed upon, would the guard notice if it were older than it should be, and would a
 * rotation bring its records over. Everything that is written goes to the copy, its guard included.
 */

import { Failure } from '../../core/failure.ts'
import type { Checkpoints, Clock, ModuleVersion } from '../../core/ports.ts'
import { readOnlyCheckpoints } from '../../store/read-only-checkpoints.ts'
import { closed, type Closed } from './closed.ts'
import { formerLog } from './former-log.ts'
import type { LogGuard } from './log-guard.ts'
import type { LogKey } from './log-keys.ts'
import { logNames } from './log-names.ts'
import { ownLog } from './own-log.ts'
import { provedRecords, type LostRecords } from './proved-records.ts'

export interface DrillOptions {
  /** The copy. */
  readonly checkpoints: Checkpoints
  /** The files by which records are looked up: they are not copied, and have what a damaged record says. */
  readonly lookups: Pick<Checkpoints, 'read'>
  /** A copy of the guard. */
  readonly guard: LogGuard
  readonly key: LogKey
  readonly clock: Clock
  /** Hears how many more records are proved. */
  readonly onRecords: (count: number) => void
}

export interface Drilled {
  readonly name: string
  /** Records that can be proved, which a rotation would bring over. */
  readonly records: number
  /** Records that were signed, and that a rotation would leave out. */
  readonly lost: readonly LostRecords[]
  /** Why the copy is not to be signed upon; undefined where it is. */
  readonly closed: Closed | undefined
  /** What the guard says of the copy when one record more had been signed: that it is behind, or the drill has failed. */
  readonly afterLoss: Closed | undefined
}

/** A version that nobody has. */
const rehearsed: ModuleVersion = {
  path: 'drill.modgate.example/rehearsed',
  version: 'v0.0.0-20060102150405-000000000000',
}
const line = `h1:${'A'.repeat(43)}=`
const rehearsedText = `${rehearsed.path} ${rehearsed.version} ${line}\n${rehearsed.path} ${rehearsed.version}/go.mod ${line}\n`

export async function drill(options: DrillOptions): Promise<Drilled> {
  const { checkpoints, guard, key, clock } = options
  const open = (over: Checkpoints) =>
    ownLog({ ...{ checkpoints: over, guard, clock }, signerKey: key.signer, verifierKey: key.verifier })
  const counted = await proved(options)
  const reason = (await closedOf(() => open(checkpoints).status())) ?? (await signedUpon(open, options))
  // What was signed a moment ago is in the guard and not in the copy: a backup that misses the newest record.
  const afterLoss = await closedOf(() => open(readOnlyCheckpoints(checkpoints, clock)).status())
  return { name: key.name, ...counted, closed: reason, afterLoss }
}

async function proved({ checkpoints: copy, lookups, guard, key, clock, onRecords }: DrillOptions) {
  const below = `${logNames(key.name).lookups}/`
  const checkpoints: Pick<Checkpoints, 'read'> = {
    read: (name) => (name.startsWith(below) ? lookups : copy).read(name),
  }
  const guarded = await guard.read().catch(() => undefined)
  const log = await formerLog({ checkpoints, clock, name: key.name, verifierKeys: [key.verifier], guarded })
  const lost: LostRecords[] = []
  let records = 0
  for await (const tile of provedRecords(log)) {
    records += tile.records.length
    lost.push(...tile.lost)
    onRecords(tile.records.length)
  }
  return { records, lost }
}

/** Signs one record more, of which only the guard is to know. */
async function signedUpon(
  open: (over: Checkpoints) => ReturnType<typeof ownLog>,
  { checkpoints, clock }: DrillOptions,
): Promise<Closed | undefined> {
  const log = open(readOnlyCheckpoints(checkpoints, clock))
  try {
    await log.append(rehearsed, rehearsedText)
    return undefined
  } catch (error) {
    return damage(error)
  } finally {
    await log.close()
  }
}

async function closedOf(status: () => ReturnType<ReturnType<typeof ownLog>['status']>): Promise<Closed | undefined> {
  try {
    const found = await status()
    return found.signs ? undefined : found.closed
  } catch (error) {
    return damage(error)
  }
}

function damage(error: unknown): Closed {
  if (error instanceof Failure && ['log-damaged', 'log-closed'].includes(error.code)) {
    return closed('damaged', `${error.asked}: ${error.why}`)
  }
  throw error
}
