/** What the Go files of a directory import, under all build tags at once: the imports of any build there could be. */

import { anyTags, shouldBuild } from '@modgate/gomod/constraint'
import { readHead } from '@modgate/gomod/imports'
import { Failure } from '../core/failure.ts'
import { inDirectory, isGoFile, type SourceTree } from './source-tree.ts'

export interface DirectoryImports {
  /** Sorted, each once, without what is imported for the sake of cgo and of systems that are no more. */
  readonly imports: readonly string[]
  /** The same of the tests. */
  readonly testImports: readonly string[]
}

/**
 * Scans a directory as the go command does for `go mod vendor` and `go mod tidy`: every file counts but those for the tag `ignore`.
 * Undefined where no file is left. Throws a Failure `package-unusable` for a file that cannot be Go source.
 */
export function scanDirectory(tree: SourceTree, directory: string): DirectoryImports | undefined {
  const [imports, testImports] = [new Set<string>(), new Set<string>()]
  let isPackage = false
  for (const item of tree.list(directory) ?? []) {
    if (!isGoFile(item) || /^[._]/.test(item.name)) continue
    const file = inDirectory(directory, item.name)
    const head = readHead(tree.read(file))
    if (head.hasNul) throw broken(file)
    if (!shouldBuild(head.text, anyTags)) continue
    isPackage = true
    const into = item.name.endsWith('_test.go') ? testImports : imports
    for (const path of head.imports) into.add(path)
  }
  return isPackage ? { imports: searched(imports), testImports: searched(testImports) } : undefined
}

/** `C` is no package, and `appengine` is from before import paths had host names: the go command looks for neither. */
function searched(imports: ReadonlySet<string>): readonly string[] {
  return [...imports].filter((path) => path !== 'C' && !/^appengine(_internal)?(\/|$)/.test(path)).sort()
}

function broken(file: string): Failure {
  return new Failure('package-unusable', {
    asked: file,
    who: 'its author',
    why: 'it has a byte 0, and is no Go source',
  })
}
