/** What `modgate download` does: constructs what fills the module cache, has it filled, and says what came of it. */

import { availableParallelism } from 'node:os'
import { formatJSON } from '@modgate/gomod/modfile'
import { versionString } from '@modgate/gomod/module'
import { isExcluded } from '@modgate/gomod/mvs'
import { pathsOf } from '../config/machine.ts'
import { Failure } from '../core/failure.ts'
import { eachOf } from '../core/each-of.ts'
import { systemClock } from '../core/system.ts'
import { goFlag } from '../inspect/doctor/go-flags-checks.ts'
import { readGoEnvironment } from '../inspect/evidence/go-environment.ts'
import { moduleCache } from '../inspect/evidence/module-cache-place.ts'
import { fileLocks, type FileLocks } from '../modcache/file-lock.ts'
import { keptFiles, type KeptFiles } from '../modcache/kept-files.ts'
import { keptRecords } from '../modcache/kept-records.ts'
import { downloadModules, type Outcome } from '../modcache/module-downloads.ts'
import { zipCache, type ZipCache } from '../modcache/module-zips.ts'
import { steadily } from '../modcache/steadily.ts'
import { completeSums } from '../modcache/sum-file.ts'
import { unpacker } from '../modcache/unpacker.ts'
import type { Loader } from '../modload/build-list.ts'
import { checkSum, goModLine, type GoModReader } from '../modload/checked-go-mods.ts'
import { graphReading } from '../modload/graph-reading.ts'
import { upgradeQueries } from '../modload/upgrade-query.ts'
import { namesAll, wantedModules, type WantedModule } from '../modload/wanted-modules.ts'
import { buildListSumNeeds, sumNeeds, type SumNeeds } from '../packages/sum-needs.ts'
import { print, remark, type CommandLine } from './context.ts'
import { downloadProgress, type DownloadProgress } from './download-progress.ts'
import { modloadParts, type ModloadParts } from './modload-parts.ts'
import { failureText } from './report-failure.ts'
import { stopSignal } from './stop-signal.ts'

export interface DownloadFlags {
  readonly json?: boolean
  readonly write?: boolean
  readonly jobs?: number
}

type Flags = DownloadFlags & { readonly jobs: number }

interface Filling {
  readonly root: string
  readonly signal: AbortSignal
  readonly locks: FileLocks
  readonly kept: KeptFiles
  readonly steadily: <T>(work: () => Promise<T>) => Promise<T>
  readonly progress: DownloadProgress
}

/** Downloads, prints, and sets the exit code. Throws a Failure where nothing could be begun. */
export async function downloadProject(command: CommandLine, args: readonly string[], flags: Flags): Promise<void> {
  const stopping = new AbortController()
  const stop = stopSignal(process)
  void stop.asked.then((signal) => {
    stopping.abort(new Error(signal))
    command.process.exitCode = signal === 'SIGINT' ? 130 : 143
  })
  const filling = await fillingOf(command, stopping.signal)
  const writing = { ...writingOf(filling), width: flags.jobs }
  const parts = await modloadParts(command, { mayBeOutside: isAnywhere(args) }, { writing })
  try {
    const downloaded = await filled(parts, { args, flags, filling })
    filling.progress.end()
    show(command, downloaded, flags)
  } catch (error) {
    filling.progress.end()
    if (!stopping.signal.aborted) throw error
    remark(command, 'modgate: stopped; what has come is kept, and the next run goes on from there')
  } finally {
    filling.locks.close()
    await parts.close()
    stop.forget()
  }
}

/** Versions that are named mean the same wherever one stands. */
function isAnywhere(args: readonly string[]): boolean {
  return args.length > 0 && args.every((word) => word.includes('@'))
}

async function fillingOf(command: CommandLine, signal: AbortSignal): Promise<Filling> {
  const { machine } = command
  const root = moduleCache(machine, await readGoEnvironment(machine))
  if (!pathsOf(machine).isAbsolute(root)) throw relativeCache(root)
  const locks = fileLocks(signal)
  return {
    ...{ root, signal, locks },
    kept: keptFiles(root, locks),
    steadily: steadily(systemClock, signal),
    progress: downloadProgress(command.process),
  }
}

function relativeCache(root: string): Failure {
  const why = 'it is a relative path, which would mean another place in each directory'
  return new Failure('configuration', { asked: `GOMODCACHE=${root}`, who: 'modgate', why, next: 'make it absolute' })
}

function writingOf({ signal, locks, kept, steadily: again, progress }: Filling) {
  return {
    ...{ signal, steadily: again },
    database: keptRecords(locks),
    watched: kept.watched,
    onChecked: kept.goMod,
    onFile: progress.bytes,
    onRepository: (more: 1 | -1) => progress.at('repository', more),
  }
}

interface Work {
  readonly args: readonly string[]
  readonly flags: Flags
  readonly filling: Filling
}

interface Downloaded {
  readonly outcomes: readonly Outcome[]
  /** Why not all could be found out that was meant. */
  readonly trouble: Failure | undefined
}

async function filled(parts: ModloadParts, { args, flags, filling }: Work): Promise<Downloaded> {
  const { loader, goMod, checking, go } = parts
  const { root, kept, locks, progress } = filling
  const isWritable = !['false', '0', undefined].includes(goFlag(go, 'modcacherw'))
  const threads = unpacker(availableParallelism(), (more) => progress.at('unpacking', more))
  const zips = zipCache({
    ...{ root, locks, unpacker: threads, steadily: filling.steadily, isWritable },
    fetch: parts.zip,
    check: (module, h1) => checkSum(checking, module, h1),
    onBytes: progress.bytes,
  })
  // As the go command: what is asked for by name is had, as far as it is known without the rest.
  const { graph, trouble } = graphReading(loader, { mayBePartial: args.length > 0 })
  const over = new AbortController()
  const ahead = args.length === 0 ? modulesAhead(loader, { zips, kept, over: over.signal }) : undefined
  try {
    const meant = await wantedModules(args, { loader, graph, queries: upgradeQueries(loader, goMod) })
    // What is not in the part of the graph that could be read may be in the rest.
    const wanted = meant.filter(({ module, query }) => !trouble() || module !== undefined || query !== undefined)
    progress.total(wanted.filter(isRemote).length)
    const options = { root, files: loader.files, kept, goMod, zips, width: flags.jobs, onDone: progress.module }
    const outcomes = await downloadModules(wanted, options)
    filling.signal.throwIfAborted()
    const mayWrite = trouble() === undefined && loader.project.sumFiles.length > 0
    if (flags.write && mayWrite) await writeSums({ loader, goMod, zips, locks, width: flags.jobs })
    return { outcomes, trouble: trouble() }
  } finally {
    over.abort()
    await ahead
    await threads.close()
    if (!filling.signal.aborted) await kept.finish()
  }
}

/** Few enough that the go.mod files, which lead to each other, do not wait for them. */
const modulesAheadAtOnce = 16

/**
 * Downloads what go.mod requires while the graph is still being read: in a go.mod that is tidy these are the versions that will be
 * chosen. What fails is tried again in its turn, and told then.
 */
async function modulesAhead(
  { project, replacements, files }: Loader,
  { zips, kept, over }: Pick<Filling, 'kept'> & { readonly zips: ZipCache; readonly over: AbortSignal },
): Promise<void> {
  const { mains } = project
  const [main] = mains.modules
  if (mains.work !== undefined || main === undefined || !namesAll(main)) return
  const required = main.file.require.filter((module) => !isExcluded(mains, module))
  const modules = required.map(({ path, version }) => replacements.of({ path, version }) ?? { path, version })
  const remote = modules.filter(({ version }) => version !== '')
  await eachOf(remote, modulesAheadAtOnce, async (module) => {
    if (!over.aborted) await Promise.allSettled([kept.info(files, module), zips.complete(module)])
  })
}

interface SumWriting {
  readonly loader: Loader
  readonly goMod: GoModReader
  readonly zips: ZipCache
  readonly locks: FileLocks
  /** Questions at once. */
  readonly width: number
}

/** Adds to go.sum what builds and tests need of it: the lines that go mod tidy would leave there, and of a workspace go mod download. */
async function writeSums({ loader, goMod, zips, locks, width }: SumWriting): Promise<void> {
  const { sums, project } = loader
  const isWorkspace = project.mains.work !== undefined
  const { zips: needed, goMods } = isWorkspace ? await buildListSumNeeds(loader) : await tidySumNeeds(loader, zips)
  // A pruned graph ends before the go.mod of a module that only tests of dependencies use: nobody has read it yet.
  const unread = goMods.filter((module) => sums.recorded(goModLine(module)) === undefined)
  await eachOf(unread, width, async (module) => {
    await goMod(module)
  })
  const names = new Set([...needed, ...goMods.map(goModLine)].map(versionString))
  const lines = [...sums.learnt()].filter(({ module }) => names.has(versionString(module)))
  await completeSums(project.sumFiles.at(-1)!, lines, locks)
}

function tidySumNeeds(loader: Loader, zips: ZipCache): Promise<SumNeeds> {
  const brought = new Map<string, Promise<unknown>>()
  return sumNeeds({ ...loader, mode: 'mod' }, async (module) => {
    const actual = loader.replacements.of(module) ?? module
    if (actual.version === '') return
    const name = versionString(actual)
    const coming = brought.get(name) ?? zips.complete(actual)
    brought.set(name, coming)
    await coming
  })
}

function isRemote({ module }: WantedModule): boolean {
  return module?.version !== ''
}

function show(command: CommandLine, { outcomes, trouble }: Downloaded, { json }: Flags): void {
  if (json && outcomes.length > 0)
    print(
      command,
      outcomes
        .map(({ shown }) => formatJSON(shown))
        .join('')
        .trimEnd(),
    )
  const failures = outcomes.flatMap(({ failure }) => failure ?? [])
  if (failures.length > 0 || trouble) command.process.exitCode = 1
  const report = { stream: command.process.stderr, debug: command.machine.environment['MODGATE_DEBUG'] === '1' }
  if (trouble) remark(command, failureText(trouble, report))
  if (!json) for (const failure of failures) remark(command, failureText(failure, report))
  if (!json && outcomes.length === 0 && !trouble) remark(command, 'modgate: nothing of that has to be downloaded')
}
