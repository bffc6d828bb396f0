/** What a check-up has to go by. Parts that were not collected are absent, and the checks that need them say nothing. */

import type { GoEnvironment } from '../evidence/go-environment.ts'
import type { CacheEvidence } from '../evidence/module-cache-evidence.ts'
import type { NetworkEvidence } from '../evidence/network-evidence.ts'
import type { Project } from '../evidence/project.ts'

export interface DoctorEvidence {
  readonly go: GoEnvironment
  /** The module that it is run in. */
  readonly project?: Project
  /** What the module cache holds. */
  readonly cache?: CacheEvidence
  /** What the places of the chain answered: `--deep`. */
  readonly network?: NetworkEvidence
}
