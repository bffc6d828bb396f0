/** The replace lines that count: those of go.work before those of the main modules, a version's own before that of all versions. */

import { isDirectoryPath, type Replace } from '@modgate/gomod/modfile'
import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { compareVersions, isMain } from '@modgate/gomod/mvs'
import { pathsOf, type Machine } from '../config/machine.ts'
import { Failure } from '../core/failure.ts'
import type { MainProject } from './main-project.ts'

export interface Replacements {
  /**
   * What stands in for a module version; undefined where nothing does. Without a version, asks for what replaces all versions. A
   * replacement without a version is a directory, relative to the base of the project unless it is absolute.
   */
  of(module: ModuleVersion): ModuleVersion | undefined
  /** Versions of a path that have a replacement of their own in a main module. */
  versions(path: string): readonly string[]
  /** The highest version of a path that any replace line names, empty where it only names all of them; undefined for no line. */
  highest(path: string): string | undefined
  /** The line that leads to a replacement without a version, for words: `go.mod:7: replace a.example/x => ../x`. */
  lineOf(replacement: ModuleVersion): string | undefined
  /** The absolute directory of a replacement without a version, and the go.mod in it. */
  place(replacement: ModuleVersion): { readonly directory: string; readonly goMod: string }
}

/** Collects them. Throws a Failure `go-mod-broken` where two files of a workspace contradict each other, and `of` throws it, too. */
export function replacementsOf(project: MainProject, machine: Machine): Replacements {
  const paths = pathsOf(machine)
  const { mains, base } = project
  const workLines = mains.work?.replace ?? []
  refuseReplacedMain(project)
  const ofWork = tableOf(workLines, (to) => to)
  const inWork = new Set(workLines.map(({ old }) => old.path))
  const tables = mains.modules.map(({ file }, i) => tableOf(file.replace, (to) => fromBase(to, i)))
  refuseContradictions(tables, inWork)

  /** A path in the go.mod of a workspace is relative to that go.mod: written anew, relative to go.work. */
  function fromBase(to: ModuleVersion, main: number): ModuleVersion {
    if (mains.work === undefined || to.version !== '' || paths.isAbsolute(to.path)) return to
    const relative = paths.relative(base, paths.join(project.places[main]!.directory, to.path)).replaceAll('\\', '/')
    return { path: isDirectoryPath(relative) ? relative : `./${relative}`, version: '' }
  }

  const lines = mains.modules.flatMap(({ file }) => file.replace)
  return {
    of: (module) => {
      if (module.version === '' && isMain(mains, module.path)) return undefined
      return found(ofWork, module)?.to ?? theOne(tables, module)
    },
    versions: (path) => lines.flatMap(({ old }) => (old.path === path && old.version !== '' ? [old.version] : [])),
    highest: (path) => {
      const named = (inWork.has(path) ? workLines : lines).filter(({ old }) => old.path === path)
      const versions = named.map(({ old }) => old.version)
      return versions.sort((a, b) => compareVersions(path, a, b)).at(-1)
    },
    lineOf: ({ path }) => {
      const inMods = mains.modules.flatMap(({ file }, i) => {
        const line = file.replace.find((each) => each.new.version === '' && fromBase(each.new, i).path === path)
        return line ? [inWords(line, paths.relative(machine.cwd, project.places[i]!.goMod))] : []
      })
      const inWorkFile = workLines.find((each) => each.new.version === '' && each.new.path === path)
      return inWorkFile ? inWords(inWorkFile, 'go.work') : inMods[0]
    },
    place: ({ path }) => {
      const directory = paths.isAbsolute(path) ? path : paths.join(base, path)
      return { directory, goMod: paths.join(directory, 'go.mod') }
    },
  }
}

function inWords({ old, new: to, syntax }: Replace, file: string): string {
  return `${file}:${syntax.start.line}: replace ${versionString(old)} => ${versionString(to)}`
}

/** By what is replaced, with or without a version. */
type Table = ReadonlyMap<string, ModuleVersion>

function tableOf(lines: readonly Replace[], placed: (to: ModuleVersion) => ModuleVersion): Table {
  const table = new Map<string, ModuleVersion>()
  for (const line of lines) {
    const [from, to] = [versionString(line.old), placed(line.new)]
    const known = table.get(from)
    if (known && versionString(known) !== versionString(to)) throw contradiction(from, known, to)
    table.set(from, to)
  }
  return table
}

function found(table: Table, { path, version }: ModuleVersion): { from: string; to: ModuleVersion } | undefined {
  for (const from of [versionString({ path, version }), path]) {
    const to = table.get(from)
    if (to) return { from, to }
  }
  return undefined
}

/**
 * Where several main modules replace it, the last one counts, and the go command objects only where that one names the version: a
 * line for all versions may overrule an earlier one.
 */
function theOne(tables: readonly Table[], module: ModuleVersion): ModuleVersion | undefined {
  let last: ReturnType<typeof found>
  for (const table of tables) {
    const next = found(table, module)
    if (!next) continue
    if (last && next.from !== module.path && versionString(last.to) !== versionString(next.to))
      throw contradiction(versionString(module), last.to, next.to)
    last = next
  }
  return last?.to
}

/** A module of the workspace is used as it stands here: go.work may replace single versions of it only. */
function refuseReplacedMain({ mains }: MainProject): void {
  const line = mains.work?.replace.find(({ old }) => old.version === '' && isMain(mains, old.path))
  if (!line) return
  const why = 'go.work replaces all versions of a module that it uses'
  const next = 'take the line out, or name the version that is meant'
  throw new Failure('go-mod-broken', { asked: `replace ${line.old.path}`, who: 'modgate', why, next })
}

/** What go.work replaces is settled there. */
function refuseContradictions(tables: readonly Table[], settled: ReadonlySet<string>): void {
  const all = new Map<string, ModuleVersion>()
  for (const [from, to] of tables.flatMap((table) => [...table])) {
    if (settled.has(from.replace(/@.*$/, ''))) continue
    const known = all.get(from)
    if (known && versionString(known) !== versionString(to)) throw contradiction(from, known, to)
    all.set(from, to)
  }
}

function contradiction(name: string, first: ModuleVersion, second: ModuleVersion): Failure {
  return new Failure('go-mod-broken', {
    asked: `replace ${name}`,
    who: 'modgate',
    why: `it is replaced by ${versionString(first)} and by ${versionString(second)}`,
    next: 'keep one of the lines; in a workspace, say which one in go.work',
  })
}
