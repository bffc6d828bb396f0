/** What the parts of an audit of the log share: what is audited, and what they tell of it. */

import type { Tree } from '@modgate/gomod/tlog'
import type { Checkpoints, ModuleVersion } from '../../core/ports.ts'
import type { AuditFiles } from './audit-files.ts'
import type { CoveringLog } from './covering-log.ts'
import type { LogNames } from './log-names.ts'

export interface Damage {
  /** The name of the checkpoint, as a path below the directory of modules; or a file elsewhere. */
  readonly file: string
  readonly why: string
  /** What the file has to hold, where that follows from what is proved; null: nothing, it has to go. */
  readonly rebuilt?: Uint8Array | null
}

export interface AuditOptions {
  readonly log: CoveringLog
  /** The disk. */
  readonly disk: Pick<Checkpoints, 'read'>
  /** What the log above reads: the disk, with appends that were cut off completed in memory. */
  readonly completed: Pick<Checkpoints, 'read'>
  /** Lists names below a name. */
  readonly list: SurplusFiles
  /** Told of each damage as it is found. */
  readonly found: (damage: Damage) => Promise<void>
  /** What the public database says of a proved record; absent where nobody is to be asked. */
  readonly compare?: (module: ModuleVersion, text: string) => Promise<void>
  /** Told of records that were read: each comes twice. */
  readonly onRecords?: (count: number, of: number) => void
  readonly signal?: AbortSignal
}

/** Lists what stands below a name. */
type SurplusFiles = (below: string) => AsyncIterable<{ readonly key: string }>

export interface AuditPlace extends AuditOptions {
  readonly files: AuditFiles
  readonly names: LogNames
  readonly tree: Tree
}
