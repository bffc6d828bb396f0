import { parse, type Parts } from './version.ts'

/** The sign of a comparison, as Go's `cmp.Compare` gives it. */
export type Sign = -1 | 0 | 1

/**
 * Compares two versions by semantic version precedence (SemVer 2.0.0, section 11): build metadata does not count.
 * An invalid version is less than every valid one, and all invalid versions are equal to each other.
 */
export function compare(v: string, w: string): Sign {
  return v === w ? 0 : compareParts(parse(v), parse(w))
}

/** The order of {@link compare} on versions that are already taken apart; undefined stands for an invalid one. */
function compareParts(v: Parts | undefined, w: Parts | undefined): Sign {
  if (!v || !w) return v ? 1 : w ? -1 : 0
  return (
    compareNumber(v.major, w.major) ||
    compareNumber(v.minor, w.minor) ||
    compareNumber(v.patch, w.patch) ||
    comparePrerelease(v.prerelease, w.prerelease)
  )
}

/**
 * A sorted copy of the list: by {@link compare}, and by their bytes where versions are equal, so that the
 * result does not depend on the order in which they came.
 */
export function sort(list: readonly string[]): string[] {
  return list
    .map((text) => ({ text, parts: parse(text) }))
    .sort((a, b) => compareParts(a.parts, b.parts) || compareBytes(a.text, b.text))
    .map((version) => version.text)
}

/** Numbers stay text, since they have no upper limit: without leading zeros the longer one is the greater one. */
function compareNumber(x: string, y: string): Sign {
  return compareLength(x.length, y.length) || compareText(x, y)
}

function comparePrerelease(x: string, y: string): Sign {
  if (x === y) return 0
  if (x === '') return 1
  if (y === '') return -1
  const xs = x.slice(1).split('.')
  const ys = y.slice(1).split('.')
  for (const [i, xi] of xs.entries()) {
    const yi = ys[i]
    if (yi === undefined) return 1
    const sign = compareIdentifier(xi, yi)
    if (sign !== 0) return sign
  }
  return -1
}

function compareIdentifier(x: string, y: string): Sign {
  if (x === y) return 0
  const xIsNumber = isNumber(x)
  if (xIsNumber !== isNumber(y)) return xIsNumber ? -1 : 1
  return xIsNumber ? compareNumber(x, y) : compareText(x, y)
}

function isNumber(identifier: string): boolean {
  return /^[0-9]+$/.test(identifier)
}

/** Invalid versions are any text, in which the order of UTF-16 is not that of bytes. */
function compareBytes(x: string, y: string): number {
  return x === y ? 0 : Buffer.compare(Buffer.from(x), Buffer.from(y))
}

function compareLength(x: number, y: number): Sign {
  return x < y ? -1 : x > y ? 1 : 0
}

function compareText(x: string, y: string): Sign {
  return x < y ? -1 : x > y ? 1 : 0
}
