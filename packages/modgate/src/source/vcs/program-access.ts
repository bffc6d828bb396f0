/** How a program of version control other than git gets to a repository, for as long as one process of it runs. */

import type { Clock, StartProgram } from '../../core/ports.ts'
import type { RepositoryRoot } from '../discovery/repository-root.ts'
import type { FetchReport } from './git-fetch.ts'

export interface ProgramAccess {
  /** Where the repository is now, if not at its own URL. */
  readonly url?: string
  /** An HTTP proxy that leads to the address that was checked. Absent where none is needed. */
  readonly proxy?: { readonly host: string; readonly port: number }
  /** As whom. Never shown, never an argument. */
  readonly login?: { readonly user: string; readonly password: string }
  /** The command that is ssh, in words of a shell. */
  readonly ssh?: string
  /** The environment of the user on whose behalf the program runs: his configuration then says all of this. */
  readonly user?: Readonly<Record<string, string>>
}

/**
 * Hands the way to `use`, and takes it away again when that has ended. Throws a Failure where the URL is none that may be connected to:
 * who reaches a repository has had its URL checked.
 */
export type Reach = <T>(root: RepositoryRoot, use: (access: ProgramAccess) => Promise<T>) => Promise<T>

/** What a repository may cost. */
export interface ProgramLimits {
  /** Milliseconds for a question about names. */
  readonly listMs: number
  /** Milliseconds for one fetch. */
  readonly fetchMs: number
  /** Bytes that one fetch may bring. */
  readonly fetchBytes: number
  /** Files that the tree of one commit may have. */
  readonly files: number
}

export const defaultProgramLimits: ProgramLimits = {
  listMs: 60_000,
  fetchMs: 10 * 60_000,
  fetchBytes: 2 * 2 ** 30,
  files: 500_000,
}

/** Milliseconds for which the names of a repository are good. */
export const defaultGoodMs = 5_000

/** What repositories of hg, svn and fossil are made of. */
export interface ProgramOptions {
  /** Mirrors are below it, in a directory named by the hash of the repository's URL. */
  readonly directory: string
  /** The spool directory of this process, which tells other processes whether it lives. */
  readonly owner: string
  readonly start: StartProgram
  readonly clock: Clock
  /** The environment of this process. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly reach: Reach
  readonly limits?: Partial<ProgramLimits>
  /** Told of each fetch. */
  readonly report?: (report: FetchReport) => void
  /** Milliseconds for which the names of a repository are good. */
  readonly goodMs?: number
}
