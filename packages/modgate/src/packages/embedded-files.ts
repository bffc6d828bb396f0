/** The files that the patterns of a package's `//go:embed` comments match (cmd/go/internal/load, ResolveEmbed). */

import { hasMeta, isEmbeddableName, matchName, parsePattern } from '@modgate/gomod/embed'
import { Failure } from '../core/failure.ts'
import { isHidden } from './go-source.ts'
import type { LoadedPackage } from './load-packages.ts'
import { hasGoMod, inDirectory, type SourceTree, type TreeItem } from './source-tree.ts'

/**
 * The files, relative to the directory of the package, sorted. Throws a Failure `package-unusable` for a pattern that the go command
 * refuses: malformed, without a match, or with one that others cannot have.
 */
export function embeddedFiles(loaded: LoadedPackage, patterns: readonly string[]): readonly string[] {
  const files = new Set<string>()
  for (const pattern of patterns) {
    const refuse = (why: string): Failure => {
      const asked = `//go:embed ${pattern} of ${loaded.path}`
      return new Failure('package-unusable', { asked, who: loaded.module.path, why })
    }
    const parsed = parsePattern(pattern)
    if (!parsed) throw refuse('the pattern is malformed')
    const embedding = new Embedding(loaded.source.tree, loaded.directory, refuse)
    const found = embedding.matches(parsed.elements).flatMap((match) => embedding.filesOf(match, parsed.all))
    if (found.length === 0) throw refuse('no file matches it')
    for (const file of found) files.add(file)
  }
  return [...files].sort()
}

interface Match {
  /** Relative to the directory of the package. */
  readonly path: string
  readonly kind: TreeItem['kind']
}

class Embedding {
  readonly #tree: SourceTree
  readonly #directory: string
  readonly #refuse: (why: string) => Failure

  constructor(tree: SourceTree, directory: string, refuse: (why: string) => Failure) {
    this.#tree = tree
    this.#directory = directory
    this.#refuse = refuse
  }

  /** What the elements of a pattern lead to, one after the other. */
  matches(elements: readonly string[]): readonly Match[] {
    let found: readonly Match[] = [{ path: '', kind: 'directory' }]
    for (const element of elements) {
      const isMatch = hasMeta(element) ? matchName(element)! : (name: string) => name === element
      found = found.flatMap(({ path }) =>
        this.#list(path)
          .filter(({ name }) => isMatch(name))
          .map(below(path)),
      )
    }
    return found
  }

  /** The file itself, or those of a directory, as far as they can be in a module. */
  filesOf({ path, kind }: Match, all: boolean): readonly string[] {
    this.#check(path)
    if (kind === 'other') throw this.#refuse(`${path} is neither a file nor a directory`)
    if (kind === 'file') return [path]
    if (this.#hasGoMod(path)) throw this.#refuse(`${path} is in another module`)
    const files = this.#walk(path, all)
    if (files.length === 0) throw this.#refuse(`there is nothing to embed in ${path}`)
    return files
  }

  /** Every directory on the way is one of this module, and has a name that can be in one. */
  #check(path: string): void {
    const elements = path.split('/')
    const bad = elements.find((name) => !isEmbeddableName(name))
    if (bad !== undefined)
      throw this.#refuse(`${path} has ${JSON.stringify(bad)} in it, which cannot be part of a module`)
    const parents = elements.slice(1).map((_, i) => elements.slice(0, i + 1).join('/'))
    if (parents.some((parent) => this.#hasGoMod(parent))) throw this.#refuse(`${path} is in another module`)
  }

  #walk(directory: string, all: boolean): readonly string[] {
    return this.#list(directory).flatMap((item) => {
      const match = below(directory)(item)
      if (isHidden(item.name) && !(all && isEmbeddableName(item.name))) return []
      if (!isEmbeddableName(item.name)) {
        if (item.kind === 'directory') return []
        throw this.#refuse(`${match.path} cannot be part of a module`)
      }
      if (item.kind === 'file') return [match.path]
      return item.kind === 'directory' && !this.#hasGoMod(match.path) ? this.#walk(match.path, all) : []
    })
  }

  #list(path: string): readonly TreeItem[] {
    return this.#tree.list(this.#place(path)) ?? []
  }

  #hasGoMod(path: string): boolean {
    return hasGoMod(this.#tree, this.#place(path))
  }

  #place(path: string): string {
    return path === '' ? this.#directory : inDirectory(this.#directory, path)
  }
}

function below(directory: string): (item: TreeItem) => Match {
  return ({ name, kind }) => ({ path: inDirectory(directory, name), kind })
}
