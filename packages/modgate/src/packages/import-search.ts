/** Which module a package is from: the loader's part of "Resolving a package to a module" (https://go.dev/ref/mod#resolve-pkg-mod). */

import { checkImportPath, ModuleError, versionString, type ModuleVersion } from '@modgate/gomod/module'
import { isMain, isToolchainPath, none, type Requirements } from '@modgate/gomod/mvs'
import { Failure } from '../core/failure.ts'
import { understood, type Loader } from '../modload/build-list.ts'
import { isHidden } from './go-source.ts'
import type { ModuleSource, ModuleSources } from './module-sources.ts'
import { directoryOf, hasGoMod, isGoFile } from './source-tree.ts'

/** A package, found. */
export interface FoundPackage {
  readonly module: ModuleVersion
  readonly source: ModuleSource
  /** Relative to the root of the module. */
  readonly directory: string
}

export interface ImportSearch {
  /**
   * The package of an import path; undefined for one of the standard library, or one that is taken for such: no module has it, and its
   * first element has no dot. Rejects with a Failure: `package-not-found` also for a package that two modules have, `package-unusable` for
   * an import path that is none, and whatever keeps a module's source from being read.
   */
  find(path: string): Promise<FoundPackage | undefined>
}

/**
 * Searches the modules whose paths begin the import path. Of a pruned graph those count that go.mod names; only where none of them has
 * the package the whole graph is read.
 */
export function importSearch(loader: Loader, requirements: Requirements, sources: ModuleSources): ImportSearch {
  const { mains } = loader.project
  const rootVersion = (path: string) => (isMain(mains, path) ? '' : requirements.highest(path))

  async function among(
    path: string,
    versionOf: (module: string) => string | undefined,
  ): Promise<readonly FoundPackage[]> {
    const found: FoundPackage[] = []
    for (let prefix = path; prefix !== ''; prefix = directoryOf(prefix)) {
      const version = isToolchainPath(prefix) ? undefined : versionOf(prefix)
      if (version === undefined || version === none) continue
      const module = { path: prefix, version }
      await sources.bring?.(module)
      const source = sources.of(module)
      const directory = path.slice(prefix.length + 1)
      if (hasPackage(source, directory)) found.push({ module, source, directory })
    }
    return found
  }

  return {
    async find(path) {
      checkPath(path)
      if (requirements.pruning !== 'unpruned') {
        const found = theOne(path, await among(path, rootVersion))
        if (found || isStandard(path)) return found
      }
      const graph = await understood(() => requirements.graph())
      const found = theOne(path, await among(path, (module) => graph.selected(module)))
      if (found || !firstElement(path).includes('.')) return found
      const why = 'no required module provides this package'
      throw new Failure('package-not-found', { asked: path, who: 'go.mod', why })
    },
  }
}

/** Whether there are Go files. A directory of another module does not count, where other modules may lie. */
function hasPackage({ tree, isLocal }: ModuleSource, directory: string): boolean {
  for (let at = directory; isLocal && at !== ''; at = directoryOf(at)) if (hasGoMod(tree, at)) return false
  const files = tree.list(directory)?.filter(isGoFile) ?? []
  return isLocal ? files.length > 0 : files.some(({ name }) => !isHidden(name))
}

function theOne(path: string, found: readonly FoundPackage[]): FoundPackage | undefined {
  if (found.length < 2) return found[0]
  const modules = found.map(({ module }) => versionString(module)).reverse()
  const why = `more than one module has this package: ${modules.join(', ')}`
  throw new Failure('package-not-found', { asked: path, who: 'go.mod', why })
}

function checkPath(path: string): void {
  const refuse = (why: string) => new Failure('package-unusable', { asked: path, who: 'who imports it', why })
  if (/^[.]{1,2}(\/|$)/.test(path)) throw refuse('relative imports are not for modules')
  if (['all', 'cmd', 'std', 'tool', 'work'].includes(path)) throw refuse('it stands for many packages, and is none')
  try {
    checkImportPath(path)
  } catch (error) {
    if (error instanceof ModuleError) throw refuse(error.message)
    throw error
  }
}

function firstElement(path: string): string {
  return path.split('/', 1)[0] ?? ''
}

/** Whether the standard library is sure to have whatever begins so, so that the graph need not be read for it. */
function isStandard(path: string): boolean {
  return standardElements.has(firstElement(path))
}

/** The first elements of the import paths of all releases so far. */
const standardElements: ReadonlySet<string> = new Set([
  ...[
    'archive',
    'arena',
    'bufio',
    'builtin',
    'bytes',
    'cmd',
    'cmp',
    'compress',
    'container',
    'context',
    'crypto',
    'database',
  ],
  ...[
    'debug',
    'embed',
    'encoding',
    'errors',
    'expvar',
    'flag',
    'fmt',
    'go',
    'hash',
    'html',
    'image',
    'index',
    'internal',
  ],
  ...[
    'io',
    'iter',
    'log',
    'maps',
    'math',
    'mime',
    'net',
    'os',
    'path',
    'plugin',
    'reflect',
    'regexp',
    'runtime',
    'simd',
  ],
  ...[
    'slices',
    'sort',
    'strconv',
    'strings',
    'structs',
    'sync',
    'syscall',
    'testing',
    'text',
    'time',
    'unicode',
    'unique',
  ],
  ...['unsafe', 'vendor', 'weak'],
])
