/** What the commands need that look at a project's module graph, constructed from the user's own settings. */

import type { Machine } from '../config/machine.ts'
import { goFlag } from '../inspect/doctor/go-flags-checks.ts'
import { readGoEnvironment, type GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { moduleCache as cachePlace } from '../inspect/evidence/module-cache-place.ts'
import { buildMode, type BuildMode, type ChosenMode } from '../modload/build-mode.ts'
import type { Loader } from '../modload/build-list.ts'
import { checkedGoMods, type GoModReader } from '../modload/checked-go-mods.ts'
import { readMainProject, type MainProject } from '../modload/main-project.ts'
import { firstOf } from '../modload/mod-files.ts'
import { moduleCache } from '../modload/module-cache.ts'
import { moduleSummaries } from '../modload/module-summaries.ts'
import { replacementsOf } from '../modload/replacements.ts'
import { readSumBook } from '../modload/sum-book.ts'
import type { CommandLine } from './context.ts'
import { fetchProgress } from './fetch-progress.ts'
import type { ModloadNetwork } from './modload-network.ts'

export interface ModloadFlags {
  readonly mod?: BuildMode
}

export interface ModloadParts {
  readonly loader: Loader
  /** Reads go.mod files that no graph has asked for. */
  readonly goMod: GoModReader
  readonly mode: BuildMode
  /** Of the Go installation, without "go". */
  readonly goVersion?: string
  /** Ends connections, and takes the progress away. */
  close(): Promise<void>
}

/** Constructs them. Throws a Failure for a project or settings that cannot be. */
export async function modloadParts(command: CommandLine, { mod }: ModloadFlags): Promise<ModloadParts> {
  const { machine } = command
  const go = await readGoEnvironment(machine)
  const modfile = goFlag(go, 'modfile')
  const project = await readMainProject(machine, {
    workFile: valueOf(go, 'GOWORK'),
    goMod: mainFile(go),
    ...(modfile === undefined ? {} : { modfile }),
  })
  const mode = await buildMode(machine, project, mod ?? goFlag(go, 'mod'))
  const progress = fetchProgress(command.process.stderr)
  const network = lazyNetwork(machine, go, progress.file)
  const goVersion = go.goVersion?.replace(/^go/, '').split(' ')[0]
  return {
    ...(await loaderOf({ machine, go, project, mode, network })),
    mode: mode.mode,
    ...(goVersion === undefined ? {} : { goVersion }),
    async close() {
      progress.end()
      await network.close()
    },
  }
}

interface LazyNetwork {
  /** Loads it at the first call. */
  get(): Promise<ModloadNetwork>
  close(): Promise<void>
}

function lazyNetwork(machine: Machine, go: GoEnvironment, onFile: (bytes: number) => void): LazyNetwork {
  let network: Promise<ModloadNetwork> | undefined
  const load = async () => (await import('./modload-network.ts')).modloadNetwork({ machine, go, onFile })
  return {
    get: () => (network ??= load()),
    close: async () => (await network?.catch(() => undefined))?.close(),
  }
}

interface Settled {
  readonly machine: Machine
  readonly go: GoEnvironment
  readonly project: MainProject
  readonly mode: ChosenMode
  readonly network: LazyNetwork
}

async function loaderOf({
  machine,
  go,
  project,
  mode,
  network,
}: Settled): Promise<Pick<ModloadParts, 'loader' | 'goMod'>> {
  const cache = moduleCache(cachePlace(machine, go))
  const files = firstOf([cache, { read: async (request) => (await network.get()).files.read(request) }])
  const sums = await readSumBook(machine, project.sumFiles)
  const replacements = replacementsOf(project, machine)
  const goMod = checkedGoMods({
    ...{ files, sums },
    records: { lookup: async (module) => (await network.get()).records.lookup(module) },
    needsSums: mode.mode === 'readonly' && mode.isExplicit && project.mains.work === undefined,
  })
  const summaries = moduleSummaries({ machine, project, replacements, goMod })
  const updates = mode.mode === 'mod' ? 'mod' : 'readonly'
  return { loader: { project, replacements, summaries, files, cache, sums, mode: updates }, goMod }
}

function valueOf({ variables }: GoEnvironment, name: string): string {
  return variables.get(name)?.value ?? ''
}

/** GOMOD is a file that is always empty where there is none. */
function mainFile(go: GoEnvironment): string {
  const file = valueOf(go, 'GOMOD')
  return file === '/dev/null' || file === 'NUL' ? '' : file
}
