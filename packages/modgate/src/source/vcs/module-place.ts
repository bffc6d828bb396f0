/** Where in its repository a module lives, as its path says (Go: modfetch.newCodeRepo). */

import { pathMajorPrefix, splitPathVersion } from '@modgate/gomod/module'
import { Failure } from '../../core/failure.ts'
import type { RepositoryRoot } from '../discovery/repository-root.ts'

export interface ModulePlace {
  readonly path: string
  /** The module path without its major version; all of it where that names the repository itself. */
  readonly prefix: string
  /** `/v2`, in gopkg.in `.v2`; `''` for versions 0 and 1. */
  readonly pathMajor: string
  /** The major version that pseudo-versions begin with: `v2`, or `''`. */
  readonly pseudoMajor: string
  /** The prefix of the path that the repository's root is. */
  readonly root: string
  /** The directory of the module, `''` for the root. Below it `v2/` may hold a later major version. */
  readonly directory: string
  /** What its tags begin with: the directory with a slash, or nothing. */
  readonly tagPrefix: string
}

/** Throws a Failure: `module-not-found` where the repository cannot hold the module, `origin-refused` for a directory outside of it. */
export function modulePlace(path: string, { root, subdirectory, url }: RepositoryRoot): ModulePlace {
  const split = splitPathVersion(path)
  if (split === undefined) throw absent(path, url, 'the major version in the module path is none that a path may have')
  const { pathMajor } = split
  const prefix = root === path ? path : split.prefix
  // Where the repository's root is the whole path, `/v2` is part of its name and no directory.
  if (!hasPathPrefix(prefix, root)) {
    throw absent(path, url, `the repository rooted at ${root} cannot contain the module ${path}`)
  }
  const directory = joined(prefix.slice(root.length), subdirectory)
  if (directory === undefined) {
    const why = 'the subdirectory that was found for the module is not one inside of the repository'
    throw new Failure('origin-refused', { asked: path, who: url, why })
  }
  const tagPrefix = directory === '' ? '' : `${directory}/`
  return { path, prefix, pathMajor, pseudoMajor: pathMajorPrefix(pathMajor), root, directory, tagPrefix }
}

function absent(path: string, url: string, why: string): Failure {
  return new Failure('module-not-found', { asked: path, who: url, why })
}

function hasPathPrefix(path: string, prefix: string): boolean {
  return path === prefix || (path.startsWith(prefix) && (prefix.endsWith('/') || path[prefix.length] === '/'))
}

/** The two as one clean relative path; undefined where it would leave the repository or hold what no directory of a module has. */
function joined(...parts: readonly string[]): string | undefined {
  const elements = parts.flatMap((part) => part.split('/')).filter((element) => element !== '' && element !== '.')
  const isOdd = elements.some(
    (element) => element === '..' || element.startsWith('-') || /[\x00-\x1f\x7f]/.test(element),
  )
  return isOdd ? undefined : elements.join('/')
}
