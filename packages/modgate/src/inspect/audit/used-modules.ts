/** The modules that a repository really uses, and what go.sum knows of each. */

import type { Replace } from '@modgate/gomod/modfile'
import { besideMod, type Repository, type RepositoryModule } from '../evidence/repository.ts'

export interface UsedModule {
  readonly path: string
  readonly version: string
  readonly indirect: boolean
  /** The go.mod that requires it, and where. */
  readonly file: string
  readonly line: number
  /** Whether its go.sum has the hash of the zip: then nothing else is believed. */
  readonly pinned: boolean
  /** Whether it has that of the go.mod file. */
  readonly modPinned: boolean
}

/** Requirements of all go.mod files, replaced ones as what replaces them; modules of the repository itself are left out. */
export function usedModules(repository: Repository): readonly UsedModule[] {
  const own = new Set(repository.modules.map(({ mod }) => mod?.module?.path))
  return repository.modules.flatMap((module) => usedBy(module, repository).filter(({ path }) => !own.has(path)))
}

function usedBy(module: RepositoryModule, { workSum }: Repository): readonly UsedModule[] {
  const sums = new Set([...(module.sum ?? []), ...workSum].map(({ path, version, goMod }) => key(path, version, goMod)))
  return (module.mod?.require ?? []).flatMap((require) => {
    const replace = replacementOf(module, require)
    const { path, version } = replace?.new ?? require
    // A directory is read from disk: nobody is asked, and nothing is hashed.
    if (version === '') return []
    const pinned = sums.has(key(path, version, false))
    const modPinned = sums.has(key(path, version, true))
    const { line } = (replace ?? require).syntax.start
    return [{ path, version, indirect: require.indirect, file: besideMod(module, 'go.mod'), line, pinned, modPinned }]
  })
}

function replacementOf(
  { mod }: RepositoryModule,
  { path, version }: { readonly path: string; readonly version: string },
): Replace | undefined {
  const of = mod?.replace.filter(({ old }) => old.path === path) ?? []
  return of.find(({ old }) => old.version === version) ?? of.find(({ old }) => old.version === '')
}

function key(path: string, version: string, goMod: boolean): string {
  return `${path}@${version}${goMod ? '/go.mod' : ''}`
}

/** `path@version`, each once, in the order given. */
export function moduleNames(modules: readonly UsedModule[]): readonly string[] {
  return [...new Set(modules.map(({ path, version }) => `${path}@${version}`))]
}

/** A few names, and how many more there are: `a@v1, b@v2 and 7 more`. */
export function fewNames(names: readonly string[], shown = 4): string {
  const rest = names.length - shown
  return rest > 0 ? `${names.slice(0, shown).join(', ')} and ${rest} more` : names.join(', ')
}
