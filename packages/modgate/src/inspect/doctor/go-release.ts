/** Versions of Go itself, which are no semantic versions: `1.21` is older than `1.21rc1`, and that one older than `1.21.0`. */

/** The version in the name of a toolchain: `1.26.8` of `go1.26.8`, `go1.26.8 X:arenas` or `go1.26.8-custom`; undefined for others. */
export function releaseOf(toolchain: string): string | undefined {
  return /^go(\d+\.\d+(?:\.\d+|(?:rc|beta)\d+)?)(?:$|[ -])/.exec(toolchain)?.[1]
}

/** Whether a version is of a release rather than of the language; before 1.21 they were the same. */
export function isRelease(version: string): boolean {
  const [, minor, rest] = parts(version)
  return minor < 21 || rest !== languageRank
}

/** Negative where `a` is older than `b` (go/version's order). */
export function compareGoVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)]
  const at = left.findIndex((part, index) => part !== right[index])
  return at < 0 ? 0 : left[at]! - right[at]!
}

const languageRank = -3_000_000

/** Major, minor, and the rank within them: the language, then beta, rc, and the releases by number. */
function parts(version: string): readonly [number, number, number] {
  const [, major = '0', minor = '0', kind, number] = /^(\d+)\.(\d+)(?:(\.|rc|beta)(\d+))?/.exec(version) ?? []
  const ranks: Readonly<Record<string, number>> = { '.': 0, rc: -1_000_000, beta: -2_000_000 }
  const isOld = Number(minor) < 21
  const rank = kind === undefined ? (isOld ? 0 : languageRank) : ranks[kind]! + Number(number)
  return [Number(major), Number(minor), rank]
}
