import type { ModFile, WorkFile } from '../modfile/index.ts'
import type { ModuleVersion } from '../module/index.ts'
import type { ModSummary } from './summary.ts'

/** The modules that a build starts from: one, or those of a workspace. */
export interface MainModules {
  /** In the order of go.work; never empty. */
  readonly modules: readonly MainModule[]
  /** Of go.work; undefined outside of a workspace. */
  readonly work: WorkFile | undefined
}

export interface MainModule {
  readonly path: string
  readonly file: ModFile
}

/** Answers what the graph asks of a module version: what its go.mod says once replacements and exclusions are applied. */
export interface Summaries {
  /**
   * The summary of a module version in the graph. Of the main modules only those of a workspace are asked about. A reader that has
   * it at hand answers at once. It rejects, or throws, for what cannot be had.
   */
  summary(module: ModuleVersion): ModSummary | Promise<ModSummary>
}

/** Whether the path is that of a main module. */
export function isMain({ modules }: MainModules, path: string): boolean {
  return modules.some((main) => main.path === path)
}

/** Whether an exclude line of a main module names this version. */
export function isExcluded({ modules }: MainModules, { path, version }: ModuleVersion): boolean {
  return modules.some(({ file }) => file.exclude.some((line) => line.path === path && line.version === version))
}

/** The requirements of a main module that no exclude line of its own drops. */
export function keptRequirements({ file }: MainModule): ModFile['require'] {
  if (file.exclude.length === 0) return file.require
  const excluded = new Set(file.exclude.map(({ path, version }) => `${path}@${version}`))
  return file.require.filter(({ path, version }) => !excluded.has(`${path}@${version}`))
}
