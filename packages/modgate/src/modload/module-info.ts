/** What `go list -m -json` says of a module (cmd/go/internal/modinfo.ModulePublic). */

import type { ModuleVersion } from '@modgate/gomod/module'
import { isMain, type Requirements } from '@modgate/gomod/mvs'
import { Failure } from '../core/failure.ts'
import { isAlarm } from './advice.ts'
import type { Loader } from './build-list.ts'
import { readInfo } from './version-info.ts'

/** The fields in Go's order, which is the order that they are printed in. */
export interface ModuleInfo {
  readonly Path: string
  readonly Version?: string
  readonly Replace?: ModuleInfo
  /** RFC 3339. */
  readonly Time?: string
  readonly Update?: ModuleInfo
  readonly Main?: true
  readonly Indirect?: true
  readonly Dir?: string
  readonly GoMod?: string
  readonly GoVersion?: string
  readonly Retracted?: readonly string[]
  readonly Deprecated?: string
  readonly Error?: { readonly Err: string }
  readonly Sum?: string
  readonly GoModSum?: string
}

const order = [
  ...['Path', 'Version', 'Replace', 'Time', 'Update', 'Main', 'Indirect', 'Dir', 'GoMod', 'GoVersion'],
  ...['Retracted', 'Deprecated', 'Error', 'Sum', 'GoModSum'],
] as readonly (keyof ModuleInfo)[]

/** The fields that are set, in Go's order. */
export function ordered(fields: Partial<Record<keyof ModuleInfo, unknown>>): ModuleInfo {
  const set = order.filter((name) => fields[name] !== undefined && fields[name] !== '' && fields[name] !== false)
  return Object.fromEntries(set.map((name) => [name, fields[name]])) as unknown as ModuleInfo
}

/** The information about a module of the build list. Throws a Failure where its info or its go.mod cannot be had. */
export async function moduleInfo(
  loader: Loader,
  requirements: Requirements,
  module: ModuleVersion,
): Promise<ModuleInfo> {
  const { project, summaries, replacements } = loader
  if (module.version === '' && isMain(project.mains, module.path)) return mainInfo(loader, requirements, module.path)
  const Indirect = !requirements.direct.has(module.path)
  const own = { Path: module.path, Version: module.version, Indirect, GoVersion: summaries.goVersion(module) }
  const replacement = replacements.of(module)
  if (!replacement) return ordered({ ...own, ...(await known(loader, module, own.GoVersion)) })
  const goVersion = own.GoVersion
  const Replace = ordered({
    ...{ Path: replacement.path, Version: replacement.version, ...placeOf(loader, replacement) },
    ...(await known(loader, replacement, goVersion)),
  })
  const { Dir, GoMod, GoVersion } = Replace
  return ordered({ ...own, Replace, Dir, GoMod, GoVersion })
}

/**
 * The go version of what stands for a module in the build, as `vendor/modules.txt` has it; undefined where its go.mod has none, or
 * cannot be had.
 */
export async function effectiveGoVersion(
  loader: Loader,
  requirements: Requirements,
  module: ModuleVersion,
): Promise<string | undefined> {
  const { project, sums, mode, summaries } = loader
  if (module.version === '') return mainInfo(loader, requirements, module.path).GoVersion
  const actual = loader.replacements.of(module) ?? module
  const needsSums = mode === 'readonly' && project.mains.work === undefined && actual.version !== ''
  const isTrusted = !needsSums || sums.has({ path: actual.path, version: `${actual.version}/go.mod` })
  return summaries.goVersion(actual) ?? (isTrusted ? goVersionOf(loader, actual) : undefined)
}

/** Outside of a workspace a go.mod without a go line has the version that it is read as. */
function mainInfo({ project }: Loader, requirements: Requirements, path: string): ModuleInfo {
  const index = project.mains.modules.findIndex((main) => main.path === path)
  const { file } = project.mains.modules[index]!
  const { directory, goMod } = project.places[index]!
  const assumed = project.mains.work === undefined ? requirements.highest('go') : undefined
  const GoVersion = file.go?.version ?? assumed
  return ordered({ Path: path, Main: true, Dir: directory, GoMod: goMod, GoVersion })
}

function placeOf({ replacements }: Loader, replacement: ModuleVersion): { Dir?: string; GoMod?: string } {
  if (replacement.version !== '') return {}
  const { directory, goMod } = replacements.place(replacement)
  return { Dir: directory, GoMod: goMod }
}

/**
 * What the module cache and go.sum know. Where go.sum is all that may be believed (`readonly`, outside of a workspace) a file that it
 * has no line for counts as not there.
 */
async function known(loader: Loader, module: ModuleVersion, goVersion: string | undefined) {
  const { cache, sums, files, mode, project } = loader
  const needsSums = mode === 'readonly' && project.mains.work === undefined
  const goModLine = { path: module.path, version: `${module.version}/go.mod` }
  const isDirectory = module.version === ''
  const isGoModTrusted = isDirectory || !needsSums || sums.has(goModLine)
  const isZipTrusted = isDirectory || !needsSums || sums.has(module)
  const info = isDirectory ? undefined : await readInfo(files, module)
  const GoVersion = goVersion ?? (isGoModTrusted ? await goVersionOf(loader, module) : undefined)
  if (isDirectory) return { GoVersion }
  return {
    Time: info?.time,
    GoVersion,
    ...(isGoModTrusted ? { GoMod: cache.goMod(module), GoModSum: sums.recorded(goModLine) } : {}),
    ...(isZipTrusted ? { Dir: cache.directory(module), Sum: sums.recorded(module) } : {}),
  }
}

/** A go.mod that cannot be had says nothing; go list goes on without it. */
async function goVersionOf({ summaries }: Loader, module: ModuleVersion): Promise<string | undefined> {
  try {
    return (await summaries.raw(module)).goVersion
  } catch (error) {
    if (error instanceof Failure && !isAlarm(error)) return undefined
    throw error
  }
}
