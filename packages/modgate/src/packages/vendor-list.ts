/** `vendor/modules.txt`: which module each vendored package is from, and what go.mod said of it, to be held against go.mod later. */

import { posix } from 'node:path'
import type { Replace } from '@modgate/gomod/modfile'
import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { compareGoVersions, defaultGoVersion, defaultWorkVersion, sortModules } from '@modgate/gomod/mvs'
import type { Requirements } from '@modgate/gomod/mvs'
import { Failure } from '../core/failure.ts'
import type { Loader } from '../modload/build-list.ts'
import { effectiveGoVersion } from '../modload/module-info.ts'
import type { LoadedPackage } from './load-packages.ts'

export interface VendoredModule {
  readonly module: ModuleVersion
  /** Sorted by import path; empty where go.mod requires a module that no package is taken from. */
  readonly packages: readonly LoadedPackage[]
}

/** The modules in the order of the list. Throws a Failure `vendor-refused` for two that differ in letter case only. */
export function vendoredModules(
  { project }: Loader,
  packages: ReadonlyMap<string, LoadedPackage>,
): readonly VendoredModule[] {
  const provided = Map.groupBy(
    [...packages.values()].filter(({ isMain }) => !isMain),
    ({ module }) => versionString(module),
  )
  refuseCollisions([...provided.values()].map(([first]) => first!.module.path))
  const explicit = marksExplicit(project) ? requiredModules(project) : []
  const all = [...explicit, ...[...provided.values()].map(([first]) => first!.module)]
  const unique = new Map(all.map((module) => [versionString(module), module]))
  return sortModules([...unique.values()]).map((module) => ({
    module,
    packages: (provided.get(versionString(module)) ?? []).sort((a, b) => (a.path < b.path ? -1 : 1)),
  }))
}

/** The text of the list; empty where nothing is vendored. Throws a Failure for a replacement that lies in the vendor directory. */
export async function vendorList(
  loader: Loader,
  requirements: Requirements,
  modules: readonly VendoredModule[],
): Promise<string> {
  const { project, replacements } = loader
  const isMarked = marksExplicit(project)
  const explicit = new Set(isMarked ? requiredModules(project).map(versionString) : [])
  const hasVersions = compareGoVersions(projectGoVersion(project), marksGoVersions) >= 0
  const lines: string[] = project.mains.work === undefined ? [] : ['## workspace']
  for (const { module, packages } of modules) {
    lines.push(moduleLine(module, replacements.of(module)))
    const version = hasVersions
      ? await effectiveGoVersion(loader, requirements, await selected(loader, requirements, module))
      : undefined
    const marks = [explicit.has(versionString(module)) ? 'explicit' : '', version === undefined ? '' : `go ${version}`]
    if (marks.some((mark) => mark !== '')) lines.push(`## ${marks.filter((mark) => mark !== '').join('; ')}`)
    lines.push(...packages.map(({ path }) => path))
  }
  if (isMarked) lines.push(...otherReplacements(loader, new Set(modules.map(({ module }) => versionString(module)))))
  return lines.map((line) => `${line}\n`).join('')
}

type Project = Loader['project']

/** The go version that decides what a vendor directory looks like, without "go". */
export function projectGoVersion({ mains }: Project): string {
  if (mains.work !== undefined) return mains.work.go?.version ?? defaultWorkVersion
  return mains.modules[0]?.file.go?.version ?? defaultGoVersion
}

const marksExplicitSince = '1.14'
const marksGoVersions = '1.17'

function marksExplicit(project: Project): boolean {
  const { work, modules } = project.mains
  const isStated = work !== undefined || modules[0]?.file.go !== undefined
  return isStated && compareGoVersions(projectGoVersion(project), marksExplicitSince) >= 0
}

function requiredModules({ mains }: Project): readonly ModuleVersion[] {
  return mains.modules.flatMap(({ file }) => file.require.map(({ path, version }) => ({ path, version })))
}

/** In a workspace a module may be required at a version that was not chosen; the list has the go version of the one that was. */
async function selected(
  { project }: Loader,
  requirements: Requirements,
  module: ModuleVersion,
): Promise<ModuleVersion> {
  if (project.mains.modules.some(({ path }) => path === module.path)) return { path: module.path, version: '' }
  if (project.mains.work === undefined) return module
  return { path: module.path, version: (await requirements.graph()).selected(module.path) }
}

/** Replace lines that no vendored module shows: for all versions, or unused. Without them nobody could tell from the list that they had no effect. */
function otherReplacements({ project, replacements }: Loader, shown: Set<string>): readonly string[] {
  const { work, modules } = project.mains
  const lines: string[] = []
  const add = ({ old }: Replace, to: ModuleVersion | undefined): void => {
    if (shown.has(versionString(old))) return
    shown.add(versionString(old))
    if (to) lines.push(moduleLine(old, to))
  }
  for (const line of work?.replace ?? []) add(line, line.new)
  for (const { file } of modules) for (const line of file.replace) add(line, replacements.of(line.old))
  return lines
}

function moduleLine(module: ModuleVersion, replacement: ModuleVersion | undefined): string {
  const named = ({ path, version }: ModuleVersion) => (version === '' ? path : `${path} ${version}`)
  if (!replacement) return `# ${named(module)}`
  if (/^vendor(?:\/|$)/.test(posix.normalize(replacement.path))) {
    const why = `its replacement ${replacement.path} lies in the vendor directory, which is made anew`
    throw new Failure('vendor-refused', {
      asked: versionString(module),
      who: 'go.mod',
      why,
      next: 'move it out of there',
    })
  }
  return `# ${named(module)} => ${named(replacement)}`
}

/** On a file system that does not tell them apart one would overwrite the other. */
function refuseCollisions(paths: readonly string[]): void {
  const known = new Map<string, string>()
  for (const path of paths) {
    const other = known.get(path.toLowerCase())
    known.set(path.toLowerCase(), path)
    if (other === undefined || other === path) continue
    const why = `${other} and ${path} differ in letter case only`
    throw new Failure('vendor-refused', { asked: path, who: 'go.mod', why, next: 'require one of them' })
  }
}
