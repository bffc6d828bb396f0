/** Whether go.mod says all that the packages of a build need: what the go command checks when it may not write go.mod. */

import { versionString } from '@modgate/gomod/module'
import { compareVersions, type Requirements } from '@modgate/gomod/mvs'
import { Failure } from '../core/failure.ts'
import { resolveProject, understood, type Loader } from '../modload/build-list.ts'
import type { LoadedPackage } from './load-packages.ts'

/**
 * Throws a Failure where the packages show that go.mod is not what `go mod tidy` would make of it, in a way that changes the build:
 * `go-mod-outdated`; or `go-mod-broken` where one module stands for two.
 */
export async function checkRequirements(
  loader: Loader,
  requirements: Requirements,
  packages: ReadonlyMap<string, LoadedPackage>,
): Promise<void> {
  const { work } = loader.project.mains
  if (work !== undefined) await checkWorkspace(requirements, packages)
  else {
    checkDirect(requirements, packages)
    if (requirements.pruning === 'pruned') await checkRoots(loader, requirements, packages)
  }
  await checkUsedOnce(loader, requirements)
}

/** What a main module imports itself, its go.mod names. */
function checkDirect(requirements: Requirements, packages: ReadonlyMap<string, LoadedPackage>): void {
  for (const { imported, importer } of directImports(packages)) {
    const { path, version } = imported.module
    if (requirements.highest(path) !== version) throw implicit(imported, importer)
  }
}

/** In a workspace: some go.mod that was read names it. */
async function checkWorkspace(requirements: Requirements, packages: ReadonlyMap<string, LoadedPackage>): Promise<void> {
  for (const { imported, importer } of directImports(packages)) {
    const graph = await understood(() => requirements.graph())
    if (graph.requiredBy(imported.module) === undefined) throw implicit(imported, importer)
  }
}

function* directImports(packages: ReadonlyMap<string, LoadedPackage>) {
  for (const importer of packages.values()) {
    if (!importer.isMain) continue
    for (const path of [...importer.imports, ...importer.testImports]) {
      const imported = packages.get(path)
      if (imported && !imported.isMain) yield { importer, imported }
    }
  }
}

/**
 * In a pruned graph, every module that has a package of the build is named in go.mod, at a version that contents the others. Where the
 * files of these modules show otherwise, the whole graph is read to see what is the matter; and if somebody has read it, it is believed.
 */
async function checkRoots(
  loader: Loader,
  requirements: Requirements,
  packages: ReadonlyMap<string, LoadedPackage>,
): Promise<void> {
  let isKnown = requirements.isGraphRead
  const checked = new Set<string>()
  for (const loaded of packages.values()) {
    const { module } = loaded
    if (loaded.isMain || checked.has(module.path)) continue
    checked.add(module.path)
    if (requirements.highest(module.path) === undefined) throw implicit(loaded)
    const { require } = await loader.summaries.summary(module)
    const isLower = require.some(({ path, version }) => {
      const own = requirements.highest(path)
      return own !== undefined && compareVersions(path, own, version) < 0
    })
    isKnown ||= isLower
  }
  if (isKnown) await resolveProject(loader, { as: 'list' })
}

/** A module is used under one path: its own, or that of the one it replaces. */
async function checkUsedOnce({ replacements, project }: Loader, requirements: Requirements): Promise<void> {
  const graph = requirements.isGraphRead ? await requirements.graph() : undefined
  const users = new Map<string, string>()
  for (const module of graph?.buildList() ?? requirements.roots) {
    const actual = replacements.of(module) ?? module
    const known = users.get(versionString(actual))
    users.set(versionString(actual), module.path)
    if (known === undefined || known === module.path || project.mains.modules.some(({ path }) => path === module.path))
      continue
    const why = `it is used for two module paths, ${known} and ${module.path}`
    throw new Failure('go-mod-broken', { asked: versionString(actual), who: 'modgate', why })
  }
}

function implicit(imported: LoadedPackage, importer?: LoadedPackage): Failure {
  const by = importer ? `, imported by ${importer.path}` : ''
  const why = `its module ${versionString(imported.module)} is used, and go.mod does not require it`
  return new Failure('go-mod-outdated', { asked: `${imported.path}${by}`, who: 'go.mod', why })
}
