/** What `modgate resolve` prints, for each of its flags. */

import { formatJSON } from '@modgate/gomod/modfile'
import { isToolchainPath, whySelected, type ResolvedGraph } from '@modgate/gomod/mvs'
import { Failure } from '../core/failure.ts'
import { resolveProject, type Loader } from '../modload/build-list.ts'
import type { BuildMode } from '../modload/build-mode.ts'
import { moduleInfo } from '../modload/module-info.ts'
import { buildListText, graphText } from '../report/build-list-text.ts'
import { selectionText } from '../report/selection-text.ts'
import type { CommandLine } from './context.ts'
import { modloadParts, type ModloadParts } from './modload-parts.ts'

interface ResolveFlags {
  readonly json?: boolean
  readonly graph?: boolean
  readonly why?: string
  readonly mod?: BuildMode
}

/** Resolves, and answers what is to be printed, without a newline at the end. Throws a Failure. */
export async function resolveModules(command: CommandLine, flags: ResolveFlags): Promise<string | object> {
  if (flags.graph && (flags.json || flags.why !== undefined))
    throw usage('--graph', 'it stands alone', 'leave the other flags out')
  const parts = await modloadParts(command, flags)
  try {
    return await answered(parts, flags)
  } finally {
    await parts.close()
  }
}

async function answered(parts: ModloadParts, { graph, why, json }: ResolveFlags): Promise<string | object> {
  const { loader } = parts
  if (graph) return graphText((await resolveProject(loader, { as: 'graph' })).graph)
  refuseVendored(parts)
  const goVersion = parts.goVersion === undefined ? {} : { goVersion: parts.goVersion }
  const resolved = await resolveProject(loader, { as: 'list', ...goVersion })
  if (why !== undefined) return reason(resolved, why, json)
  const modules = resolved.graph.buildList().filter(({ path }) => !isToolchainPath(path))
  if (!json) return buildListText(modules, (module) => loader.replacements.of(module))
  return infoLines(loader, resolved, modules)
}

async function infoLines(
  loader: Loader,
  { requirements }: ResolvedGraph,
  modules: Parameters<typeof moduleInfo>[2][],
): Promise<string> {
  const infos = await Promise.all(modules.map((module) => moduleInfo(loader, requirements, module)))
  return infos.map(formatJSON).join('').trimEnd()
}

function reason({ graph }: ResolvedGraph, path: string, json = false): string | object {
  const found = whySelected(graph, path)
  if (found) return json ? found : selectionText(found)
  const next = 'see modgate resolve for what is in it'
  throw new Failure('configuration', { asked: path, who: 'the module graph', why: 'it is not in the build', next })
}

/** In vendor mode the go command does not know all modules either, and says so. */
export function refuseVendored({ mode }: ModloadParts): void {
  if (mode !== 'vendor') return
  const why = 'the build takes its packages from the vendor directory'
  throw new Failure('vendored', { asked: 'all modules', who: 'modgate', why })
}

function usage(asked: string, why: string, next: string): Failure {
  return new Failure('usage', { asked, who: 'modgate', why, next })
}
