/** The packages of a main module: the beginning of `all`. */

import type { ModFile } from '@modgate/gomod/modfile'
import { isHidden } from './go-source.ts'
import { hasGoMod, inDirectory, type SourceTree } from './source-tree.ts'
import { scanDirectory } from './scan-directory.ts'

/**
 * The directories of the packages, relative to the module's root, as `all` has them: not below testdata, not in directories whose names
 * begin with a dot or an underscore, nor in what go.mod ignores, in other modules, or below a directory `vendor`. Throws a Failure for
 * a file that cannot be read.
 */
export function mainPackageDirectories(tree: SourceTree, { ignore }: Pick<ModFile, 'ignore'>): readonly string[] {
  const isIgnored = ignoring(ignore.map(({ path }) => path))
  const found: string[] = []
  const walk = (directory: string, name: string): void => {
    if (scanDirectory(tree, directory)) found.push(directory)
    if (name === 'vendor') return
    for (const item of tree.list(directory) ?? []) {
      const below = inDirectory(directory, item.name)
      const isSkipped = item.kind !== 'directory' || isHidden(item.name) || item.name === 'testdata'
      if (!isSkipped && !isIgnored(below) && !hasGoMod(tree, below)) walk(below, item.name)
    }
  }
  walk('', '')
  return found
}

/** A line `ignore ./dir` means that directory, `ignore dir` each one of that name, or of that path in the middle of another. */
function ignoring(lines: readonly string[]): (directory: string) => boolean {
  const slashed = (path: string) => `/${path.replaceAll(/^\/|\/$/g, '')}/`
  const rooted = lines.filter((line) => line.startsWith('./')).map((line) => slashed(line.slice(2)))
  const anywhere = lines.filter((line) => !line.startsWith('./')).map(slashed)
  return (directory) => {
    const path = slashed(directory)
    return rooted.some((start) => path.startsWith(start)) || anywhere.some((part) => path.includes(part))
  }
}
