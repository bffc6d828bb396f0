/** Where the code of a module is: the answer of discovery, and all that version control needs to know of it. */

import type { Context } from '../../core/context.ts'
import type { VersionControl } from '../../core/version-control.ts'

/** Where the code of a module is, as discovery found it; `mod` is a module proxy at `url`. */
export interface RepositoryRoot {
  readonly vcs: VersionControl | 'mod'
  /** As the page or the rule gives it, and as `Origin` in an `.info` has it. Checked for its form; where its name leads, is not known. */
  readonly url: string
  /** The import path of `subdirectory`: the module's own path, or a prefix of it. */
  readonly root: string
  /** Where `root` is inside of the repository, `/`-separated; empty for the repository itself. */
  readonly subdirectory: string
}

/** Finds the root. Throws a Failure: `module-not-found` only where the host says that no module is there. */
export type FindRoot = (path: string, context: Context) => Promise<RepositoryRoot>
