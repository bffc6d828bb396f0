/**
 * Moves a log to a new name and key. The records are copied while the old log may still be signed; then the new key takes the old one's
 * place, in one step; then the old head is marked, so that a gate that still has the old key signs nothing more, and what it had signed
 * meanwhile is copied too. Cut off at any point, a gate finds the old log or the new one, and the next rotation goes on.
 */

import { emptyTreeHash } from '@modgate/gomod/tlog'
import { Failure } from '../../core/failure.ts'
import type { Checkpoints, ModuleVersion } from '../../core/ports.ts'
import type { CoveringLog } from './covering-log.ts'
import { formerLog, type FormerLog } from './former-log.ts'
import type { BundledRecord } from './log-bundle.ts'
import type { LogGuard } from './log-guard.ts'
import { formatHead, parseHead, type LogHead } from './log-head.ts'
import { guardOf } from './log-identity.ts'
import { ownLog } from './own-log.ts'
import { provedRecords, type LostRecords } from './proved-records.ts'
import { remembers, type PlanOptions, type RotationPlan } from './rotation-plan.ts'

export interface RotationOptions extends PlanOptions {
  readonly checkpoints: Checkpoints
}

export interface Rotated {
  /** The new log's verifier line. */
  readonly verifierKey: string
  /** Records of the old log that are in the new one. */
  readonly records: number
  /** What could not be proved, and was left out. */
  readonly lost: readonly LostRecords[]
  /** Versions of which the new log had another record already. */
  readonly differing: readonly ModuleVersion[]
  /** Where the old key is kept; undefined where there was none. */
  readonly oldKey: string | undefined
}

/** Appended at once: one bundle, one head. */
const batchSize = 2048

/** The logs whose records a rotation takes over: the one that moves, and those to which that one had moved before. */
export async function formerLogs(options: PlanOptions, plan: RotationPlan): Promise<readonly FormerLog[]> {
  const { files, checkpoints, clock } = options
  const logs: FormerLog[] = []
  for (let name: string | undefined = plan.from; name !== undefined && name !== plan.to;) {
    const guarded = await remembers(await guardOf(files, name))
    const log: FormerLog = await formerLog({ checkpoints, clock, name, verifierKeys: plan.verifierKeys, guarded })
    logs.push(log)
    const next: string | undefined = log.head?.moved
    name = logs.some((known) => known.name === next) ? undefined : next
  }
  return logs
}

/** How many records such a log has, proved or not. */
export const sizeOf = ({ trees }: FormerLog): number => Math.max(0, ...trees.map(({ size }) => size))

/**
 * Does what was planned; `onRecords` hears how many more are done. Throws a Failure: `configuration` for files that cannot be written or a
 * log of which nothing can be proved, else what kept it from going on; then the next call with a new plan does.
 */
export async function rotate(
  options: RotationOptions,
  plan: RotationPlan,
  onRecords: (count: number) => void,
): Promise<Rotated> {
  const { checkpoints, clock } = options
  const { from, verifierKeys, key, keyFiles, guard } = plan
  const old = await formerLogs(options, plan)
  for (const log of old) await assertProvable(log)
  const journal = await keyFiles.beginJournal({ from, verifierKeys, key })
  if (journal.key.signer !== key.signer) throw overtaken(plan)
  if (!(await guard.read())) {
    await guard.write({ name: plan.to, verifierKey: key.verifier, tree: { size: 0, hash: emptyTreeHash() } })
  }
  const log = ownLog({ ...{ checkpoints, guard, clock }, signerKey: key.signer, verifierKey: key.verifier })
  const first = await copied(old, { log, onRecords, from: () => 0 })
  const oldKey = await keyFiles.replaceKey(journal)
  for (const each of old) {
    await markMoved(checkpoints, each, plan.to)
    await tellGuard(await guardOf(options.files, each.name), each.name, plan.to)
  }
  const known = new Map(old.map((each) => [each.name, sizeOf(each)]))
  const rest = await copied(await formerLogs(options, plan), {
    log,
    onRecords,
    from: ({ name }) => known.get(name) ?? 0,
  })
  await log.close()
  await keyFiles.endJournal()
  const [records, differing] = [first.records + rest.records, [...first.differing, ...rest.differing]]
  return { verifierKey: key.verifier, records, lost: [...first.lost, ...rest.lost], differing, oldKey }
}

interface Copy {
  readonly log: CoveringLog
  readonly onRecords: (count: number) => void
  /** The number of the first record to take of a log. */
  readonly from: (log: FormerLog) => number
}

async function copied(old: readonly FormerLog[], { log, onRecords, from }: Copy) {
  const result = { records: 0, lost: [] as LostRecords[], differing: [] as ModuleVersion[] }
  let batch: BundledRecord[] = []
  async function flush(): Promise<void> {
    const logged = await log.appendAll(batch)
    for (const [i, { text }] of logged.entries()) if (text !== batch[i]!.text) result.differing.push(batch[i]!.module)
    onRecords(batch.length)
    batch = []
  }
  for (const each of old) {
    for await (const { records, lost } of provedRecords(each, from(each))) {
      batch.push(...records)
      result.records += records.length
      result.lost.push(...lost)
      if (batch.length >= batchSize) await flush()
    }
  }
  await flush()
  return result
}

/** So that a backup from before the rotation is not signed upon either. */
async function tellGuard(guard: LogGuard, name: string, moved: string): Promise<void> {
  const guarded = await remembers(guard)
  if (guarded?.name === name && guarded.moved === undefined) await guard.write({ ...guarded, moved })
}

/** From here on nobody signs upon this head; one who was about to loses the swap. */
async function markMoved(checkpoints: Checkpoints, { names }: FormerLog, moved: string): Promise<void> {
  for (;;) {
    const bytes = (await checkpoints.read(names.head))?.bytes
    const head = bytes && readable(bytes)
    if (head?.moved !== undefined) return
    // What cannot be read is kept beside, for whoever can make something of it.
    if (bytes && !head) await checkpoints.write(`${names.head}.damaged`, bytes)
    const marked = formatHead({ ...(head ?? nothing()), moved })
    if (await checkpoints.replace(names.head, bytes, marked, { durable: true })) return
  }
}

function readable(bytes: Uint8Array): LogHead | undefined {
  try {
    return parseHead(bytes)
  } catch {
    return undefined
  }
}

/** The head of a log that has none: it is only there to be marked, and nobody signed it. */
const nothing = (): LogHead => ({
  ...{ tree: { size: 0, hash: emptyTreeHash() }, note: '', checkpoint: '' },
  ...{ signedAt: 0, bundle: '' },
})

/** A whole log is not left out in passing. */
async function assertProvable({ name, names, trees, head, checkpoints }: FormerLog): Promise<void> {
  if (trees.length > 0 || head?.moved !== undefined || !(await checkpoints.read(names.head))) return
  throw new Failure('configuration', {
    asked: `rotation of ${name}`,
    who: 'modgate',
    why: 'none of its records can be proved: its key and its guard are gone, or its head cannot be read',
    next: `restore one of them, or give the line to which clients have set GOSUMDB: --old-key ${name}+hash+key`,
  })
}

function overtaken({ from }: RotationPlan): Failure {
  return new Failure('configuration', {
    asked: `rotation of ${from}`,
    who: 'modgate',
    why: 'another rotation has begun at the same moment',
    next: 'wait for its end; if it was cut off, modgate log rotate goes on with it',
  })
}
