/** The directory of a module at a version, and the go.mod in it (Go: codeRepo.findDir). */

import { isPseudoVersion, pathMajorPrefix, pseudoVersionRev, splitPathVersion } from '@modgate/gomod/module'
import { autoQuote, modulePath } from '@modgate/gomod/modfile'
import { build, isValid, major } from '@modgate/gomod/semver'
import { versionInvalid, type ModuleCode } from './module-code.ts'
import type { ModulePlace } from './module-place.ts'

export interface ModuleDirectory {
  readonly commit: string
  readonly directory: string
  /** The go.mod; undefined where the module has none and needs none. */
  readonly goMod: Uint8Array | undefined
}

/** What the repository calls a version: its tag, with the directory in front; of a pseudo-version the commit; else the query itself. */
export function revisionName({ tagPrefix }: ModulePlace, version: string): string {
  if (!isValid(version)) return version
  if (isPseudoVersion(version)) return pseudoVersionRev(version)
  const tag = build(version) === '+incompatible' ? version.slice(0, -'+incompatible'.length) : version
  return `${tagPrefix}${tag}`
}

const join = (directory: string, name: string) => (directory === '' ? name : `${directory}/${name}`)

/**
 * Finds the directory that holds a version of a module: its own, or for `/v2` also `v2/` below it, but not both.
 * Throws a Failure: `version-invalid` where go.mod is missing or names a path that does not fit.
 */
export async function moduleDirectory(code: ModuleCode, version: string): Promise<ModuleDirectory> {
  const { place } = code
  const name = revisionName(place, version)
  const { commit } = await code.revision(name)
  const ownPath = join(place.directory, 'go.mod')
  const own = await code.file(commit, ownPath)
  const isOwnFit = own !== undefined && isFit(place, modulePath(own))
  const below = await majorDirectory(code, commit)
  const refuse = (why: string) => versionInvalid(code, version, `${why} at revision ${name}`)
  if (below?.goMod !== undefined) {
    const claimed = modulePath(below.goMod)
    const isBelowFit = isMajor(claimed, place.pathMajor)
    if (isOwnFit && isBelowFit) {
      throw refuse(
        `${place.prefix}/${ownPath} and …${place.pathMajor}/go.mod both have …${place.pathMajor} module paths`,
      )
    }
    if (isBelowFit) return { commit, directory: below.directory, goMod: below.goMod }
    throw refuse(
      claimed === ''
        ? `${place.root}/${below.directory}/go.mod is missing module path`
        : `${place.root}/${below.directory}/go.mod has non-…${place.pathMajor} module path "${claimed}"`,
    )
  }
  if (isOwnFit) return { commit, directory: place.directory, goMod: own }
  if (own !== undefined)
    throw refuse(misfit(place, version, { claimed: modulePath(own), hasBelow: below !== undefined }))
  const needsNone = place.directory === '' && (place.pathMajor === '' || place.pathMajor.startsWith('.'))
  if (needsNone) return { commit, directory: '', goMod: undefined }
  throw refuse(
    below === undefined
      ? `missing ${place.prefix}/go.mod`
      : `missing ${place.prefix}/go.mod and …${place.pathMajor}/go.mod`,
  )
}

/** The directory of a later major version, where the path allows for one. */
async function majorDirectory(
  code: ModuleCode,
  commit: string,
): Promise<{ readonly directory: string; readonly goMod: Uint8Array | undefined } | undefined> {
  const { path, root, pathMajor, directory } = code.place
  if (pathMajor === '' || root === path || pathMajor.startsWith('.')) return undefined
  const below = join(directory, pathMajor.slice(1))
  return { directory: below, goMod: await code.file(commit, `${below}/go.mod`) }
}

/** Why a go.mod in the module's own directory does not fit its path. */
function misfit(
  { directory, pathMajor }: ModulePlace,
  version: string,
  { claimed, hasBelow }: { readonly claimed: string; readonly hasBelow: boolean },
): string {
  const file = join(directory, 'go.mod')
  const suffix = hasBelow ? ` (and …${pathMajor}/go.mod does not exist)` : ''
  if (claimed === '') return `${file} is missing module path${suffix}`
  if (pathMajor !== '') return `${file} has non-…${pathMajor} module path "${claimed}"${suffix}`
  if (splitPathVersion(claimed) === undefined) return `${file} has malformed module path "${claimed}"${suffix}`
  return `${file} has post-${major(version)} module path "${claimed}"${suffix}`
}

/**
 * Whether a go.mod with this path may be the module's: of all of the path only the major version counts, since a fork keeps the name of
 * what it was forked from. Unversioned paths that hold a gopkg.in module were let in by a mistake that published modules rely on
 * (go issue 34254).
 */
function isFit({ pathMajor }: ModulePlace, claimed: string): boolean {
  return isMajor(claimed, pathMajor) || (pathMajor === '' && claimed.startsWith('gopkg.in/'))
}

function isMajor(claimed: string, pathMajor: string): boolean {
  const split = claimed === '' ? undefined : splitPathVersion(claimed)
  if (split === undefined) return false
  if (pathMajor === '') return ['', 'v0', 'v1'].includes(pathMajorPrefix(split.pathMajor))
  return split.pathMajor !== '' && split.pathMajor.slice(1) === pathMajor.slice(1)
}

/** The go.mod of a module that has none: its path and nothing else (Go: modfetch.LegacyGoMod). */
export function legacyGoMod(path: string): Uint8Array {
  return Buffer.from(`module ${autoQuote(path)}\n`)
}
