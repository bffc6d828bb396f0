/** What the go.mod files of a graph say, with replacements and exclusions applied: the loader's side of `@modgate/gomod/mvs`. */

import { ErrorList } from '@modgate/gomod/modfile'
import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { isExcluded, isToolchainPath, readSummary, summaryOf, toolchainSummary } from '@modgate/gomod/mvs'
import type { ModSummary, Summaries } from '@modgate/gomod/mvs'
import type { Machine } from '../config/machine.ts'
import { Failure } from '../core/failure.ts'
import type { GoModReader } from './checked-go-mods.ts'
import type { MainProject } from './main-project.ts'
import { checkModule } from './module-check.ts'
import type { Replacements } from './replacements.ts'

export interface ModuleSummaries extends Summaries {
  /**
   * What the go.mod of a module version itself says, whatever the main modules replace or exclude; of a version `''`, that of a directory.
   * Throws or rejects with a Failure.
   */
  raw(module: ModuleVersion): ModSummary | Promise<ModSummary>
  /** The go version of a module whose go.mod was read in this run; undefined where it was not, or has none. */
  goVersion(module: ModuleVersion): string | undefined
}

export interface SummaryOptions {
  readonly machine: Machine
  readonly project: MainProject
  readonly replacements: Replacements
  readonly goMod: GoModReader
}

/** Ten times the largest graphs that are known: who leads beyond it makes up modules as we ask. */
const maxModules = 100_000

export function moduleSummaries({ machine, project, replacements, goMod }: SummaryOptions): ModuleSummaries {
  const { mains } = project
  const known = new Map<string, ModSummary | Promise<ModSummary>>()
  const goVersions = new Map<string, string>()

  const learn = (module: ModuleVersion, summary: ModSummary): ModSummary => {
    const name = versionString(module)
    known.set(name, summary)
    if (summary.goVersion !== undefined) goVersions.set(name, summary.goVersion)
    return summary
  }

  function raw(module: ModuleVersion): ModSummary | Promise<ModSummary> {
    const kept = known.get(versionString(module))
    if (kept) return kept
    if (isToolchainPath(module.path)) return toolchainSummary(module)
    if (known.size >= maxModules) throw unusable(versionString(module), `the graph has more than ${maxModules} modules`)
    if (module.version === '') return keep(module, ofDirectory(module))
    checkModule(module)
    const bytes = goMod(module)
    if (!(bytes instanceof Promise)) return learn(module, parsed(bytes, `go.mod of ${versionString(module)}`))
    return keep(
      module,
      bytes.then((read) => parsed(read, `go.mod of ${versionString(module)}`)),
    )
  }

  const keep = (module: ModuleVersion, coming: Promise<ModSummary>): Promise<ModSummary> => {
    const learning = coming.then((summary) => learn(module, summary))
    known.set(versionString(module), learning)
    return learning
  }

  async function ofDirectory(replacement: ModuleVersion): Promise<ModSummary> {
    const file = replacements.place(replacement).goMod
    const text = await machine.readFile(file).catch((error: unknown) => {
      throw unusable(file, `it cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`)
    })
    if (text === undefined) throw await notReplaced(replacement)
    return parsed(text, file)
  }

  async function notReplaced(replacement: ModuleVersion): Promise<Failure> {
    const { directory, goMod: file } = replacements.place(replacement)
    const items = await machine.listDirectory(directory).catch(() => undefined)
    const what = items === undefined ? 'there is no such directory' : 'there is no go.mod in this directory'
    const line = replacements.lineOf(replacement)
    return new Failure('source-unreadable', {
      asked: items === undefined ? directory : file,
      who: 'modgate',
      why: line === undefined ? what : `${what}, to which a line leads: ${line}`,
      next: 'put the module there, or correct the replace line',
    })
  }

  const kept = (summary: ModSummary): ModSummary => {
    const isNone = mains.modules.every(({ file }) => file.exclude.length === 0)
    if (isNone || !summary.require.some((module) => isExcluded(mains, module))) return summary
    return { ...summary, require: summary.require.filter((module) => !isExcluded(mains, module)) }
  }

  return {
    raw,
    goVersion: (module) => goVersions.get(versionString(module)),
    summary(module) {
      const main = module.version === '' ? mains.modules.find(({ path }) => path === module.path) : undefined
      if (main) return kept(summaryOf(main.file))
      const actual = replacements.of(module) ?? module
      const found = raw(actual)
      const checked = (summary: ModSummary) => kept(ofThisPath(summary, module, actual))
      return found instanceof Promise ? found.then(checked) : checked(found)
    },
  }
}

/** A directory may call itself what it likes; a version is required by the path that it declares, or by the one it replaces. */
function ofThisPath(summary: ModSummary, required: ModuleVersion, actual: ModuleVersion): ModSummary {
  if (actual.version === '' || isToolchainPath(required.path)) return summary
  const asked = `go.mod of ${versionString(actual)}`
  if (summary.path === undefined || summary.path === '') throw unusable(asked, 'it has no module line')
  if (summary.path !== required.path && summary.path !== actual.path) {
    throw unusable(asked, `the module declares its path as ${summary.path}, but was required as ${required.path}`)
  }
  return summary
}

function parsed(content: Uint8Array | string, name: string): ModSummary {
  try {
    return readSummary(content)
  } catch (error) {
    if (!(error instanceof ErrorList)) throw error
    throw unusable(name, `it cannot be parsed: ${error.errors[0]?.message ?? error.message}`)
  }
}

function unusable(asked: string, why: string): Failure {
  return new Failure('go-mod-unusable', { asked, who: 'its author', why })
}
