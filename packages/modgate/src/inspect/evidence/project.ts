/** The main module that a command is run in, as far as its files say. */

import { parse, parseSum, type ModFile, type SumEntry } from '@modgate/gomod/modfile'
import { pathsOf, type Machine } from '../../config/index.ts'

export interface Project {
  /** The directory of go.mod, absolute. */
  readonly directory: string
  /** Undefined where it cannot be parsed; `problems` says why. */
  readonly mod?: ModFile
  /** Empty where there is no go.sum. */
  readonly sum: readonly SumEntry[]
  /** The names of the files that were read. */
  readonly files: readonly ('go.mod' | 'go.sum')[]
  /** What is wrong with them, in the go command's words. */
  readonly problems: readonly string[]
}

/**
 * The module whose go.mod stands in `directory` or next above it, as the go command looks for it; undefined where there is none.
 * Throws where a file is there and cannot be read.
 */
export async function readProject(machine: Machine, directory = machine.cwd): Promise<Project | undefined> {
  const { join, dirname } = pathsOf(machine)
  for (let at = directory; ; at = dirname(at)) {
    const mod = await machine.readFile(join(at, 'go.mod'))
    if (mod !== undefined) return project(at, mod, await machine.readFile(join(at, 'go.sum')))
    if (dirname(at) === at) return undefined
  }
}

function project(directory: string, modText: string, sumText: string | undefined): Project {
  const problems: string[] = []
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      problems.push((error as Error).message)
      return undefined
    }
  }
  const mod = attempt(() => parse('go.mod', modText))
  const sum = attempt(() => (sumText === undefined ? [] : parseSum(sumText))) ?? []
  const files = sumText === undefined ? (['go.mod'] as const) : (['go.mod', 'go.sum'] as const)
  return { directory, ...(mod && { mod }), sum, files, problems }
}

/** Every module version that the project's files name: requirements, and go.sum's lines, each once, in the order of the files. */
export function modulesOf({ mod, sum }: Project): readonly { readonly path: string; readonly version: string }[] {
  const known = new Map<string, { path: string; version: string }>()
  for (const { path, version } of [...(mod?.require ?? []), ...sum]) {
    if (!known.has(`${path}@${version}`)) known.set(`${path}@${version}`, { path, version })
  }
  return [...known.values()]
}
