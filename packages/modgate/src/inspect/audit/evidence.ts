/** What an audit goes by: a repository, and every set of settings that one of its builds would run with. */

import type { GoEnvironment } from '../evidence/go-environment.ts'
import type { Repository } from '../evidence/repository.ts'
import type { Finding, FindingId, Group } from '../finding.ts'
import { defaultEnvironment, environmentsOf, machineEnvironment, type BuildEnvironment } from './environments.ts'
import { usedModules, type UsedModule } from './used-modules.ts'

export interface AuditEvidence {
  readonly repository: Repository
  /** All that are written anywhere. */
  readonly environments: readonly BuildEnvironment[]
  /** Those that a build of this repository runs with as they are; never empty. */
  readonly builds: readonly BuildEnvironment[]
  /** Every module version that its go.mod files require and that somebody would be asked for. */
  readonly used: readonly UsedModule[]
}

/** A finding with the modules that it is about, whole. */
export interface AuditFinding extends Finding {
  readonly modules?: readonly string[]
}

/** A finding without what its check says of all of them. */
export type AuditFound = Omit<AuditFinding, 'id' | 'group'>

/** One thing that an audit looks at. */
export interface AuditCheck {
  readonly id: FindingId
  readonly group: Group
  /** What holds where all is well. */
  readonly claim: string
  /** What is wrong; empty where all is well. */
  find(evidence: AuditEvidence): readonly AuditFound[]
}

/** Puts together what the checks need. `go` is that of a machine whose settings are audited as well. */
export function auditEvidence(repository: Repository, go?: GoEnvironment): AuditEvidence {
  const written = environmentsOf(repository.scans.flatMap(({ settings }) => settings))
  const environments = go ? [machineEnvironment(go), ...written] : written
  return { repository, environments, builds: buildsOf(repository, environments), used: usedModules(repository) }
}

/** More than any repository has, and few enough to compare with every module. */
const maxBuilds = 60

const privacy = ['GOPRIVATE', 'GONOPROXY', 'GONOSUMDB', 'GOSUMDB'] as const

/**
 * Builds that really run go, as far as their files tell; else scripts and files of developers that say what is private; else what go
 * does by itself.
 */
function buildsOf({ scans }: Repository, environments: readonly BuildEnvironment[]): readonly BuildEnvironment[] {
  const running = new Set(scans.filter(({ commands }) => commands.length > 0).map(({ file }) => file))
  const alone = environments.filter(
    ({ isBuild, file }) => isBuild && (file === undefined || file.endsWith('go.env') || running.has(file)),
  )
  if (alone.length > 0) return alone.slice(0, maxBuilds)
  const files = environments.filter(
    (one) => one.reach !== 'command' && privacy.some((name) => one.evidence(name).length > 0),
  )
  return files.length > 0 ? files.slice(0, maxBuilds) : [defaultEnvironment]
}
