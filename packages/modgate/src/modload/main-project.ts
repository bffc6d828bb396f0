/**
 * The main modules that a command is run in: one go.mod, or those of a go.work. Found, read and checked as the go command does it, and
 * refused with the file and the line where it refuses them.
 */

import { ErrorList, parse, parseWork, type ModFile, type WorkFile } from '@modgate/gomod/modfile'
import { compareGoVersions, defaultGoVersion, defaultWorkVersion, isStrictVersion } from '@modgate/gomod/mvs'
import type { MainModule, MainModules } from '@modgate/gomod/mvs'
import { pathsOf, type Machine } from '../config/machine.ts'
import { Failure } from '../core/failure.ts'
import { conflictFix, conflictInWords, conflictMarker } from '../inspect/evidence/conflict-marker.ts'

export interface MainProject {
  readonly mains: MainModules
  /** In the order of `mains.modules`. */
  readonly places: readonly MainPlace[]
  /** What a relative path of a replacement is relative to: the directory of go.work or of go.mod. */
  readonly base: string
  /** The go.sum files that count, the one beside go.work last. They need not be there. */
  readonly sumFiles: readonly string[]
}

export interface MainPlace {
  /** Absolute. */
  readonly directory: string
  /** The path of its go.mod, or of what stands in for it. */
  readonly goMod: string
}

/** What decides which files are read. */
export interface ProjectSettings {
  /** The go.work file; empty or `off` for none. */
  readonly workFile: string
  /** The go.mod file; empty where there is none. */
  readonly goMod: string
  /** A file that stands in for go.mod: `-modfile`. */
  readonly modfile?: string
  /** Where these stand, for words: `in the environment`. */
  readonly from?: { readonly workFile?: string; readonly modfile?: string }
}

/** Reads it. Throws a Failure: `configuration` where there is no module, `go-mod-broken` for a file that is not as it must be. */
export async function readMainProject(machine: Machine, settings: ProjectSettings): Promise<MainProject> {
  const { workFile, goMod } = settings
  const files = new ProjectFiles(machine)
  if (workFile !== '' && workFile !== 'off') return workspace(files, settings)
  if (goMod === '') {
    const why = 'there is no go.mod here or above'
    throw new Failure('configuration', { asked: machine.cwd, who: 'modgate', why, next: 'run it in a module' })
  }
  return oneModule(files, settings)
}

/** No main module at all, in a directory: for what can be asked of any module. */
export function noProject(directory: string): MainProject {
  return { mains: { modules: [], work: undefined }, places: [], base: directory, sumFiles: [] }
}

async function oneModule(files: ProjectFiles, { goMod, modfile, from }: ProjectSettings): Promise<MainProject> {
  const { dirname, resolve } = files.paths
  const directory = dirname(goMod)
  const file = modfile === undefined ? goMod : resolve(files.machine.cwd, modfile)
  const named = { by: `-modfile=${modfile} of GOFLAGS ${from?.modfile ?? ''}`.trim(), next: 'name a file that is there, or take -modfile out of GOFLAGS' } // prettier-ignore
  return {
    mains: { modules: [await files.main(file, modfile === undefined ? undefined : named)], work: undefined },
    places: [{ directory, goMod: file }],
    base: directory,
    sumFiles: [file.replace(/\.mod$/, '.sum')],
  }
}

async function workspace(files: ProjectFiles, { workFile, modfile, from }: ProjectSettings): Promise<MainProject> {
  const { dirname, isAbsolute, join } = files.paths
  if (!isAbsolute(workFile)) throw broken(workFile, 'GOWORK is not an absolute path')
  if (modfile !== undefined) throw broken(workFile, '-modfile cannot be used in a workspace')
  const base = dirname(workFile)
  const work = await files.work(workFile, {
    by: `GOWORK ${from?.workFile ?? ''}`.trim(),
    next: 'set GOWORK to a go.work file that is there, to off for the module alone, or not at all',
  })
  const modules: MainModule[] = []
  const places: MainPlace[] = []
  for (const { path, syntax } of work.use) {
    const directory = isAbsolute(path) ? join(path) : join(base, path)
    const at = `${files.shown(workFile)}:${syntax.start.line}`
    if (places.some((place) => place.directory === directory)) throw broken(at, `${path} is used twice`)
    const goMod = join(directory, 'go.mod')
    const main = await files.main(goMod, {
      by: `use ${path}, ${at}`,
      next: `correct that line, or take it out: go work edit -dropuse=${path}`,
    })
    checkWorkVersion(work, main, at)
    if (modules.some((other) => other.path === main.path)) throw broken(at, `module ${main.path} is used twice`)
    modules.push(main)
    places.push({ directory, goMod })
  }
  if (modules.length === 0) throw broken(files.shown(workFile), 'it uses no module')
  const sumFiles = [...places.map(({ directory }) => join(directory, 'go.sum')), `${workFile}.sum`]
  return { mains: { modules, work }, places, base, sumFiles }
}

function checkWorkVersion(work: WorkFile, { path, file }: MainModule, at: string): void {
  const needed = file.go?.version ?? defaultGoVersion
  const has = work.go?.version ?? defaultWorkVersion
  if (compareGoVersions(needed, has) <= 0 || !isStrictVersion(needed)) return
  throw broken(at, `module ${path} requires go >= ${needed}, but go.work has go ${has}`, 'go work use')
}

/** Reads the files of a project, and names them as people do: relative to where they are. */
class ProjectFiles {
  readonly machine: Machine
  readonly paths: ReturnType<typeof pathsOf>

  constructor(machine: Machine) {
    this.machine = machine
    this.paths = pathsOf(machine)
  }

  async work(file: string, named: Named): Promise<WorkFile> {
    return this.#parsed(file, parseWork, named)
  }

  async main(file: string, named?: Named): Promise<MainModule> {
    const mod = await this.#parsed(file, parse, named)
    const path = mod.module?.path
    if (path === undefined)
      throw broken(this.shown(file), 'it has no module line', 'go mod edit -module=example.com/mod')
    if (path === 'go' || path === 'toolchain') throw broken(this.shown(file), `the module path ${path} is reserved`)
    return { path, file: mod }
  }

  shown(file: string): string {
    const relative = this.paths.relative(this.machine.cwd, file)
    return relative.length < file.length ? relative : file
  }

  async #parsed<File extends ModFile | WorkFile>(
    file: string,
    read: (name: string, text: string) => File,
    named: Named | undefined,
  ): Promise<File> {
    const text = await this.machine.readFile(file).catch((error: unknown) => {
      throw broken(this.shown(file), `it cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`)
    })
    if (text === undefined) throw missing(this.shown(file), named)
    try {
      return read(this.shown(file), text)
    } catch (error) {
      if (!(error instanceof ErrorList)) throw error
      const marker = conflictMarker(text)
      if (marker) throw broken(this.shown(file), conflictInWords(marker)).with({ next: conflictFix })
      const [first, ...others] = error.errors
      const more = others.length === 0 ? '' : ` (and ${others.length} more)`
      throw broken(this.shown(file), `${first?.message ?? error.message}${more}`)
    }
  }
}

/** What leads to a file, where that is no search. */
interface Named {
  /** The setting or the line, and where it stands. */
  readonly by: string
  /** What to do where the file is not there. */
  readonly next: string
}

function missing(file: string, named: Named | undefined): Failure {
  if (named === undefined) return broken(file, 'there is no such file')
  return broken(file, `there is no such file, which is named by ${named.by}`).with({ next: named.next })
}

function broken(asked: string, why: string, next?: string): Failure {
  return new Failure('go-mod-broken', {
    asked,
    who: 'modgate',
    why,
    ...(next === undefined ? {} : { next: `run ${next}` }),
  })
}
