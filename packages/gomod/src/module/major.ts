import * as semver from '../semver/index.ts'
import { ModuleError } from './error.ts'

/** A module path in two: the part that all major versions share, and `''`, `/vN` or (gopkg.in) `.vN`. */
export interface SplitPath {
  readonly prefix: string
  readonly pathMajor: string
}

/**
 * Splits the major version off a module path, so that `prefix + pathMajor` is the path again. Undefined if the path
 * ends in a major version that no module may have: `/v1`, `/v02`, `/v2.1`, or in `gopkg.in/` none at all.
 * See "Major version suffixes" in the Go Modules Reference.
 */
export function splitPathVersion(path: string): SplitPath | undefined {
  if (path.startsWith('gopkg.in/')) return splitGopkgIn(path)
  const number = trailing(path, /[0-9.]/, path.length)
  const mark = number - 2
  if (mark < 0 || number === path.length || path.slice(mark, number) !== '/v') return { prefix: path, pathMajor: '' }
  const pathMajor = path.slice(mark)
  if (pathMajor.includes('.') || pathMajor[2] === '0' || pathMajor === '/v1') return undefined
  return { prefix: path.slice(0, mark), pathMajor }
}

function splitGopkgIn(path: string): SplitPath | undefined {
  const end = path.endsWith('-unstable') ? path.length - '-unstable'.length : path.length
  const number = trailing(path, /[0-9]/, end)
  const mark = number - 2
  if (mark < 0 || path.slice(mark, number) !== '.v') return undefined
  const pathMajor = path.slice(mark)
  if (pathMajor === '.v' || (pathMajor[2] === '0' && pathMajor !== '.v0')) return undefined
  return { prefix: path.slice(0, mark), pathMajor }
}

/** Where the run of such characters begins that ends before `end`. */
function trailing(text: string, character: RegExp, end: number): number {
  let start = end
  while (start > 0 && character.test(text.charAt(start - 1))) start--
  return start
}

/**
 * Checks that a version may belong to a path with this major version suffix (as {@link splitPathVersion} gives it).
 * @throws {ModuleError} kind `version`, if it may not.
 */
export function checkPathMajor(version: string, pathMajor: string): void {
  const reason = pathMajorFault(version, pathMajor)
  if (reason !== undefined) throw new ModuleError({ kind: 'version', value: version, reason })
}

/** Reports whether {@link checkPathMajor} lets the pair pass. */
export function matchPathMajor(version: string, pathMajor: string): boolean {
  return pathMajorFault(version, pathMajor) === undefined
}

/** Why the version cannot belong to a path with this major version suffix; undefined if it can. */
export function pathMajorFault(version: string, pathMajor: string): string | undefined {
  const suffix = stable(pathMajor)
  // Old go commands wrote v0.0.0- pseudo-versions for gopkg.in paths in .v1, and go.mod files still hold them.
  if (suffix === '.v1' && version.startsWith('v0.0.0-')) return undefined
  const major = semver.major(version)
  if (suffix === '') {
    if (major === 'v0' || major === 'v1' || semver.build(version) === '+incompatible') return undefined
    return `should be v0 or v1, not ${major}`
  }
  const wanted = /^[/.]/.test(suffix) ? suffix.slice(1) : suffix
  return major === wanted && wanted !== suffix ? undefined : `should be ${wanted}, not ${major}`
}

/**
 * The prefix that tags of this major version have: `v2` for `/v2`, and none (which allows v0 and v1) for no suffix.
 * @throws {RangeError} for a suffix that {@link splitPathVersion} never gives: a mistake of the caller, not bad input.
 */
export function pathMajorPrefix(pathMajor: string): string {
  if (pathMajor === '') return ''
  const major = stable(pathMajor).slice(1)
  if (!/^[/.]/.test(pathMajor) || major === '' || semver.major(major) !== major) {
    throw new RangeError(`${pathMajor} is not the major version suffix of a module path`)
  }
  return major
}

function stable(pathMajor: string): string {
  return pathMajor.startsWith('.v') && pathMajor.endsWith('-unstable')
    ? pathMajor.slice(0, -'-unstable'.length)
    : pathMajor
}
