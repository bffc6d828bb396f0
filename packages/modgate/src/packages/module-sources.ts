/** Where the source of a module is: its own directory, what a replace line names, or the module cache. */

import { statSync } from 'node:fs'
import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { Failure } from '../core/failure.ts'
import type { Loader } from '../modload/build-list.ts'
import { directoryTree } from './directory-tree.ts'
import type { SourceTree } from './source-tree.ts'
import { zipTree } from './zip-tree.ts'

export interface ModuleSource {
  readonly tree: SourceTree
  /** Of somebody's own directory, in which other modules may lie. */
  readonly isLocal: boolean
}

export interface ModuleSources {
  /**
   * The source of a module version of the build. Throws a Failure: `sum-missing`, `checksum-mismatch`, `not-downloaded`, or for a zip
   * that is not whole `zip-invalid`.
   */
  of(module: ModuleVersion): ModuleSource
  /** Brings the source of a module version into the module cache; absent: what is there has to do. Rejects with a Failure. */
  readonly bring?: (module: ModuleVersion) => Promise<void>
}

/** Finds sources as the go command does; nothing is downloaded. */
export function moduleSources(loader: Loader): ModuleSources {
  const known = new Map<string, ModuleSource>()
  return {
    of(module) {
      const name = versionString(module)
      const source = known.get(name) ?? find(loader, module)
      known.set(name, source)
      return source
    },
  }
}

function find(loader: Loader, module: ModuleVersion): ModuleSource {
  const { project, replacements } = loader
  const main = module.version === '' ? project.mains.modules.findIndex(({ path }) => path === module.path) : -1
  if (main >= 0) return local(project.places[main]!.directory)
  const replacement = replacements.of(module)
  if (replacement?.version !== '') return { tree: cached(loader, replacement ?? module), isLocal: false }
  const { directory } = replacements.place(replacement)
  if (statSync(directory, { throwIfNoEntry: false })) return local(directory)
  const why = `its replacement ${replacement.path} does not exist`
  throw new Failure('package-not-found', {
    asked: versionString(module),
    who: 'go.mod',
    why,
    next: 'correct the replace line',
  })
}

function local(directory: string): ModuleSource {
  return { tree: directoryTree(directory), isLocal: true }
}

/**
 * What the module cache has was verified when it came; whether go.sum agrees is seen by the hash that is kept with it. That go.sum knows
 * the module is asked for as the go command does: where it may not write go.sum, and outside of a workspace.
 */
function cached({ cache, sums, project, mode }: Loader, module: ModuleVersion): SourceTree {
  const asked = versionString(module)
  if (mode === 'readonly' && project.mains.work === undefined && !sums.has(module)) {
    throw new Failure('sum-missing', {
      asked,
      who: 'go.sum',
      why: 'it has no line for this module, whose source is needed',
    })
  }
  const hash = cache.hash(module)
  const directory = hash === undefined ? undefined : cache.directory(module)
  const zip = hash === undefined ? undefined : cache.zip(module)
  if (hash !== undefined) sums.agrees(module, hash)
  if (directory !== undefined) return directoryTree(directory)
  if (zip !== undefined) return zipTree(zip, module)
  const next = `run modgate download ${module.path}@${module.version}, or go mod download`
  throw new Failure('not-downloaded', { asked, who: 'the module cache', why: 'it does not have this module', next })
}
