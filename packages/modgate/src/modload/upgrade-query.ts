/**
 * What is newer, retracted and deprecated: the queries `upgrade` and `latest` of the go command, with its rules for what may not be
 * chosen (cmd/go/internal/modload, queryProxy and CheckRetractions).
 */

import { isPseudoVersion, type ModuleVersion } from '@modgate/gomod/module'
import { compareVersions, isExcluded, isMain } from '@modgate/gomod/mvs'
import type { ModSummary } from '@modgate/gomod/mvs'
import { autoQuote } from '@modgate/gomod/modfile'
import { prerelease } from '@modgate/gomod/semver'
import { Failure } from '../core/failure.ts'
import { isAlarm } from './advice.ts'
import type { Loader } from './build-list.ts'
import type { GoModReader } from './checked-go-mods.ts'
import { noTime, timeOfPseudo, type VersionInfo } from './version-info.ts'
import { versionRange, type VersionRange } from './version-range.ts'
import { versionQueries, type VersionQueries } from './version-queries.ts'

export interface UpgradeQueries {
  /** The version that an upgrade would choose; undefined where there is nothing better. Throws a Failure where that is not known. */
  upgrade(module: ModuleVersion): Promise<VersionInfo | undefined>
  /** The version that a query means; excluded and retracted ones do not count. Throws a Failure, absent where there is none. */
  query(range: VersionRange): Promise<string>
  /** The reasons of a retraction; undefined where the version is not retracted. Throws a Failure where that is not known. */
  retracted(module: ModuleVersion): Promise<readonly string[] | undefined>
  /** The message of a deprecation; empty where there is none. Throws a Failure where that is not known. */
  deprecated(module: ModuleVersion): Promise<string>
}

/** What is asked of the versions of one path. */
interface Choice {
  readonly range: VersionRange
  readonly isAllowed?: (version: string) => Promise<boolean>
}

const latestOf = (path: string): VersionRange => ({ path, query: 'latest', accepts: () => true, mayUseLatest: true })

export function upgradeQueries(loader: Loader, goMod: GoModReader): UpgradeQueries {
  const { project, replacements, summaries } = loader
  const queries = versionQueries(loader.files, replacements)
  const choose = (choice: Choice) => chosen(queries, goMod, choice)
  const newest = new Map<string, Promise<ModSummary | undefined>>()

  /** The go.mod of the newest version: what it says of retractions holds for all versions. Undefined where there is no version. */
  function newestGoMod(path: string): Promise<ModSummary | undefined> {
    const known = newest.get(path) ?? readNewest(path)
    newest.set(path, known)
    return known
  }

  async function readNewest(path: string): Promise<ModSummary | undefined> {
    const info = await choose({ range: latestOf(path) }).catch(undefinedIfAbsent)
    if (!info) return undefined
    const latest = { path, version: info.version }
    return summaries.raw(replacements.of(latest) ?? latest)
  }

  /** Nothing is known of what is replaced as a whole, or is a directory. */
  const isOutOfSight = ({ path, version }: ModuleVersion) =>
    version === '' || replacements.of({ path, version: '' }) !== undefined

  async function retracted(module: ModuleVersion): Promise<readonly string[] | undefined> {
    if (isOutOfSight(module)) return undefined
    const { path, version } = module
    const lines = ((await newestGoMod(path))?.retract ?? []).filter(
      ({ low, high }) => compareVersions(path, low, version) <= 0 && compareVersions(path, version, high) <= 0,
    )
    if (lines.length === 0) return undefined
    const reasons = lines.map(({ rationale }) => rationale).filter((rationale) => rationale !== '')
    return reasons.length === 0 ? ['retracted by module author'] : reasons
  }

  /** What cannot be found out forbids nothing, or a proxy's trouble would hide versions. */
  async function isAllowed(module: ModuleVersion): Promise<boolean> {
    if (isExcluded(project.mains, module)) return false
    return retracted(module).then(
      (reasons) => reasons === undefined,
      (error: unknown) => {
        if (error instanceof Failure && !isAlarm(error)) return true
        throw error
      },
    )
  }

  const allowedIn = (range: VersionRange) =>
    choose({ range, isAllowed: (version) => isAllowed({ path: range.path, version }) })

  return {
    retracted,
    async upgrade({ path, version }) {
      if (version === '' || isMain(project.mains, path)) return undefined
      const range = versionRange({ path, query: 'upgrade', current: version })!
      const info = await allowedIn(range).catch(undefinedIfAbsent)
      if (!info || compareVersions(path, info.version, version) <= 0) return undefined
      return isOlderThanPseudo(info, version) ? undefined : info
    },
    async query(range) {
      const { path, query, current } = range
      const info = await allowedIn(range)
      const stays = current !== undefined && (!info || isOlderThanPseudo(info, current))
      if (stays && (await isAllowed({ path, version: current }))) return (await queries.stat(path, current)).version
      if (info && !stays) return info.version
      const why = 'it has no such version that is not excluded or retracted'
      throw new Failure('module-not-found', { asked: `${path}@${query}`, who: 'modgate', why })
    },
    async deprecated(module) {
      return isOutOfSight(module) ? '' : ((await newestGoMod(module.path))?.deprecated ?? '')
    },
  }
}

/** The first release by the order of preference, else the first pre-release, else what `@latest` says; undefined where nothing is left. */
async function chosen(queries: VersionQueries, goMod: GoModReader, choice: Choice): Promise<VersionInfo | undefined> {
  const { range, isAllowed = async () => true } = choice
  const { path, accepts, prefersLower, takesIncompatible, mayUseLatest } = range
  const isWanted = async (version: string) => accepts(version) && (await isAllowed(version))
  const wanted: string[] = []
  for (const version of await queries.versions(path)) if (await isWanted(version)) wanted.push(version)
  const candidates = [...(takesIncompatible ? wanted : await compatible(wanted, path, goMod))]
  if (!prefersLower) candidates.reverse()
  const best = candidates.find((version) => prerelease(version) === '') ?? candidates[0]
  if (best !== undefined) return queries.stat(path, best)
  if (!mayUseLatest) return undefined
  const latest = await queries.latest(path).catch(undefinedIfAbsent)
  return latest && (await isWanted(latest.version)) ? queries.stat(path, latest.version) : undefined
}

/** Where the last compatible version has a go.mod of its own, `+incompatible` ones are from before there were modules. */
async function compatible(versions: readonly string[], path: string, goMod: GoModReader): Promise<readonly string[]> {
  const first = versions.findIndex((version) => version.endsWith('+incompatible'))
  const last = versions[first - 1]
  if (last === undefined) return versions
  const text = new TextDecoder().decode(await goMod({ path, version: last }))
  return text === `module ${autoQuote(path)}\n` ? versions : versions.slice(0, first)
}

/** From an untagged commit nobody wants to go to something that was there before it. */
function isOlderThanPseudo({ time }: VersionInfo, current: string): boolean {
  const since = isPseudoVersion(current) ? timeOfPseudo(current) : undefined
  return since !== undefined && time !== noTime && Date.parse(time) < since.getTime()
}

function undefinedIfAbsent(error: unknown): undefined {
  if (!(error instanceof Failure) || !error.absent) throw error
}
