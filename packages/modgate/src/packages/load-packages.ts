/**
 * The packages of a build: from those of the main modules through everything that they import. Under all build tags at once, as for
 * `go mod vendor` and `go mod tidy`, so that the answer is the same on every platform.
 */

import type { ModuleVersion } from '@modgate/gomod/module'
import { compareGoVersions, defaultGoVersion, isMain, type Requirements } from '@modgate/gomod/mvs'
import { Failure } from '../core/failure.ts'
import type { Loader } from '../modload/build-list.ts'
import { importSearch, type ImportSearch } from './import-search.ts'
import { mainPackageDirectories } from './main-packages.ts'
import type { ModuleSource, ModuleSources } from './module-sources.ts'
import { scanDirectory, type PackageSources } from './scan-directory.ts'

export interface LoadedPackage extends PackageSources {
  readonly path: string
  readonly module: ModuleVersion
  readonly source: ModuleSource
  /** Relative to the root of the module. */
  readonly directory: string
  /** Whether it is of a main module. */
  readonly isMain: boolean
}

export interface PackageRequest {
  readonly loader: Loader
  readonly requirements: Requirements
  readonly sources: ModuleSources
  /**
   * Whose tests count: those of the main modules, as for `go mod vendor`; or those of all packages, as for `go mod tidy`, whose go.sum lets
   * anybody run them. Up to go 1.15 what tests import was part of `all`, and their tests counted again.
   */
  readonly tests: 'mains' | 'all'
}

const narrowsAll = '1.16'

/**
 * Loads `all` as `go mod vendor` has it: the packages of the main modules, their tools, and what these and the tests of the main modules
 * import, through any number of packages. By import path, and without those of the standard library. Rejects with a Failure that names
 * the import that went wrong first, and who imports it.
 */
export async function loadPackages(request: PackageRequest): Promise<ReadonlyMap<string, LoadedPackage>> {
  const { loader, requirements, sources, tests } = request
  const loading = new Loading(loader, importSearch(loader, requirements, sources))
  for (const root of rootPackages(request)) loading.reach(root)
  const isWide = compareGoVersions(requirements.highest('go') ?? defaultGoVersion, narrowsAll) < 0
  if (tests === 'all' && isWide) await loading.drain(() => true)
  else await loading.drain(({ isMain }) => isMain)
  if (tests === 'all') {
    loading.reachTests()
    await loading.drain(({ isMain }) => isMain)
  }
  return loading.packages
}

/** Import paths of the packages of the main modules, and of their tools. */
function rootPackages({ loader, sources }: PackageRequest): readonly string[] {
  return loader.project.mains.modules.flatMap(({ path, file }) => {
    const { tree } = sources.of({ path, version: '' })
    const own = mainPackageDirectories(tree, file).map((directory) =>
      directory === '' ? path : `${path}/${directory}`,
    )
    return [...own, ...file.tool.map((tool) => tool.path)]
  })
}

const maxPackages = 1_000_000
const shownImporters = 4

class Loading {
  readonly packages = new Map<string, LoadedPackage>()
  readonly #loader: Loader
  readonly #search: ImportSearch
  /** By import path, who imported it first; undefined for where it all begins. In the order in which they are loaded. */
  readonly #reached = new Map<string, string | undefined>()
  readonly #seen = new Set<string>()

  constructor(loader: Loader, search: ImportSearch) {
    this.#loader = loader
    this.#search = search
  }

  reach(path: string, importer?: string): void {
    if (!this.#reached.has(path)) this.#reached.set(path, importer)
  }

  /** Reaches what the tests of all packages import that are loaded. */
  reachTests(): void {
    for (const { path, testImports } of this.packages.values())
      for (const imported of testImports) this.reach(imported, path)
  }

  /** Loads what was reached and is not loaded, and what it imports; of tests, those that count. */
  async drain(hasTests: (loaded: LoadedPackage) => boolean): Promise<void> {
    // A map's iterator also visits what is added while it goes on.
    for (const path of this.#reached.keys()) {
      if (this.#seen.has(path)) continue
      this.#seen.add(path)
      if (this.#reached.size > maxPackages) throw tooMany()
      const loaded = await this.#load(path)
      if (!loaded) continue
      this.packages.set(path, loaded)
      for (const imported of loaded.imports) this.reach(imported, path)
      if (hasTests(loaded)) for (const imported of loaded.testImports) this.reach(imported, path)
    }
  }

  async #load(path: string): Promise<LoadedPackage | undefined> {
    try {
      const found = await this.#search.find(path)
      if (!found) return undefined
      const scanned = scanDirectory(found.source.tree, found.directory)
      if (scanned) return { ...found, ...scanned, path, isMain: isMain(this.#loader.project.mains, found.module.path) }
      const why = 'no file of it is part of any build: each is for the tag ignore, or its //go:build line is malformed'
      throw new Failure('package-not-found', { asked: path, who: found.module.path, why })
    } catch (error) {
      throw error instanceof Failure ? this.#told(error, path) : error
    }
  }

  /** The failure, with the chain of imports that led to it. */
  #told(failure: Failure, path: string): Failure {
    const chain: string[] = []
    for (let at = this.#reached.get(path); at !== undefined; at = this.#reached.get(at)) chain.push(at)
    const shown = chain.length > shownImporters ? [...chain.slice(0, shownImporters - 1), '…', chain.at(-1)!] : chain
    const wanted = failure.asked === path ? [path] : [failure.asked, `for ${path}`]
    const asked = [...wanted, ...shown.map((importer) => `imported by ${importer}`)].join(', ')
    const { code, who, why, next } = failure
    return new Failure(code, { asked, who, why, next, cause: failure })
  }
}

function tooMany(): Failure {
  const why = `there are more than ${maxPackages} packages`
  return new Failure('package-unusable', { asked: 'the packages of the build', who: 'modgate', why })
}
