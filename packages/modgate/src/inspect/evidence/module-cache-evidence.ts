/** What lies in the module cache, and what it hashes to. */

import type { PinnedHead } from './tree-head.ts'

export interface CacheEvidence {
  /** GOMODCACHE, absolute. */
  readonly directory: string
  /** Whether it is there at all; the rest is empty where it is not. */
  readonly exists: boolean
  /** Why it cannot be listed: `EACCES: …`. */
  readonly unreadable?: string
  /** The go command cannot write to it: another owner's, a read-only file system. */
  readonly readOnly?: string
  /** Of the file system. */
  readonly freeBytes?: number
  /** The module versions that were looked at, and which of all that is: those of the project, or all. */
  readonly entries: readonly CacheEntry[]
  readonly scope: 'project' | 'all'
  /** What is left of downloads and unpacking that never ended, older than an hour; the first hundred. */
  readonly leftovers: readonly string[]
  /** Files whose owner is not the user of this process; the first twenty. */
  readonly foreign: readonly string[]
  /** Zips that were not hashed, since the time for it was over. */
  readonly unhashed: number
  /** Cached records and tiles of the checksum database that it cannot have sent. */
  readonly damagedRecords: readonly { readonly file: string; readonly message: string }[]
  /** Of the checksum database of the settings. */
  readonly pinned?: PinnedHead
  /** The platform whose commands a fix has to be written for. */
  readonly platform: NodeJS.Platform
}

export interface CacheEntry {
  readonly path: string
  readonly version: string
  /** Absolute paths of what is there. */
  readonly files: {
    readonly info?: string
    readonly mod?: string
    readonly zip?: string
    readonly ziphash?: string
    /** The unpacked module. */
    readonly directory?: string
  }
  /** h1 of the zip as it is now. */
  readonly zipH1?: string
  /** Why the zip has none: `not a valid zip file`. */
  readonly zipFault?: string
  /** What `.ziphash` says, as it stands there. */
  readonly recordedH1?: string
  /** h1 of the .mod file as it is now. */
  readonly modH1?: string
  /** How the unpacked files differ from the zip: the first few names. */
  readonly directoryFaults: readonly string[]
  /** What the project's go.sum says of the zip and of the .mod file. */
  readonly sumZip: readonly SumLine[]
  readonly sumMod: readonly SumLine[]
  /** Why a file of it cannot be read. */
  readonly unreadable?: string
}

/** A line of a go.sum file. */
export interface SumLine {
  readonly h1: string
  readonly file: string
  readonly line: number
}
