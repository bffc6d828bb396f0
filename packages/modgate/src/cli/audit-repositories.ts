/** `modgate audit`: the repositories that are named, looked at one after the other. */

import { pathsOf } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { audit } from '../inspect/audit/audit.ts'
import { auditEvidence, type AuditEvidence, type AuditFinding } from '../inspect/audit/evidence.ts'
import { moduleNames } from '../inspect/audit/used-modules.ts'
import type { GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { readRepository } from '../inspect/evidence/repository.ts'
import { diskFiles, type RepositoryFiles } from '../inspect/evidence/repository-files.ts'
import { findRepositories } from '../inspect/evidence/repository-find.ts'
import type { AuditedRepository } from '../report/audit-text.ts'
import type { CommandLine } from './context.ts'

/** One repository with all that was collected of it. */
export interface Audited extends AuditedRepository {
  readonly evidence: AuditEvidence
}

export interface AuditScope {
  /** As they were named. */
  readonly directories: readonly string[]
  /** Whether repositories below them are looked for, also where a directory is one itself. */
  readonly recursive: boolean
  /** The settings of this machine, where they are audited too. */
  readonly go?: GoEnvironment
}

/** Audits them all. Throws a Failure where a directory is not there. */
export async function auditRepositories(command: CommandLine, scope: AuditScope): Promise<readonly Audited[]> {
  const places = await Promise.all(scope.directories.map((named) => repositoriesAt(command, named, scope.recursive)))
  const audited: Audited[] = []
  // One after the other: each may be large.
  for (const { directory, name } of places.flat()) audited.push(await auditOne(directory, name, scope.go))
  return audited
}

interface Place {
  /** Absolute. */
  readonly directory: string
  /** Relative to where the command runs, slash-separated. */
  readonly name: string
}

async function repositoriesAt({ machine }: CommandLine, named: string, recursive: boolean): Promise<readonly Place[]> {
  const { resolve, relative, join, sep } = pathsOf(machine)
  const directory = resolve(machine.cwd, named)
  const files = await filesOf(directory, named)
  const nameOf = (path: string) => (relative(machine.cwd, path) || '.').split(sep).join('/')
  const items = await files.list('')
  const isOne = items.some(({ name }) => name === '.git' || name === 'go.mod')
  if (isOne && !recursive) return [{ directory, name: nameOf(directory) }]
  const found = await findRepositories(files)
  // A directory of CI files or scripts alone is worth a look as well.
  if (found.length === 0) return [{ directory, name: nameOf(directory) }]
  return found.map((path) => ({ directory: join(directory, path), name: nameOf(join(directory, path)) }))
}

async function filesOf(directory: string, named: string): Promise<RepositoryFiles> {
  try {
    return await diskFiles(directory)
  } catch (error) {
    throw new Failure('configuration', {
      asked: 'audit',
      who: 'modgate',
      why: `${named}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such directory' : 'cannot be read'}`,
      next: 'name a repository, or a directory of repositories',
      cause: error,
    })
  }
}

async function auditOne(directory: string, name: string, go: GoEnvironment | undefined): Promise<Audited> {
  const repository = await readRepository(name, await filesOf(directory, name))
  const evidence = auditEvidence(repository, go)
  const withSettings = repository.scans.filter(({ settings }) => settings.length > 0)
  return {
    name,
    evidence,
    findings: audit(evidence).map((finding) => placed(finding, name)),
    modulesInUse: moduleNames(evidence.used).length,
    settings: withSettings.reduce((sum, { settings }) => sum + settings.length, 0),
    files: withSettings.length,
    skipped: repository.skipped,
  }
}

/** A finding whose files are named as seen from where the command runs. */
function placed(finding: AuditFinding, name: string): AuditFinding {
  if (name === '.') return finding
  const evidence = finding.evidence.map((item) =>
    item.line === undefined ? item : { ...item, place: `${name}/${item.place}` },
  )
  return { ...finding, evidence }
}
