/** The parts of a valid version. `prerelease` and `build` keep their leading `-` and `+`; `short` is what a shortened form lacks. */
export interface Parts {
  readonly major: string
  readonly minor: string
  readonly patch: string
  readonly short: '' | '.0' | '.0.0'
  readonly prerelease: string
  readonly build: string
}

const ZERO = 0x30
const NINE = 0x39
const DOT = 0x2e
const HYPHEN = 0x2d
const PLUS = 0x2b

/** What nearly all versions are; a part that the runtime has compiled takes it apart faster than what is below. */
const common =
  /^v(0|[1-9][0-9]*)[.](0|[1-9][0-9]*)[.](0|[1-9][0-9]*)(-[0-9A-Za-z-]+(?:[.][0-9A-Za-z-]+)*)?([+]incompatible)?$/
/** May be a number with a needless zero, which is looked at more closely. */
const zeroes = /[-.]0[0-9]/

/**
 * Takes a version apart in one pass over its characters.
 * Accepts what Go accepts: SemVer 2.0.0 with a leading `v`, and the short forms `vX` and `vX.Y`, which carry neither
 * a pre-release nor build metadata. Returns undefined for anything else.
 */
export function parse(v: string): Parts | undefined {
  const [whole, major = '', minor = '', patch = '', prerelease = '', build = ''] = common.exec(v) ?? []
  if (whole === undefined || zeroes.test(prerelease)) return parseAny(v)
  return { major, minor, patch, short: '', prerelease, build }
}

function parseAny(v: string): Parts | undefined {
  if (!v.startsWith('v')) return undefined
  const majorEnd = numberEnd(v, 1)
  if (majorEnd < 0) return undefined
  const major = v.slice(1, majorEnd)
  if (majorEnd === v.length) return { major, minor: '0', patch: '0', short: '.0.0', prerelease: '', build: '' }
  if (v.charCodeAt(majorEnd) !== DOT) return undefined

  const minorEnd = numberEnd(v, majorEnd + 1)
  if (minorEnd < 0) return undefined
  const minor = v.slice(majorEnd + 1, minorEnd)
  if (minorEnd === v.length) return { major, minor, patch: '0', short: '.0', prerelease: '', build: '' }
  if (v.charCodeAt(minorEnd) !== DOT) return undefined

  const patchEnd = numberEnd(v, minorEnd + 1)
  if (patchEnd < 0) return undefined
  const suffixes = parseSuffixes(v, patchEnd)
  return suffixes && { major, minor, patch: v.slice(minorEnd + 1, patchEnd), short: '', ...suffixes }
}

function parseSuffixes(v: string, from: number): Pick<Parts, 'prerelease' | 'build'> | undefined {
  let at = from
  let prerelease = ''
  let build = ''
  if (v.charCodeAt(at) === HYPHEN) {
    const end = identifiersEnd(v, at + 1, false)
    if (end < 0) return undefined
    prerelease = v.slice(at, end)
    at = end
  }
  if (v.charCodeAt(at) === PLUS) {
    const end = identifiersEnd(v, at + 1, true)
    if (end < 0) return undefined
    build = v.slice(at, end)
    at = end
  }
  return at === v.length ? { prerelease, build } : undefined
}

/** Where the number that starts at `from` ends, or -1 if there is none or it has a needless leading zero. */
function numberEnd(v: string, from: number): number {
  let end = from
  while (isDigit(v.charCodeAt(end))) end++
  if (end === from) return -1
  return v.charCodeAt(from) === ZERO && end - from > 1 ? -1 : end
}

/** Where the dot-separated identifiers that start at `from` end, or -1 if one of them is empty or a badly written number. */
function identifiersEnd(v: string, from: number, leadingZeros: boolean): number {
  let start = from
  let digitsOnly = true
  for (let at = from; ; at++) {
    const c = v.charCodeAt(at)
    if (isDigit(c)) continue
    if (isLetterOrHyphen(c)) {
      digitsOnly = false
      continue
    }
    if (at === start) return -1
    if (!leadingZeros && digitsOnly && at - start > 1 && v.charCodeAt(start) === ZERO) return -1
    if (c !== DOT) return at
    start = at + 1
    digitsOnly = true
  }
}

function isDigit(c: number): boolean {
  return c >= ZERO && c <= NINE
}

function isLetterOrHyphen(c: number): boolean {
  return (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || c === HYPHEN
}
