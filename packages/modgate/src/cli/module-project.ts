/** What the project here needs: its build list, and the go.mod files that go reads to find it. */

import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { isToolchainPath, type ModSummary } from '@modgate/gomod/mvs'
import { mergeWanted, wantedOfSum, type WantedList, type WantedModule } from '../bundle/wanted.ts'
import { eachOf } from '../core/each-of.ts'
import type { Source } from '../core/ports.ts'
import { resolveProject, type Loader } from '../modload/build-list.ts'
import { remoteFiles } from '../modload/remote-files.ts'
import type { ContentRoute } from '../policy/route.ts'
import type { CommandLine } from './context.ts'
import { modloadParts } from './modload-parts.ts'

/** go.mod files that are read at the same time. */
const width = 64

/** Milliseconds for all of them. */
const deadlineMs = 15 * 60_000

/**
 * Asks `gate` alone for go.mod files, which verifies what it answers: the settings of go here may name proxies and a checksum database that
 * must not hear of what is private to the gate. Throws a Failure for a project whose graph cannot be read.
 */
export async function projectModules(command: CommandLine, gate: Source): Promise<WantedList> {
  const signal = AbortSignal.timeout(deadlineMs)
  const given = {
    files: remoteFiles({ route: () => throughGate, source: gate, proxies: gate, direct: gate, width, signal }),
    records: { lookup: async () => undefined },
    close: async () => undefined,
  }
  const parts = await modloadParts(command, { mod: 'mod' }, { given })
  try {
    const { loader } = parts
    const { graph } = await resolveProject(loader, { as: 'graph' })
    const found = await Promise.all(loader.project.sumFiles.map((file) => sumsAt(command, file)))
    const sums = found.flatMap((list) => list ?? [])
    // A go.sum has what go read when it was written. Without one the next build finds out what else it has to read.
    const more = sums.length > 0 ? [] : await readAsRoots(loader, graph.buildList())
    const modules = mergeWanted(
      wanted(loader, graph.buildList(), true),
      wanted(loader, [...graph.breadthFirst(), ...more], false),
      ...sums.map((list) => list.modules),
    )
    return { modules, refused: sums.flatMap((list) => list.refused) }
  } finally {
    await parts.close()
  }
}

const throughGate: ContentRoute = {
  kind: 'list',
  hops: [{ kind: 'proxy', url: 'https://gate.invalid', fallback: 'not-found' }],
}

/** As what replaces them; nothing that is a directory. */
function wanted(loader: Loader, modules: readonly ModuleVersion[], zip: boolean): readonly WantedModule[] {
  return modules.flatMap((module) => {
    const { path, version } = loader.replacements.of(module) ?? module
    return version === '' || isToolchainPath(path) ? [] : [{ path, version, zip }]
  })
}

async function sumsAt({ machine }: CommandLine, file: string): Promise<WantedList | undefined> {
  const found = await machine.readFile(file)
  return found === undefined ? undefined : wantedOfSum(found, file)
}

/**
 * What go reads more once go.mod names all modules of the build, as go mod tidy and go build -mod=mod write it: of each of them what it
 * requires, and below one of before go 1.17 everything (https://go.dev/ref/mod#graph-pruning). What cannot be read is left to the build.
 */
async function readAsRoots({ summaries }: Loader, roots: readonly ModuleVersion[]): Promise<readonly ModuleVersion[]> {
  const seen = new Map<string, ModuleVersion>()
  let round = roots.map((module) => ({ module, isRoot: true }))
  while (round.length > 0) {
    const next: typeof round = []
    await eachOf(round, width, async ({ module, isRoot }) => {
      const summary = await summaryOf(module)
      if (!summary || (summary.pruning === 'pruned' && !isRoot)) return
      for (const required of summary.require) {
        const name = versionString(required)
        if (seen.has(name)) continue
        seen.set(name, required)
        next.push({ module: required, isRoot: false })
      }
    })
    round = next
  }
  return [...seen.values()]

  async function summaryOf(module: ModuleVersion): Promise<ModSummary | undefined> {
    if (module.version === '' || isToolchainPath(module.path)) return undefined
    try {
      return await summaries.summary(module)
    } catch {
      return undefined
    }
  }
}
