/** The tagged versions of a module (Go: codeRepo.Versions). */

import { isPseudoVersion, matchPathMajor } from '@modgate/gomod/module'
import { parseLax, type ModFile } from '@modgate/gomod/modfile'
import { canonical, compare, major, prerelease, sort } from '@modgate/gomod/semver'
import { ifThere, type ModuleCode } from './module-code.ts'
import { moduleDirectory } from './module-directory.ts'

/**
 * All versions that tags name, in order, retracted ones too, with those before modules behind them as `+incompatible`. The go.mod of a
 * version is not looked at: a broken one breaks no list.
 */
export async function versions(code: ModuleCode): Promise<readonly string[]> {
  const { path, directory, tagPrefix, pathMajor } = code.place
  // Its v2 tags belong to the module without the suffix.
  if (path.startsWith('gopkg.in/') && path.endsWith('-unstable')) return []
  const tagged = code.host
    .tags(tagPrefix)
    .map((tag) => tag.slice(tagPrefix.length))
    .filter((tag) => tag !== '' && tag === canonical(tag) && !isPseudoVersion(tag))
  const list = sort(tagged.filter((version) => matchPathMajor(version, pathMajor)))
  if (directory !== '' || pathMajor !== '') return list
  const later = sort(tagged.filter((version) => !matchPathMajor(version, '')))
  return later.length === 0 ? list : [...list, ...(await incompatible(code, list, later))]
}

/**
 * Versions of 2 and higher under a path that does not say so: only where no go.mod says that the author knows of modules. The newest
 * version of each major speaks for all of it, the newest compatible one for all majors (go issue 34189).
 */
async function incompatible(
  code: ModuleCode,
  list: readonly string[],
  later: readonly string[],
): Promise<readonly string[]> {
  const hasGoMod = async (version: string) =>
    (await ifThere(code.revision(version).then(({ commit }) => code.file(commit, 'go.mod')))) !== undefined
  const newest = list.at(-1)
  if (newest !== undefined && (await hasGoMod(newest))) return []
  const majors = Map.groupBy(later, major)
  const kept: string[] = []
  for (const group of majors.values()) {
    if (!(await hasGoMod(group.at(-1)!))) kept.push(...group.map((version) => `${version}+incompatible`))
  }
  return kept
}

/**
 * The version whose go.mod says what is retracted: the newest release that has one, else the newest pre-release.
 */
function retracting(list: readonly string[]): string | undefined {
  const compatible = list.filter((version) => !version.endsWith('+incompatible'))
  return compatible.findLast((version) => prerelease(version) === '') ?? compatible.at(-1)
}

/** Tells retracted versions, as far as the newest version's go.mod can be read (Go: codeRepo.retractedVersions). */
export async function retractions(code: ModuleCode): Promise<(version: string) => boolean> {
  const newest = retracting(await versions(code))
  const found = newest === undefined ? undefined : await ifThere(moduleDirectory(code, newest))
  return retractedBy(found?.goMod)
}

/** Tells what a go.mod retracts: nothing where it cannot be read. */
export function retractedBy(goMod: Uint8Array | undefined): (version: string) => boolean {
  const file = goMod === undefined ? undefined : parsed(goMod)
  return (version) =>
    file?.retract.some(({ low, high }) => compare(low, version) <= 0 && compare(version, high) <= 0) ?? false
}

function parsed(goMod: Uint8Array): ModFile | undefined {
  try {
    return parseLax('go.mod', goMod)
  } catch {
    return undefined
  }
}
