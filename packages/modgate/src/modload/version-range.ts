/**
 * Version queries that are answered from the list of a module's versions (https://go.dev/ref/mod#version-queries): `latest`, `upgrade`,
 * `patch`, `v1`, `v1.2`, `<v1.2.3` and its kin. What else stands behind an `@` is a version or a revision, and its origin is asked about it.
 */

import { isPseudoVersion, matchPathMajor, splitPathVersion } from '@modgate/gomod/module'
import { compareVersions } from '@modgate/gomod/mvs'
import { isValid, majorMinor } from '@modgate/gomod/semver'
import { Failure } from '../core/failure.ts'

/** Which versions of a path a query is about, and which of them it prefers. */
export interface VersionRange {
  readonly path: string
  /** In words of the one who asked. */
  readonly query: string
  readonly accepts: (version: string) => boolean
  /** The lowest instead of the highest. */
  readonly prefersLower?: boolean
  /** Versions from before modules count as well, whatever the newest go.mod says. */
  readonly takesIncompatible?: boolean
  /** Whether `@latest` will do where no tagged version does. */
  readonly mayUseLatest?: boolean
  /** What the build has, which stays where nothing better is there, and where that is older than this pseudo-version. */
  readonly current?: string
}

export interface AskedVersion {
  readonly path: string
  /** Behind the `@`. */
  readonly query: string
  /** The version of the build; undefined where it has none. */
  readonly current?: string | undefined
}

/** Undefined for what is no query of this kind. Throws a Failure `usage` for one that cannot be meant. */
export function versionRange(asked: AskedVersion): VersionRange | undefined {
  const { path, query, current } = asked
  const compared = (version: string, other: string) => compareVersions(path, version, other)
  const takesIncompatible = current?.endsWith('+incompatible') ?? false
  if (query === 'latest') return { path, query, accepts: () => true, mayUseLatest: true, takesIncompatible }
  if (query === 'upgrade' || query === 'patch') return upgradeRange(asked)
  const [, sign, bound = ''] = /^([<>]=?)?(.*)$/s.exec(query)!
  if (sign === undefined && (!isValid(query) || !isShort(query))) return undefined
  if (!isValid(bound)) throw unusable(asked, `invalid semantic version "${bound}" in range "${query}"`)
  if (isShort(bound) && (sign === '<=' || sign === '>'))
    throw unusable(asked, `ambiguous semantic version "${bound}" in range "${query}"`)
  const { pathMajor } = splitPathVersion(path) ?? {}
  const isOfPath = pathMajor !== undefined && matchPathMajor(bound, pathMajor)
  const accepting = (accepts: VersionRange['accepts']): VersionRange => ({
    ...{ path, query, accepts, takesIncompatible: takesIncompatible || !isOfPath },
    ...(sign?.startsWith('>') ? { prefersLower: true } : {}),
  })
  switch (sign) {
    case '<':
      return accepting((version) => compared(version, bound) < 0)
    case '<=':
      return accepting((version) => compared(version, bound) <= 0)
    case '>':
      return accepting((version) => compared(version, bound) > 0)
    case '>=':
      return accepting((version) => compared(version, bound) >= 0)
    default:
      // v1.2 does not mean a pre-release of v1.2.0.
      return accepting((version) => version.startsWith(`${bound}.`) && compared(version, bound) >= 0)
  }
}

function upgradeRange(asked: AskedVersion): VersionRange {
  const { path, query, current } = asked
  if (current === undefined && query === 'upgrade') return { path, query, accepts: () => true, mayUseLatest: true }
  if (current === undefined)
    throw unusable(asked, `can't query version "patch" of module ${path}: no existing version is required`)
  const start = query === 'patch' ? `${majorMinor(current)}.` : ''
  return {
    ...{ path, query, current },
    accepts: (version) => version.startsWith(start) && compareVersions(path, version, current) >= 0,
    mayUseLatest: isPseudoVersion(current),
    takesIncompatible: current.endsWith('+incompatible'),
  }
}

/** `v1` and `v1.2`, of a version that is valid. */
const isShort = (version: string): boolean => /^v\d+(?:[.]\d+)?$/.test(version)

function unusable({ path, query }: AskedVersion, why: string): Failure {
  const next = 'see https://go.dev/ref/mod#version-queries'
  return new Failure('usage', { asked: `${path}@${query}`, who: 'modgate', why, next })
}
