/*
 * Versions of Go itself, which are no semantic versions (go/version): the language `1.21` is older than `1.21rc1`, and that one older
 * than the release `1.21.0`. Numbers stay text, since they have no upper limit.
 */

import type { Sign } from '../semver/index.ts'

interface GoVersion {
  readonly major: string
  readonly minor: string
  readonly patch: string
  /** `alpha`, `beta` or `rc`; empty for a language and for a release. */
  readonly kind: string
  readonly pre: string
}

const number = '(0|[1-9][0-9]*)'
const form = new RegExp(`^${number}(?:[.]${number}(?:[.]${number}|([a-z]+)${number}?)?)?$`)
const malformed: GoVersion = { major: '', minor: '', patch: '', kind: '', pre: '' }

/** Compares two versions without their "go". What is no version comes before all that are, and is equal to its like. */
export function compareGoVersions(x: string, y: string): Sign {
  if (x === y) return 0
  const [a, b] = [parseGoVersion(x), parseGoVersion(y)]
  return (
    compareNumber(a.major, b.major) ||
    compareNumber(a.minor, b.minor) ||
    compareNumber(a.patch, b.patch) ||
    compareText(a.kind, b.kind) ||
    compareNumber(a.pre, b.pre)
  )
}

/** The version that a toolchain's name has in it: `1.26.8` of `go1.26.8-custom`; empty where it has none. */
export function versionOfToolchain(name: string): string {
  if (/[\\/]/.test(name) || !name.startsWith('go')) return ''
  const version = name.slice(2).replace(/[ \t-].*$/s, '')
  return isGoVersion(version) ? version : ''
}

/** Whether this is a version of Go, without "go". */
export function isGoVersion(text: string): boolean {
  return parseGoVersion(text) !== malformed
}

function parseGoVersion(text: string): GoVersion {
  const [whole, major = '', minor, patch, kind = '', pre = ''] = form.exec(text) ?? []
  if (whole === undefined) return malformed
  if (minor === undefined) return { major, minor: '0', patch: '0', kind, pre }
  // Before 1.21 the language and its first release were one.
  const isFirstRelease = patch === undefined && kind === '' && compareNumber(minor, '21') < 0
  return { major, minor, patch: patch ?? (isFirstRelease ? '0' : ''), kind, pre }
}

function compareNumber(x: string, y: string): Sign {
  return x.length === y.length ? compareText(x, y) : x.length < y.length ? -1 : 1
}

function compareText(x: string, y: string): Sign {
  return x < y ? -1 : x > y ? 1 : 0
}
