/** What the Go files of a directory import, under all build tags at once: the imports of any build there could be. */

import { Failure } from '../core/failure.ts'
import { goSource, isHidden, isTest, type GoSource } from './go-source.ts'
import { inDirectory, isGoFile, type SourceTree } from './source-tree.ts'

export interface PackageSources {
  /** Sorted, each once, without what is imported for the sake of cgo and of systems that are no more. */
  readonly imports: readonly string[]
  /** The same of the tests. */
  readonly testImports: readonly string[]
  /** All Go files, also those that no build takes, sorted by name. */
  readonly sources: readonly GoSource[]
}

/**
 * Scans a directory as the go command does for `go mod vendor` and `go mod tidy`: every file counts but those for the tag `ignore`.
 * Undefined where no file is left. Throws a Failure `package-unusable` for a file that cannot be Go source.
 */
export function scanDirectory(tree: SourceTree, directory: string): PackageSources | undefined {
  const files = (tree.list(directory) ?? []).filter(isGoFile)
  const sources = files.map(({ name }) => goSource(name, tree.read(inDirectory(directory, name))))
  const seen = sources.filter(({ name }) => !isHidden(name))
  const broken = seen.find(({ hasNul }) => hasNul)
  if (broken) {
    const why = 'it has a byte 0, and is no Go source'
    throw new Failure('package-unusable', { asked: inDirectory(directory, broken.name), who: 'its author', why })
  }
  const built = seen.filter(({ isIgnored }) => !isIgnored)
  if (built.length === 0) return undefined
  return {
    imports: importsOf(built.filter(({ name }) => !isTest(name))),
    testImports: importsOf(built.filter(({ name }) => isTest(name))),
    sources,
  }
}

/** `C` is no package, and `appengine` is from before import paths had host names: the go command looks for neither. */
function importsOf(sources: readonly GoSource[]): readonly string[] {
  const all = new Set(sources.flatMap(({ imports }) => imports))
  return [...all].filter((path) => path !== 'C' && !/^appengine(_internal)?(\/|$)/.test(path)).sort()
}
