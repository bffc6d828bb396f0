import * as semver from '../semver/index.ts'
import { ModuleError } from './error.ts'
import { pathMajorFault, splitPathVersion } from './major.ts'
import { checkPath } from './path.ts'

/** A module at a version, both in plain (unescaped) form. The main module of a build has the version `''`. */
export interface ModuleVersion {
  readonly path: string
  readonly version: string
}

/** `path@version` for messages, or the path alone if there is no version. */
export function versionString({ path, version }: ModuleVersion): string {
  return version === '' ? path : `${path}@${version}`
}

/**
 * Checks that the path is a module path, the version a semantic version, and that they fit: `example.com/m/v2` has
 * only versions that begin with `v2.`.
 * @throws {ModuleError} kind `path` or `version`, the latter with the path.
 */
export function check(path: string, version: string): void {
  checkPath(path)
  const reason = versionFault(path, version)
  if (reason !== undefined) throw new ModuleError({ kind: 'version', value: version, path, reason })
}

// Canonical versions of these forms are nearly all that there are; what is not of them is looked at more closely.
const plain =
  /^v(?:0|[1-9][0-9]*)[.](?:0|[1-9][0-9]*)[.](?:0|[1-9][0-9]*)(?:-[0-9A-Za-z][0-9A-Za-z.-]*[0-9A-Za-z])?(?:[+]incompatible)?$/
const notPlain = /[.-]0[0-9]|[.][.]/
const isPlain = (version: string): boolean => plain.test(version) && !notPlain.test(version)

function versionFault(path: string, version: string): string | undefined {
  if (/^v[01][.]/.test(version) && isPlain(version) && !/^gopkg[.]in\/|\/v[0-9.]+$/.test(path)) return undefined
  if (!semver.isValid(version)) return 'not a semantic version'
  return pathMajorFault(version, splitPathVersion(path)?.pathMajor ?? '')
}

/** The canonical form of a version, which alone of all build metadata keeps `+incompatible`. Empty if it is invalid. */
export function canonicalVersion(version: string): string {
  if (isPlain(version)) return version
  const canonical = semver.canonical(version)
  return semver.build(version) === '+incompatible' ? `${canonical}+incompatible` : canonical
}

/**
 * A copy of the list sorted by path, then by version. A version may carry a suffix after a slash, as in `v1.0.0/go.mod`
 * of go.sum, which then decides between equal versions.
 */
export function sortVersions(list: readonly ModuleVersion[]): ModuleVersion[] {
  return list.toSorted((a, b) => compareText(a.path, b.path) || compareVersions(a.version, b.version))
}

function compareVersions(a: string, b: string): number {
  const [versionA, suffixA] = splitSuffix(a)
  const [versionB, suffixB] = splitSuffix(b)
  return versionA === versionB ? compareText(suffixA, suffixB) : semver.compare(versionA, versionB)
}

function splitSuffix(version: string): [string, string] {
  const slash = version.indexOf('/')
  return slash < 0 ? [version, ''] : [version.slice(0, slash), version.slice(slash)]
}

/** By bytes, as Go compares: a go.sum may hold any text, and UTF-16 puts U+10000 before U+E000. */
function compareText(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}
