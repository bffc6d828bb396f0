/** What `modgate verify --cache` does. */

import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { isToolchainPath } from '@modgate/gomod/mvs'
import type { ModuleVersion } from '@modgate/gomod/module'
import { counted } from '../core/counted.ts'
import { threadPool } from '../core/thread-pool.ts'
import { moduleCache } from '../inspect/evidence/module-cache-place.ts'
import { checkCache, checkWorker } from '../modcache/cache-check.ts'
import { placesOf } from '../modcache/cache-places.ts'
import type { CheckResult, CheckTask } from '../modcache/check-worker.ts'
import { resolveProject } from '../modload/build-list.ts'
import { checkSum } from '../modload/checked-go-mods.ts'
import { cacheCheckText, isSound, type CacheCheckReport } from '../report/cache-check-text.ts'
import { print, type CommandLine } from './context.ts'
import { modloadParts, type ModloadParts } from './modload-parts.ts'
import { progress } from './progress.ts'
import { resumable } from './resumable.ts'

/** Checks the modules of the build, prints, and sets the exit code. Throws a Failure where the build cannot be found out. */
export async function verifyCache(command: CommandLine, { json = false }: { readonly json?: boolean }): Promise<void> {
  const parts = await modloadParts(command, {})
  const far = { done: 0, of: 0 }
  try {
    const run = async (signal: AbortSignal) => checked(command, parts, { signal, far })
    const report = await resumable(command, run, () => howFar(far))
    if (!report) return
    print(command, json ? report : cacheCheckText(report))
    if (!report.modules.every(isSound)) command.process.exitCode = 1
  } finally {
    await parts.close()
  }
}

function howFar({ done, of }: Run['far']): string {
  if (of === 0) return 'the modules of the build were not known yet'
  return `${done} of ${counted(of, 'module')} looked at, and the others may be damaged; run it again`
}

interface Run {
  readonly signal: AbortSignal
  /** How far it has come: written as it goes. */
  readonly far: { done: number; of: number }
}

async function checked(command: CommandLine, parts: ModloadParts, { signal, far }: Run): Promise<CacheCheckReport> {
  const { loader, checking, go } = parts
  const root = moduleCache(command.machine, go)
  const modules = await remoteModules(parts)
  far.of = modules.length
  const sizes = modules.map((module) => statSync(placesOf(root, module).zip, { throwIfNoEntry: false })?.size ?? 0)
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  const threads = availableParallelism()
  const pool = threadPool<CheckTask, CheckResult>(threads, checkWorker())
  const bar = progress(command.process, 'verify', bytes, 'module')
  // A zip that is being hashed may be large.
  signal.addEventListener('abort', () => void pool.close(), { once: true })
  try {
    const found = await checkCache(modules, {
      ...{ root, pool, width: threads + 2 },
      check: (module, h1) => checkSum({ sums: loader.sums, records: checking.records }, module, h1),
      onChecked(size) {
        far.done++
        bar.done(size)
      },
    })
    return { root, modules: found, absent: modules.length - found.length, bytes }
  } finally {
    bar.end()
    await pool.close()
  }
}

/** What of the build list comes from elsewhere: replaced where it is, and no main module, directory or toolchain. */
async function remoteModules({ loader }: ModloadParts): Promise<readonly ModuleVersion[]> {
  const { graph } = await resolveProject(loader, { as: 'graph' })
  return graph
    .buildList()
    .filter(({ path, version }) => version !== '' && !isToolchainPath(path))
    .map((module) => loader.replacements.of(module) ?? module)
    .filter(({ version }) => version !== '')
}
