/** The version that Go gives to a commit (Go: codeRepo.convert): its tag where that fits, else a pseudo-version. */

import { canonicalVersion, isPseudoVersion, matchPathMajor, pseudoVersion } from '@modgate/gomod/module'
import { canonical, compare, major } from '@modgate/gomod/semver'
import type { Revision } from './code-host.ts'
import { isVersionInvalid, versionInvalid, type ModuleCode } from './module-code.ts'
import { moduleDirectory } from './module-directory.ts'
import { checkPseudoVersion } from './pseudo-check.ts'

/** A version of a module and the commit that it stands for. */
export interface CodeVersion {
  readonly version: string
  readonly revision: Revision
}

/** A commit that was asked for by a name. */
interface Candidate {
  readonly code: ModuleCode
  readonly revision: Revision
  /** What was asked: a version, a branch, an id; `''` for the newest commit. */
  readonly asked: string
}

/**
 * The version of a commit. Where a canonical version was asked, it is that one.
 * Throws a Failure `version-invalid` where the rules of modules give it none, and what the host throws.
 */
export async function versionOf(code: ModuleCode, revision: Revision, asked: string): Promise<CodeVersion> {
  const candidate = { code, revision, asked }
  if (isPseudoVersion(asked)) {
    // What the first commit shows is looked at before the whole history is fetched.
    const version = await fitting(candidate, asked)
    await checkPseudoVersion(code, revision, asked)
    return { version, revision }
  }
  return { version: await fitting(candidate, await namedVersion(candidate)), revision }
}

/** A tag's version without the directory in front; undefined where it is none, or looks like a pseudo-version. */
function tagVersion({ place }: ModuleCode, tag: string): { version: string; isCanonical: boolean } | undefined {
  if (!tag.startsWith(place.tagPrefix) || isPseudoVersion(tag)) return undefined
  const text = tag.slice(place.tagPrefix.length)
  const version = canonical(text)
  // Shortened versions (v1, v1.2) are names of branches, not of versions.
  if (version === '' || !text.startsWith(version)) return undefined
  return { version, isCanonical: version === text }
}

async function namedVersion(candidate: Candidate): Promise<string> {
  const { code, revision, asked } = candidate
  const own = tagVersion(code, revision.name)
  if (own?.isCanonical === true && (await isFitting(candidate, own.version))) return own.version
  const tags = revision.tags.flatMap((tag) => tagVersion(code, tag) ?? [])
  const equal = asked === '' ? [] : tags.filter(({ version }) => compare(version, asked) === 0)
  const same = equal.find(({ isCanonical }) => isCanonical)
  if (same) return same.version
  const highest = await highestCanonical(candidate, tags)
  if (highest !== undefined) return highest
  // A tag with build metadata was asked for. It is no version, but what is made of it sorts just behind its version.
  const base = equal.at(-1)?.version ?? (await recentVersion(candidate))
  return pseudo(candidate, base)
}

async function highestCanonical(
  candidate: Candidate,
  tags: readonly { readonly version: string; readonly isCanonical: boolean }[],
): Promise<string | undefined> {
  let highest: string | undefined
  for (const { version, isCanonical } of tags) {
    if (!isCanonical || (highest !== undefined && compare(highest, version) >= 0)) continue
    if (await isUsable(candidate, version)) highest = version
  }
  return highest
}

/** The version of the highest tag before the commit: the pseudo-version has to sort behind it. `''` for none. */
async function recentVersion(candidate: Candidate): Promise<string> {
  const { code, revision } = candidate
  const tag = await code.host.recentTag(revision.commit, {
    prefix: code.place.tagPrefix,
    allowed: async (name) => {
      const found = tagVersion(code, name)
      return found !== undefined && (await isUsable(candidate, found.version))
    },
  })
  return tag === undefined ? '' : (tagVersion(code, tag)?.version ?? '')
}

/** Not retracted, and of a major version that the path may have. */
async function isUsable(candidate: Candidate, version: string): Promise<boolean> {
  const { code } = candidate
  if (!matchPathMajor(version, code.place.pathMajor) && !(await mayBeIncompatible(candidate, version))) return false
  const isRetracted = await code.retracted()
  return !isRetracted(version)
}

function pseudo({ code, revision, asked }: Candidate, base: string): string {
  try {
    return pseudoVersion(code.place.pseudoMajor, base, revision.time, revision.short)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw versionInvalid(code, asked, `the time of commit ${revision.short} is outside of the years 0 to 9999`)
  }
}

/**
 * Whether a version of 2 or higher may belong to a path without a major version: there is no go.mod at the root, nor one for that major
 * version in a directory of its own. The latter was not always looked at, so whoever asks for `+incompatible` by name still gets it
 * (go issue 51324).
 */
async function mayBeIncompatible({ code, revision, asked }: Candidate, version: string): Promise<boolean> {
  const { directory, pathMajor } = code.place
  if (directory !== '' || pathMajor !== '') return false
  if ((await code.file(revision.commit, 'go.mod')) !== undefined) return false
  if (asked.endsWith('+incompatible')) return true
  return (await code.file(revision.commit, `${major(version)}/go.mod`)) === undefined
}

async function isFitting(candidate: Candidate, version: string): Promise<boolean> {
  try {
    await fitting(candidate, version)
    return true
  } catch (error) {
    if (isVersionInvalid(error)) return false
    throw error
  }
}

/**
 * The version with `+incompatible` where it needs that (Go: checkCanonical). Throws a Failure `version-invalid` where the module is not there,
 * or where a canonical version was asked for and this is another one.
 */
async function fitting(candidate: Candidate, found: string): Promise<string> {
  const { code, asked } = candidate
  await moduleDirectory(code, found)
  const { path, prefix, pathMajor } = code.place
  const refuse = (version: string, why: string) => versionInvalid(code, version, why)
  const version = found === withoutSuffix(asked) ? asked : found
  const base = withoutSuffix(version)
  const isMatching = matchPathMajor(base, pathMajor)
  const isIncompatible = !isMatching && (await mayBeIncompatible(candidate, base))
  if (asked !== '' && asked === canonicalVersion(asked) && withoutSuffix(asked) !== base) {
    throw refuse(
      asked,
      `resolves to version ${isIncompatible ? `${base}+incompatible` : version} (${withoutSuffix(asked)} is not a tag)`,
    )
  }
  if (isMatching && version.endsWith('+incompatible')) {
    throw refuse(version, `+incompatible suffix not allowed: major version ${major(version)} is compatible`)
  }
  if (isMatching) return version
  if (isIncompatible) return `${base}+incompatible`
  throw refuse(
    version,
    pathMajor === ''
      ? `module contains a go.mod file, so module path must match major version ("${prefix}/${major(version)}")`
      : `module path ${path} includes a major version suffix, so major version must match`,
  )
}

const withoutSuffix = (version: string) => version.replace(/\+incompatible$/, '')
