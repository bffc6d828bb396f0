/** `modgate log audit` */

import { buildCommand } from '@stricli/core'
import type { ServeConfig } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import type { Checkpoints } from '../core/ports.ts'
import { systemClock } from '../core/system.ts'
import type { Damage } from '../gateway/log/audit-place.ts'
import { auditLog, type LogAudit } from '../gateway/log/log-audit.ts'
import { publicComparison, type PublicComparison } from '../gateway/log/public-comparison.ts'
import { logAuditText, type ShownAudit, type ShownDamage } from '../report/log-audit-text.ts'
import { diskCheckpoints } from '../store/disk-checkpoints.ts'
import { diskStore } from '../store/disk-store.ts'
import { factsBook, firstSights } from '../store/entry-facts.ts'
import { readOnlyCheckpoints } from '../store/read-only-checkpoints.ts'
import { cacheConfig, cacheFlags, commandContext, type CacheFlags } from './cache-store.ts'
import { print, remark, type CommandLine } from './context.ts'
import { withLogInDirectory } from './log-directory.ts'
import type { LogToRead } from './log-parts.ts'
import { countProgress } from './progress.ts'
import { stopSignal } from './stop-signal.ts'

interface AuditFlags {
  readonly noPublic?: boolean
  readonly repair?: boolean
}

type Flags = CacheFlags & AuditFlags

const isSwitch = { kind: 'boolean', optional: true, withNegated: false } as const

export const logAuditCommand = buildCommand<Flags, [], CommandLine>({
  docs: {
    brief: 'Compute the whole log anew, and compare its records with the public database',
    customUsage: ['[FLAGS]'],
    fullDescription: [
      'Reads every file of the log from the disk, computes the root from the records alone and compares it with the one that was signed;',
      'then each tile, each lookup file, the times, both faces of the head and the guard, and each public record with the public',
      'database, which never hears of private ones. A gate may run meanwhile. --repair writes what follows from proved records anew:',
      'tiles of hashes, lookups, and times as well as they are known; records themselves can only be restored from a copy.',
      'Exit code 1 if anything is damaged or differs, or if the database could not be asked.',
      '',
      'Example:',
      '  modgate log audit',
      '  modgate log audit --no-public --repair',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...cacheFlags('logName', 'logKey', 'logGuard', 'upstream', 'sumdb', 'private', 'noVerify', 'offline'),
      noPublic: { ...isSwitch, brief: 'Do not ask the public database' },
      repair: { ...isSwitch, brief: 'Write anew what follows from proved records' },
    },
  },
  async func({ noPublic = false, repair = false, ...flags }) {
    const config = await cacheConfig(this, flags, noPublic)
    const shown = await withLogInDirectory(config, (log, directory) =>
      audited(this, { config, log, repair, disk: diskCheckpoints(directory), store: diskStore(directory) }),
    )
    print(this, flags.json ? shown : logAuditText(shown))
    const left = shown.damaged - shown.damages.filter(({ repaired }) => repaired !== undefined).length
    if (left > 0 || shown.stopped || (shown.public?.differ ?? 0) > 0 || (shown.public?.unasked ?? 0) > 0) {
      this.process.exitCode = 1
    }
  },
})

interface Audited {
  readonly config: ServeConfig
  readonly log: LogToRead
  readonly repair: boolean
  readonly disk: Checkpoints
  readonly store: Pick<ReturnType<typeof diskStore>, 'list'>
}

/** Damage that is told one by one; more of it is counted. */
const mostShown = 1000

async function audited(command: CommandLine, { config, log, repair, disk, store }: Audited): Promise<ShownAudit> {
  const { size } = await log.log.status().catch(() => ({ size: 0 }))
  const bar = countProgress(command.process, 'audit', 2 * size, 'step')
  const stop = stopSignal(process)
  const stopping = new AbortController()
  void stop.asked.then(() => stopping.abort())
  const damages: ShownDamage[] = []
  let [damaged, read] = [0, 0]
  const tell = (damage: ShownDamage) => {
    damaged++
    if (damages.length < mostShown) damages.push(damage)
  }
  const asked = await askPublic(command, config, disk, (module, why) => tell({ file: module, why }))
  try {
    const result = await auditLog({
      ...{ log: log.log, disk, completed: log.completed, signal: stopping.signal },
      list: (below) => store.list(below),
      found: async (damage) => tell(await treated(damage, repair ? disk : undefined)),
      ...(asked ? { compare: (module, text) => asked.comparison.compare(module, text) } : {}),
      onRecords: (count) => {
        read += count
        bar.done(count)
      },
    }).catch((error: unknown): Partial<LogAudit> => {
      if (stopping.signal.aborted && error === stopping.signal.reason) return { size }
      throw error
    })
    const { counts, trouble } = asked?.comparison ?? {}
    return {
      ...{ log: log.log.name, size: result.size ?? size, root: result.root, rootHolds: result.rootHolds },
      ...{ damaged, damages, stopped: stopping.signal.aborted, steps: read },
      ...(counts ? { public: { name: asked!.name, ...counts, ...(trouble ? { trouble: trouble.message } : {}) } } : {}),
    }
  } finally {
    bar.end()
    stop.forget()
    await asked?.close()
  }
}

/** With somewhere to write, what is rebuilt is written. */
async function treated({ file, why, rebuilt }: Damage, disk: Checkpoints | undefined): Promise<ShownDamage> {
  if (!disk || rebuilt === undefined) return { file, why, mendable: rebuilt !== undefined }
  if (rebuilt) {
    await disk.write(file, rebuilt)
    await disk.settle([file])
  } else {
    const found = await disk.read(file)
    if (found) await disk.remove(file, found.bytes)
  }
  return { file, why, mendable: true, repaired: rebuilt ? 'written anew' : 'removed' }
}

interface AskedPublic {
  readonly name: string
  readonly comparison: PublicComparison
  close(): Promise<void>
}

/** The public database as the gate asks it. What it answers is not kept: an audit changes nothing. */
async function askPublic(
  command: CommandLine,
  config: ServeConfig,
  disk: Checkpoints,
  differs: (module: string, why: string) => void,
): Promise<AskedPublic | undefined> {
  if (config.sumdb.kind === 'off') return undefined
  const { databaseParts } = await import('./gate-parts.ts')
  const scratch = { ...readOnlyCheckpoints(disk, systemClock), write: async () => undefined }
  const { database, close } = databaseParts(config, scratch)
  const { name } = config.sumdb
  // What is kept is proved by the head that is kept; the newest one shows whether that is still the history of the database.
  const latest = { kind: 'sumdb', name, resource: { kind: 'latest' } } as const
  await database!.get(latest, commandContext()).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error
    remark(command, `modgate: the newest head of ${name} cannot be had: ${error.why}`)
  })
  const facts = factsBook(scratch)
  const comparison = publicComparison({
    records: database!,
    private: [config.privatePatterns, config.noVerify].filter(Boolean).join(','),
    isFirstSeen: async (module) => Object.keys(firstSights(await facts.reread(module))).length > 0,
    context: commandContext(),
    differs: async ({ path, version }, why) => differs(`${path}@${version}`, why),
  })
  return { name, comparison, close }
}
