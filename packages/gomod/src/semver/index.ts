/**
 * Semantic versions as Go writes them (golang.org/x/mod/semver): SemVer 2.0.0 with a required leading `v`, and the
 * short forms `vX` and `vX.Y` for `vX.0.0` and `vX.Y.0`.
 *
 * A version stays a string. There is no version object to build or to keep, and a number in a version has no upper
 * limit, so nothing is ever turned into a JavaScript number. Invalid input is an ordinary case here: functions answer
 * the empty string or the lowest rank instead of throwing, so that lists from strangers can be sorted as they came.
 * Everything runs in time linear in its input.
 */
import { compare } from './precedence.ts'
import { parse } from './version.ts'

export { compare, sort, type Sign } from './precedence.ts'

/** Reports whether `v` is a valid version; the short forms are. */
export function isValid(v: string): boolean {
  return parse(v) !== undefined
}

/** The version written in full and without build metadata: `v1.2` becomes `v1.2.0`. Empty for an invalid version. */
export function canonical(v: string): string {
  const parts = parse(v)
  if (!parts) return ''
  return parts.build === '' ? v + parts.short : v.slice(0, v.length - parts.build.length)
}

/** The major version: `v2` of `v2.1.0`. Empty for an invalid version. */
export function major(v: string): string {
  const parts = parse(v)
  return parts ? `v${parts.major}` : ''
}

/** The major and minor version: `v2.1` of `v2.1.0`. Empty for an invalid version. */
export function majorMinor(v: string): string {
  const parts = parse(v)
  return parts ? `v${parts.major}.${parts.minor}` : ''
}

/** The pre-release suffix with its hyphen: `-pre` of `v2.1.0-pre+meta`. Empty if there is none or `v` is invalid. */
export function prerelease(v: string): string {
  return parse(v)?.prerelease ?? ''
}

/** The build suffix with its plus sign: `+meta` of `v2.1.0+meta`. Empty if there is none or `v` is invalid. */
export function build(v: string): string {
  return parse(v)?.build ?? ''
}

/** The canonical form of the greater of two versions; of `w` if they are equal. */
export function max(v: string, w: string): string {
  return compare(v, w) > 0 ? canonical(v) : canonical(w)
}
