/** Reads the module cache and hashes what lies in it. */

import { parseSumdb, SettingError } from '@modgate/gomod/goenv'
import { constants } from 'node:fs'
import { access, readdir, stat, statfs } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Machine } from '../../config/index.ts'
import { fetchSettingsOf, type GoEnvironment } from './go-environment.ts'
import { readEntryOf } from './module-cache-entry.ts'
import type { CacheEntry, CacheEvidence, SumLine } from './module-cache-evidence.ts'
import { allVersions, filesOf, type ModuleVersionFiles } from './module-cache-files.ts'
import { moduleCache } from './module-cache-place.ts'
import { damagedRecords } from './module-cache-records.ts'
import { modulesOf, type Project } from './project.ts'
import { readPinnedHead } from './tree-head.ts'

export interface CacheOptions {
  readonly machine: Machine
  /** Looks at every module version of the cache, not at the project's alone; so it does where there is no project. */
  readonly all?: boolean
  /** Compares unpacked files with the zip by content, not by name and size alone. */
  readonly deep?: boolean
  /** Milliseconds after which no further zip is hashed, 5,000 unless given; without end where `deep`. */
  readonly hashMs?: number
}

const hour = 3_600_000

/** Collects it. Never throws for what the cache holds. */
export async function collectCache(
  go: GoEnvironment,
  project: Project | undefined,
  options: CacheOptions,
): Promise<CacheEvidence> {
  const { machine, all = project === undefined } = options
  const directory = moduleCache(machine, go)
  const versions = all ? await allVersions(directory) : versionsOf(directory, project!)
  const { entries, unhashed } = await entriesOf(versions, options)
  const database = databaseOf(go)
  const modules = all ? {} : { modules: modulesOf(project!) }
  return {
    directory,
    ...(await stateOf(directory)),
    entries: entries.map((entry) => withSums(entry, project)),
    unhashed,
    scope: all ? 'all' : 'project',
    ...(await leftoversOf(versions)),
    damagedRecords: database ? await damagedRecords({ cache: directory, database, ...modules }) : [],
    ...(database ? { pinned: await readPinnedHead(machine, go, database) } : {}),
    platform: machine.platform,
  }
}

function versionsOf(directory: string, project: Project): readonly ModuleVersionFiles[] {
  return modulesOf(project).flatMap(({ path, version }) => filesOf(directory, path, version) ?? [])
}

function databaseOf(go: GoEnvironment): { readonly name: string; readonly key: string } | undefined {
  try {
    const database = parseSumdb(fetchSettingsOf(go).GOSUMDB)
    return database.kind === 'off' ? undefined : database
  } catch (error) {
    if (error instanceof SettingError) return undefined
    throw error
  }
}

type State = Pick<CacheEvidence, 'exists' | 'unreadable' | 'readOnly' | 'freeBytes'>

async function stateOf(directory: string): Promise<State> {
  try {
    await readdir(directory)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? { exists: false } : { exists: true, unreadable: message }
  }
  const denied = await access(join(directory, 'cache'), constants.W_OK).then(
    () => undefined,
    (error: unknown) => error as NodeJS.ErrnoException,
  )
  const space = await statfs(directory).catch(() => undefined)
  return {
    exists: true,
    ...(denied && denied.code !== 'ENOENT' ? { readOnly: denied.message } : {}),
    ...(space && { freeBytes: space.bavail * space.bsize }),
  }
}

async function entriesOf(versions: readonly ModuleVersionFiles[], { deep = false, hashMs = 5_000 }: CacheOptions) {
  const until = performance.now() + (deep ? Infinity : hashMs)
  const entries: Awaited<ReturnType<typeof readEntryOf>>[] = []
  let unhashed = 0
  for (const version of versions) {
    const hash = performance.now() < until
    const entry = await readEntryOf(version, { deep, hash })
    if (entry?.files.zip !== undefined && !hash) unhashed++
    entries.push(entry)
  }
  return { entries: entries.filter((entry) => entry !== undefined), unhashed }
}

function withSums(entry: Omit<CacheEntry, 'sumZip' | 'sumMod'>, project: Project | undefined): CacheEntry {
  const own = project?.sum.filter(({ path, version }) => path === entry.path && version === entry.version) ?? []
  const file = project ? join(project.directory, 'go.sum') : ''
  const lines = (goMod: boolean): readonly SumLine[] =>
    own.filter((line) => line.goMod === goMod).map(({ h1, line }) => ({ h1, file, line }))
  return { ...entry, sumZip: lines(false), sumMod: lines(true) }
}

/** Temporary files, marks of unpacking under way, and files of somebody else, beside the versions that were looked at. */
async function leftoversOf(
  versions: readonly ModuleVersionFiles[],
): Promise<Pick<CacheEvidence, 'leftovers' | 'foreign'>> {
  const own = process.getuid?.()
  const leftovers: string[] = []
  const foreign: string[] = []
  for (const downloads of new Set(versions.map((version) => version.downloads))) {
    for (const name of await readdir(downloads).catch(() => [])) {
      const file = join(downloads, name)
      const facts = await stat(file).catch(() => undefined)
      if (facts === undefined) continue
      if (own !== undefined && facts.uid !== own && own !== 0) foreign.push(file)
      if (isLeftover(basename(file)) && Date.now() - facts.mtimeMs > hour) leftovers.push(file)
    }
  }
  return { leftovers: leftovers.slice(0, 100), foreign: foreign.slice(0, 20) }
}

function isLeftover(name: string): boolean {
  return name.endsWith('.tmp') || name.endsWith('.partial')
}
