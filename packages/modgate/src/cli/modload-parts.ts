/** What the commands need that look at a project's module graph, constructed from the user's own settings. */

import type { ModuleVersion } from '@modgate/gomod/module'
import type { Machine } from '../config/machine.ts'
import type { Resource } from '../core/resource.ts'
import { goFlag } from '../inspect/doctor/go-flags-checks.ts'
import { readGoEnvironment, type GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { moduleCache as cachePlace } from '../inspect/evidence/module-cache-place.ts'
import { buildMode, type BuildMode, type ChosenMode } from '../modload/build-mode.ts'
import type { Loader } from '../modload/build-list.ts'
import { checkGoFlags } from '../modload/go-flags.ts'
import { checkedGoMods, type GoModOptions, type GoModReader } from '../modload/checked-go-mods.ts'
import { noProject, readMainProject, type MainProject } from '../modload/main-project.ts'
import { firstOf, type ModFiles } from '../modload/mod-files.ts'
import { moduleCache } from '../modload/module-cache.ts'
import { moduleSummaries } from '../modload/module-summaries.ts'
import { readAhead } from '../modload/read-ahead.ts'
import { replacementsOf } from '../modload/replacements.ts'
import { readSumBook } from '../modload/sum-book.ts'
import type { CommandLine } from './context.ts'
import { fetchProgress } from './fetch-progress.ts'
import type { ModloadNetwork, NetworkOptions } from './modload-network.ts'

export interface ModloadFlags {
  readonly mod?: BuildMode
  /** Whether it can be done without a main module. */
  readonly mayBeOutside?: boolean
}

/** What a command hands in that fills the module cache on the way; the others write nothing. */
export interface CacheWriting extends Pick<
  NetworkOptions,
  'database' | 'signal' | 'width' | 'steadily' | 'onRepository'
> {
  /** Sees files on their way from the network. */
  readonly watched: (files: ModFiles) => ModFiles
  /** Told of each go.mod that is believed. */
  readonly onChecked: (module: ModuleVersion, bytes: Uint8Array) => void
  /** Told of each small file that came, with its bytes. */
  readonly onFile: (bytes: number) => void
}

export interface ModloadParts {
  readonly loader: Loader
  /** Reads go.mod files that no graph has asked for. */
  readonly goMod: GoModReader
  readonly mode: BuildMode
  /** Of the Go installation, without "go". */
  readonly goVersion?: string
  readonly go: GoEnvironment
  /** What hashes are held against. */
  readonly checking: Pick<GoModOptions, 'sums' | 'records'>
  /** Starts to read a zip from the network. Throws a Failure. */
  readonly zip: (module: ModuleVersion) => Promise<Resource>
  /** Ends connections, and takes the progress away. */
  close(): Promise<void>
}

export interface ModloadOptions {
  readonly writing?: CacheWriting
  /** Is asked instead of whom the settings of go name. */
  readonly given?: AskedNetwork
}

/** What a graph is read over. */
export type AskedNetwork = Omit<ModloadNetwork, 'files'> & { readonly files: ModFiles }

/** Constructs them. Throws a Failure for a project or settings that cannot be. */
export async function modloadParts(
  command: CommandLine,
  { mod, mayBeOutside = false }: ModloadFlags,
  { writing, given }: ModloadOptions = {},
): Promise<ModloadParts> {
  const { machine } = command
  const go = await readGoEnvironment(machine)
  checkGoFlags(go)
  const project = await projectOf(machine, go, mayBeOutside)
  const mode = await buildMode(machine, project, mod ?? goFlag(go, 'mod'))
  const progress = fetchProgress(command.process)
  const proxies = lazyNetwork({ machine, go, onFile: progress.file, ...writing })
  const network: LazyNetwork<AskedNetwork> = given
    ? { get: async () => given, loaded: () => undefined, close: () => given.close() }
    : proxies
  const goVersion = go.goVersion?.replace(/^go/, '').split(' ')[0]
  return {
    ...(await loaderOf({
      machine,
      go,
      project,
      mode,
      network,
      ahead: given ? undefined : proxies,
      ...(writing === undefined ? {} : { writing }),
    })),
    ...{ mode: mode.mode, go },
    zip: async (module) => (await proxies.get()).files.zip(module),
    ...(goVersion === undefined ? {} : { goVersion }),
    async close() {
      progress.end()
      await network.close()
    },
  }
}

async function projectOf(machine: Machine, go: GoEnvironment, mayBeOutside: boolean): Promise<MainProject> {
  // Without a name it is as if it were not there.
  const modfile = goFlag(go, 'modfile') === '' ? undefined : goFlag(go, 'modfile')
  const [workFile, goMod] = [valueOf(go, 'GOWORK'), mainFile(go)]
  if (mayBeOutside && goMod === '' && ['', 'off'].includes(workFile)) return noProject(machine.cwd)
  const from = { workFile: placeOf(go, 'GOWORK'), modfile: placeOf(go, 'GOFLAGS') }
  return readMainProject(machine, { workFile, goMod, from, ...(modfile === undefined ? {} : { modfile }) })
}

interface LazyNetwork<Network extends AskedNetwork = ModloadNetwork> {
  /** Loads it at the first call. */
  get(): Promise<Network>
  /** Undefined where no proxy has had to be asked so far. */
  loaded(): ModloadNetwork | undefined
  close(): Promise<void>
}

function lazyNetwork(options: NetworkOptions): LazyNetwork {
  let network: Promise<ModloadNetwork> | undefined
  let loaded: ModloadNetwork | undefined
  const load = async () => (loaded = await (await import('./modload-network.ts')).modloadNetwork(options))
  return {
    loaded: () => loaded,
    get: () => (network ??= load()),
    close: async () => (await network?.catch(() => undefined))?.close(),
  }
}

interface Settled {
  readonly machine: Machine
  readonly go: GoEnvironment
  readonly project: MainProject
  readonly mode: ChosenMode
  readonly network: LazyNetwork<AskedNetwork>
  /** Whom the settings of go name, where they are who is asked. */
  readonly ahead: LazyNetwork | undefined
  readonly writing?: CacheWriting
}

async function loaderOf({
  machine,
  go,
  project,
  mode,
  network,
  ahead,
  writing,
}: Settled): Promise<Pick<ModloadParts, 'loader' | 'goMod' | 'checking'>> {
  const cache = moduleCache(cachePlace(machine, go))
  const asked: ModFiles = { read: async (request) => (await network.get()).files.read(request) }
  const files = firstOf([cache, writing?.watched(asked) ?? asked])
  const sums = await readSumBook(machine, project.sumFiles)
  const replacements = replacementsOf(project, machine)
  const checking = {
    sums,
    records: { lookup: async (line: ModuleVersion) => (await network.get()).records.lookup(line) },
  }
  const goMod = checkedGoMods({
    ...{ files, ...checking },
    // What fills the cache is how go.sum gets its lines: go mod download does not ask for them either.
    needsSums: writing === undefined && mode.mode === 'readonly' && mode.isExplicit && project.mains.work === undefined,
    giver: (bytes) => network.loaded()?.files.giver(bytes),
    ...(writing === undefined ? {} : { onChecked: writing.onChecked }),
  })
  const summaries = moduleSummaries({ machine, project, replacements, goMod })
  const advance = ahead && readAhead({ ...{ machine, project, replacements, cache, sums }, network: () => ahead.get() })
  const updates = mode.mode === 'mod' ? 'mod' : 'readonly'
  const loader = { project, replacements, summaries, files, cache, sums, mode: updates } as const
  return { loader: advance ? { ...loader, readAhead: advance } : loader, goMod, checking }
}

function placeOf({ variables }: GoEnvironment, name: string): string {
  return variables.get(name)?.place ?? ''
}

function valueOf({ variables }: GoEnvironment, name: string): string {
  return variables.get(name)?.value ?? ''
}

/** GOMOD is a file that is always empty where there is none. */
function mainFile(go: GoEnvironment): string {
  const file = valueOf(go, 'GOMOD')
  return file === '/dev/null' || file === 'NUL' ? '' : file
}
