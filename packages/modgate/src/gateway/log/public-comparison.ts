/** Public records of the log beside those of the public database: what an auditor of the log would ask. Private names go nowhere. */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { Context } from '../../core/context.ts'
import { Failure } from '../../core/failure.ts'
import type { ModuleVersion, Records } from '../../core/ports.ts'

export interface ComparisonOptions {
  readonly records: Records
  /** GOPRIVATE grammar: paths that the database must not hear of. */
  readonly private: string
  /** Whether the gate itself had a version from first sight, whatever the patterns of today say. */
  readonly isFirstSeen: (module: ModuleVersion) => Promise<boolean>
  readonly context: Context
  /** Told of a record that differs, or that the database does not have. */
  readonly differs: (module: ModuleVersion, why: string) => Promise<void>
}

export interface PublicComparison {
  /** Compares a record. Never throws. */
  compare(module: ModuleVersion, text: string): Promise<void>
  readonly counts: Readonly<Counts>
  /** Why records could not be compared, the first reason. */
  readonly trouble: Failure | undefined
}

interface Counts {
  agree: number
  differ: number
  private: number
  /** Not compared: the database could not be asked, or was not to be believed. */
  unasked: number
}

/** So many questions without an answer, one after the other, and nobody is asked any more. */
const patience = 32

export function publicComparison({ records, context, ...options }: ComparisonOptions): PublicComparison {
  const counts: Counts = { agree: 0, differ: 0, private: 0, unasked: 0 }
  let trouble: Failure | undefined
  let inVain = 0

  async function compared({ path, version }: ModuleVersion, text: string): Promise<void> {
    const { zip, goMod } = await records.lookup({ path, version }, context)
    inVain = 0
    if (text === `${path} ${version} ${zip}\n${path} ${version}/go.mod ${goMod}\n`) counts.agree++
    else await differ({ path, version }, `${records.name} has ${zip} and for its go.mod ${goMod}`)
  }

  async function differ(module: ModuleVersion, why: string): Promise<void> {
    counts.differ++
    await options.differs(module, why)
  }

  return {
    counts,
    get trouble() {
      return trouble
    },
    async compare(module, text) {
      if (matchPrefixPatterns(options.private, module.path) || (await options.isFirstSeen(module))) counts.private++
      else if (inVain >= patience) counts.unasked++
      else {
        try {
          await compared(module, text)
        } catch (error) {
          if (!(error instanceof Failure)) throw error
          if (error.code === 'no-record') return differ(module, `${records.name} has no record of it`)
          inVain++
          counts.unasked++
          trouble ??= error
        }
      }
    },
  }
}
