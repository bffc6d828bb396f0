/** What `modgate bench chain` asks for. */

import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { isToolchainPath } from '@modgate/gomod/mvs'
import { counted } from '../core/counted.ts'
import { Failure } from '../core/failure.ts'
import { readProject } from '../inspect/evidence/project.ts'
import { resolveProject } from '../modload/build-list.ts'
import { matchingPattern } from '../policy/route.ts'
import { remark, type CommandLine } from './context.ts'
import { modloadParts } from './modload-parts.ts'
import { namedModule } from './module-sources.ts'

const naming = 'name modules with --module MODULE@VERSION'

export interface WantedForBench {
  /** Words `MODULE@VERSION`. */
  readonly module?: readonly string[]
  /** Of a build list, at most so many. */
  readonly modules: number
  /** GONOPROXY: no proxy hears of these because of a build list. */
  readonly exempt: string
}

/**
 * The modules that are named, or some from all over the build list here; where that cannot be read, of the requirements in go.mod. Throws a
 * Failure `usage` where there are none.
 */
export async function benchModules(
  command: CommandLine,
  { module: named = [], modules: most, exempt }: WantedForBench,
): Promise<readonly ModuleVersion[]> {
  if (named.length > 0) return eachOnce(named.map(namedModule))
  const project = await readProject(command.machine)
  const all = eachOnce(await buildList(command, project?.mod?.require ?? []))
  const seen = all.filter(({ path }) => matchingPattern(exempt, path) === undefined)
  if (seen.length < all.length)
    remark(
      command,
      `modgate: left out ${counted(all.length - seen.length, 'module')} that GONOPROXY keeps from proxies`,
    )
  if (seen.length === 0) throw nothing('the build here has no module that a proxy would be asked for')
  return spreadOver(seen, most)
}

async function buildList(
  command: CommandLine,
  requirements: readonly ModuleVersion[],
): Promise<readonly ModuleVersion[]> {
  try {
    const parts = await modloadParts(command, { mod: 'mod' })
    try {
      const { loader } = parts
      const { graph } = await resolveProject(loader, { as: 'graph' })
      return graph.buildList().map((module) => loader.replacements.of(module) ?? module)
    } finally {
      await parts.close()
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (requirements.length === 0) throw withNames(error)
    remark(
      command,
      `modgate: the requirements of go.mod are asked for, since the build list cannot be read: ${error.message}`,
    )
    return requirements
  }
}

/** The advice of a broken build, and that none is needed. */
function withNames(failure: Failure): Failure {
  const { code, asked, who, why } = failure
  return new Failure(code, { asked, who, why, next: `${failure.next}, or ${naming}`, cause: failure })
}

/** Without main modules, directories and toolchains. */
function eachOnce(modules: readonly ModuleVersion[]): readonly ModuleVersion[] {
  const once = new Map<string, ModuleVersion>()
  for (const { path, version } of modules)
    if (version !== '' && !isToolchainPath(path)) once.set(versionString({ path, version }), { path, version })
  return [...once.values()]
}

/** The same ones each time: every so manieth. */
function spreadOver<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all
  return Array.from({ length: most }, (_, index) => all[Math.floor((index * all.length) / most)]!)
}

function nothing(why: string): Failure {
  return new Failure('usage', { asked: 'modules', who: 'modgate', why, next: naming })
}
