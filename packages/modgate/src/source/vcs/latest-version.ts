/** What `@latest` of a module is (Go: modload.Query for "latest"). */

import { prerelease } from '@modgate/gomod/semver'
import { ifThere, versionInvalid, type ModuleCode } from './module-code.ts'
import { moduleDirectory, revisionName } from './module-directory.ts'
import { versionOf, type CodeVersion } from './code-version.ts'
import { retractedBy, versions } from './version-list.ts'

/**
 * The highest release that is not retracted, else the highest such pre-release, else the newest commit of the default branch.
 * Throws a Failure `version-invalid` where the module is not there or all of it is retracted.
 */
export async function latestVersion(code: ModuleCode): Promise<CodeVersion> {
  const newest = await newestVersion(code, () => true)
  // What is retracted stands in the go.mod of the newest version, be that retracted itself.
  const found = await ifThere(moduleDirectory(code, newest.version))
  const isRetracted = retractedBy(found?.goMod)
  if (!isRetracted(newest.version)) return newest
  return newestVersion(code, (version) => !isRetracted(version))
}

async function newestVersion(code: ModuleCode, isAllowed: (version: string) => boolean): Promise<CodeVersion> {
  const list = await compatibleFirst(code, (await versions(code)).filter(isAllowed))
  const highest = list.findLast((version) => prerelease(version) === '') ?? list.at(-1)
  if (highest !== undefined) return statVersion(code, highest)
  const latest = await versionOf(code, await code.host.latest(), '')
  if (isAllowed(latest.version)) return latest
  throw versionInvalid(code, 'latest', 'all versions of the module are retracted by its author')
}

/** Without what is `+incompatible`, where the highest compatible version has a go.mod (go issue 34165). */
async function compatibleFirst(code: ModuleCode, list: readonly string[]): Promise<readonly string[]> {
  const compatible = list.filter((version) => !version.endsWith('+incompatible'))
  const last = compatible.at(-1)
  if (last === undefined || compatible.length === list.length) return list
  return (await moduleDirectory(code, last)).goMod === undefined ? list : compatible
}

/** A version by its name: a tag, a branch, an id, a pseudo-version. */
export async function statVersion(code: ModuleCode, asked: string): Promise<CodeVersion> {
  return versionOf(code, await code.revision(revisionName(code.place, asked)), asked)
}
