/**
 * What the covering log says of a module version, and where that comes from. A public one has the two lines that the public database
 * proves, so that its zip is not needed; a private one the hashes of what came at first sight. What is not there, or cannot be asked
 * for, is not recorded.
 */

import type { Context } from '../../core/context.ts'
import { asFailure, Failure } from '../../core/failure.ts'
import type { ModuleVersion, Source } from '../../core/ports.ts'
import { needsRecord, type TrustRules } from '../../layer/trust.ts'
import type { CoveringLog, LoggedRecord } from './covering-log.ts'

export interface CoverageOptions extends TrustRules {
  readonly log: CoveringLog
  /** The gate's own layers: what comes through them is verified and kept. */
  readonly modules: Source
  readonly reportLog?: LogReport
}

/** What becomes of lookups and appends; a Failure where they failed. */
export interface LogReport {
  lookup(result: 'kept' | 'appended' | Failure): void
  append(result: 'appended' | Failure): void
}

export interface Coverage {
  /**
   * The record of a version, made where the log has none yet. Throws a Failure: absent where the version is not there, else what kept
   * the gate from knowing.
   */
  record(module: ModuleVersion, context: Context): Promise<LoggedRecord>
  /** The same before anybody asks for it, which is no lookup. */
  recordAhead(module: ModuleVersion, context: Context): Promise<void>
}

export function coverage(options: CoverageOptions): Coverage {
  const { log, modules, facts, reportLog } = options
  /** Many clients ask at once, and the zip of a private module is fetched once. */
  const underWay = new Map<string, Promise<Made>>()

  async function made(module: ModuleVersion, context: Context): Promise<Made> {
    const kept = await log.find(module)
    if (kept) return { record: kept, how: 'kept' }
    return { record: await appended(module, await linesOf(module, context)), how: 'appended' }
  }

  async function appended(module: ModuleVersion, text: string): Promise<LoggedRecord> {
    try {
      const record = await log.append(module, text)
      reportLog?.append('appended')
      return record
    } catch (error) {
      reportLog?.append(asFailure(error, `append ${module.path}@${module.version}`))
      throw error
    }
  }

  async function linesOf(module: ModuleVersion, context: Context): Promise<string> {
    const { zip, goMod } = await (needsRecord(options, module.path)
      ? recorded(module, context)
      : firstSeen(module, context))
    const { path, version } = module
    return `${path} ${version} ${zip}\n${path} ${version}/go.mod ${goMod}\n`
  }

  async function recorded(module: ModuleVersion, context: Context) {
    try {
      return await options.records!.lookup(module, context)
    } catch (error) {
      // For the gate a version without a record is not to be trusted; for a client that asks the database it is just not there.
      if (!(error instanceof Failure) || error.code !== 'no-record') throw error
      throw new Failure('module-not-found', { asked: error.asked, who: error.who, why: error.why, cause: error })
    }
  }

  async function firstSeen(module: ModuleVersion, context: Context) {
    const known = await facts.reread(module)
    await Promise.all(
      (['mod', 'zip'] as const).filter((kind) => !known[kind]).map((kind) => bring(kind, module, context)),
    )
    const { mod, zip } = await facts.reread(module)
    if (mod && zip) return { zip: zip.hash, goMod: mod.hash }
    throw new Failure('store-failed', {
      asked: `${module.path}@${module.version}`,
      who: 'modgate',
      why: 'what came at first sight was not noted',
    })
  }

  /** Until it is verified and kept; nobody reads the body. */
  async function bring(kind: 'mod' | 'zip', module: ModuleVersion, context: Context): Promise<void> {
    const { settled } = await modules.get({ kind, path: module.path, version: module.version }, context)
    const failure = await settled
    if (failure) throw failure
  }

  function joined(module: ModuleVersion, context: Context): Promise<Made> {
    const key = `${module.path}@${module.version}`
    const known = underWay.get(key)
    if (known) return known
    const work = made(module, context).finally(() => underWay.delete(key))
    underWay.set(key, work)
    return work
  }

  return {
    async record(module, context) {
      try {
        const { record, how } = await joined(module, context)
        reportLog?.lookup(how)
        return record
      } catch (error) {
        reportLog?.lookup(asFailure(error, `${module.path}@${module.version}`))
        throw error
      }
    },
    async recordAhead(module, context) {
      await joined(module, context)
    },
  }
}

interface Made {
  readonly record: LoggedRecord
  readonly how: 'kept' | 'appended'
}
