import * as semver from '../semver/index.ts'
import { decrement, increment } from './decimal.ts'
import { ModuleError } from './error.ts'

const TIMESTAMP_LENGTH = 'yyyymmddhhmmss'.length

/** A pseudo-version taken apart: `base-timestamp-rev` or `base.timestamp-rev`, then the build suffix. */
interface PseudoParts {
  /** `vX.0.0` if no tag came before, `vX.Y.Z-0` after the tag that precedes it, `vX.Y.Z-pre.0` after a pre-release. */
  readonly base: string
  readonly timestamp: string
  readonly rev: string
  readonly build: string
}

/**
 * The pseudo-version of a commit; see "Pseudo-versions" in the Go Modules Reference.
 * @param older - The highest tag before the commit, or `''`. It decides on the form and on `+incompatible`.
 * @param major - `v0`, `v1`, …, for the form without a tag; `''` stands for `v0`.
 * @param rev - The first 12 digits of the commit hash, by convention.
 * @throws {RangeError} if the time is not a date in the years 0 to 9999.
 */
export function pseudoVersion(major: string, older: string, time: Date, rev: string): string {
  const segment = `${formatTimestamp(time)}-${rev}`
  const base = semver.canonical(older)
  if (base === '') return `${major || 'v0'}.0.0-${segment}`
  const build = semver.build(older)
  if (semver.prerelease(base) !== '') return `${base}.0.${segment}${build}`
  const patch = base.lastIndexOf('.') + 1
  return `${base.slice(0, patch)}${increment(base.slice(patch))}-0.${segment}${build}`
}

/** The pseudo-version of no commit at all, which stands for a version that is not known yet. */
export function zeroPseudoVersion(major: string): string {
  return pseudoVersion(major, '', new Date('0001-01-01T00:00:00Z'), '000000000000')
}

/** Reports whether the version has one of the forms of a pseudo-version. The timestamp may still be no date. */
export function isPseudoVersion(version: string): boolean {
  return parsePseudo(version) !== undefined
}

/** Reports whether the version is the {@link zeroPseudoVersion} of its major version. */
export function isZeroPseudoVersion(version: string): boolean {
  return version === zeroPseudoVersion(semver.major(version))
}

/**
 * The time of the commit, to the second. Its author chose it: never a clock to rely on.
 * @throws {ModuleError} kind `version`, if it is no pseudo-version or its timestamp no date.
 */
export function pseudoVersionTime(version: string): Date {
  const { timestamp } = mustParsePseudo(version)
  const time = new Date(timestamp.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z'))
  // Date rolls the 31st of a short month over into the next one, and takes 24:00; Go does neither.
  if (Number.isNaN(time.getTime()) || formatTimestamp(time) !== timestamp) {
    throw malformed(version, `malformed time "${timestamp}"`)
  }
  return time
}

/**
 * The revision, by convention the first 12 digits of the commit hash.
 * @throws {ModuleError} kind `version`, if it is no pseudo-version.
 */
export function pseudoVersionRev(version: string): string {
  return mustParsePseudo(version).rev
}

/**
 * The tag from which the pseudo-version was derived, or `''` if there was none.
 * @throws {ModuleError} kind `version`, if it is no pseudo-version or can have been derived from no tag.
 */
export function pseudoVersionBase(version: string): string {
  const { base, build } = mustParsePseudo(version)
  const pre = semver.prerelease(base)
  if (pre === '') {
    if (build !== '') throw malformed(version, `lacks base version, but has build metadata "${build}"`)
    return ''
  }
  if (pre !== '-0') return base.slice(0, -'.0'.length) + build
  const release = base.slice(0, -pre.length)
  const dot = release.lastIndexOf('.') + 1
  const patch = decrement(release.slice(dot))
  if (patch === undefined) throw malformed(version, `version before ${release} would have negative patch number`)
  return release.slice(0, dot) + patch + build
}

function mustParsePseudo(version: string): PseudoParts {
  const parts = parsePseudo(version)
  if (!parts) throw malformed(version, 'syntax error')
  return parts
}

function parsePseudo(version: string): PseudoParts | undefined {
  const prerelease = semver.prerelease(version)
  const dash = prerelease.lastIndexOf('-')
  if (dash <= TIMESTAMP_LENGTH || !/^[0-9A-Za-z]+$/.test(prerelease.slice(dash + 1))) return undefined
  const timestamp = prerelease.slice(dash - TIMESTAMP_LENGTH, dash)
  if (!/^[0-9]{14}$/.test(timestamp)) return undefined

  const build = semver.build(version)
  const release = version.slice(0, version.length - build.length - prerelease.length)
  const before = prerelease.slice(0, dash - TIMESTAMP_LENGTH)
  const untagged = before === '-' && release.endsWith('.0.0')
  if (!untagged && before !== '-0.' && !before.endsWith('.0.')) return undefined
  return { base: release + before.slice(0, -1), timestamp, rev: prerelease.slice(dash + 1), build }
}

function malformed(version: string, reason: string): ModuleError {
  return new ModuleError({ kind: 'version', value: version, reason, form: 'pseudo' })
}

function formatTimestamp(time: Date): string {
  const iso = time.toISOString()
  if (!/^[0-9]{4}-/.test(iso)) throw new RangeError(`${iso} does not fit the timestamp of a pseudo-version`)
  return iso.slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replace(/[-T:]/g, '')
}
