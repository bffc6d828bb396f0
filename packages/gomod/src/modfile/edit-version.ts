import { canonicalVersion, matchPathMajor, pathMajorPrefix, splitPathVersion } from '../module/index.ts'
import { major } from '../semver/index.ts'
import { onlyFirst, without } from './edit-list.ts'
import { errorOf } from './error.ts'
import type { CommonFile, ModFile, VersionInterval } from './file.ts'
import { autoQuote, quote } from './quote.ts'
import { nowhere } from './syntax.ts'
import { addLine, addLineToKin, updateLine } from './syntax-edit.ts'

/** Excludes a version, once. Throws {@link ErrorList} for a version that is not canonical or not one of the path's major version. */
export function addExclude(file: ModFile, path: string, version: string): void {
  expectCanonical(path, version)
  if (file.exclude.some((exclude) => exclude.path === path && exclude.version === version)) return
  const kin = file.exclude.findLast((exclude) => exclude.path === path)?.syntax
  file.exclude.push({ path, version, syntax: addLineToKin(file.syntax, ['exclude', autoQuote(path), version], kin) })
}

/** No longer excludes this version. */
export function dropExclude(file: ModFile, path: string, version: string): void {
  file.exclude = without(file.exclude, (exclude) => exclude.path === path && exclude.version === version)
}

/** A module path with a version, or with none for all versions or for a directory. */
export interface ReplaceTarget {
  readonly path: string
  readonly version?: string
}

/**
 * Replaces a module version, or with no version all of a module, which takes the place of what replaced single versions. The
 * first line that says otherwise is changed.
 */
export function addReplace(file: CommonFile, old: ReplaceTarget, replacement: ReplaceTarget): void {
  const from = { path: old.path, version: old.version ?? '' }
  const to = { path: replacement.path, version: replacement.version ?? '' }
  const tokens = ['replace', ...targetTokens(from), '=>', ...targetTokens(to)]
  const kin = file.replace.findLast((replace) => replace.old.path === from.path)?.syntax
  const { first, rest } = onlyFirst(
    file.replace,
    (replace) => replace.old.path === from.path && (from.version === '' || replace.old.version === from.version),
  )
  file.replace = rest
  if (first) {
    first.old = from
    first.new = to
    updateLine(first.syntax, tokens)
  } else file.replace.push({ old: from, new: to, syntax: addLineToKin(file.syntax, tokens, kin) })
}

function targetTokens({ path, version }: { path: string; version: string }): string[] {
  return version === '' ? [autoQuote(path)] : [autoQuote(path), version]
}

/** No longer replaces exactly this: without a version only what replaces all versions. */
export function dropReplace(file: CommonFile, old: ReplaceTarget): void {
  const version = old.version ?? ''
  file.replace = without(file.replace, (replace) => replace.old.path === old.path && replace.old.version === version)
}

/** Retracts versions; each line of the rationale becomes a comment. Throws {@link ErrorList} as {@link addExclude} does. */
export function addRetract(file: ModFile, { low, high }: VersionInterval, rationale = ''): void {
  const path = file.module?.path ?? ''
  expectCanonical(path, high)
  expectCanonical(path, low)
  const tokens = low === high ? ['retract', low] : ['retract', '[', low, ',', high, ']']
  const syntax = addLine(file.syntax, tokens)
  for (const line of rationale === '' ? [] : rationale.split('\n')) {
    syntax.comments.before.push({ start: nowhere, token: `// ${line}`, suffix: false })
  }
  file.retract.push({ low, high, rationale, syntax })
}

/** Takes a retraction of exactly this interval back. */
export function dropRetract(file: ModFile, { low, high }: VersionInterval): void {
  file.retract = without(file.retract, (retract) => retract.low === low && retract.high === high)
}

function expectCanonical(path: string, version: string): void {
  const reason = versionFault(path, version)
  if (reason !== undefined) throw errorOf({ reason: `version ${quote(version)} invalid: ${reason}` })
}

function versionFault(path: string, version: string): string | undefined {
  const split = splitPathVersion(path)
  const pathMajor = split?.pathMajor ?? ''
  if (version === '' || version !== canonicalVersion(version)) {
    return `must be of the form ${pathMajor === '' ? 'v1.2.3' : `${pathMajorPrefix(pathMajor)}.2.3`}`
  }
  if (!split || matchPathMajor(version, pathMajor)) return undefined
  // Whoever writes v2.3.4 here most probably means v2.3.4+incompatible.
  if (pathMajor === '') return `should be ${version}+incompatible (or module ${path}/${major(version)})`
  return `should be ${pathMajorPrefix(pathMajor)}, not ${major(version)}`
}
