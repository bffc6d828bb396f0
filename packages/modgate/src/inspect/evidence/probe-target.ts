/** The module that the places are asked about. */

import { canonicalVersion, check, checkPath, ModuleError } from '@modgate/gomod/module'
import { Failure } from '../../core/failure.ts'
import type { Project } from './project.ts'

/** A module; without a version the latest that a place knows is taken. */
export interface Target {
  readonly path: string
  readonly version?: string
}

/**
 * The one that is named, else the first that the project requires, else one of Go's own. Throws a Failure `configuration` for a name
 * that is no module path, and for a version that is none.
 */
export function targetOf({ module, project }: { readonly module?: string; readonly project?: Project }): Target {
  return module === undefined ? requiredBy(project) : named(module)
}

function named(module: string): Target {
  const at = module.indexOf('@')
  const [path, version] = at < 0 ? [module, undefined] : [module.slice(0, at), module.slice(at + 1)]
  try {
    checkPath(path)
    if (version === undefined || version === 'latest') return { path }
    check(path, version)
    return { path, version }
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error
    throw new Failure('configuration', {
      asked: `--module ${module}`,
      who: 'modgate',
      why: error.message,
      next: 'give a module path, and after an @ a whole version such as v1.2.3',
    })
  }
}

/** Direct requirements say more than indirect ones; what is replaced is not asked for under its own name. */
function requiredBy(project: Project | undefined): Target {
  const replaced = new Set(project?.mod?.replace.map(({ old }) => old.path))
  const required = project?.mod?.require.filter((one) => !replaced.has(one.path) && isWhole(one)) ?? []
  const first = required.find(({ indirect }) => !indirect) ?? required[0]
  return first ? { path: first.path, version: first.version } : { path: 'golang.org/x/mod' }
}

/** Whether a version is one that files can be asked for under. */
export function isWhole({ path, version }: Required<Target>): boolean {
  try {
    check(path, version)
    return canonicalVersion(version) === version
  } catch {
    return false
  }
}
