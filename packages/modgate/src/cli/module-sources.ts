/** Where the commands that carry modules take from which ones: the project here, go.sum files, repositories, a module index. */

import { resolve } from 'node:path'
import { ErrorList } from '@modgate/gomod/modfile'
import { check, ModuleError } from '@modgate/gomod/module'
import { mergeWanted, wantedOfSum, type WantedList, type WantedModule } from '../bundle/wanted.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import type { CommandLine } from './context.ts'
import { indexModules, type IndexBounds } from './module-index.ts'
import { projectModules } from './module-project.ts'
import { repositoryModules } from './module-repositories.ts'
import { toolchainModules } from './toolchain-modules.ts'

export interface SourceFlags {
  readonly project?: boolean
  readonly goSum?: readonly string[]
  readonly repositories?: readonly string[]
  readonly index?: string
  readonly toolchain?: readonly string[]
  readonly platform?: readonly string[]
}

/** The settings of a gate that say where modules come from, and as whom they are asked for. */
export const originSettings = [
  'upstream',
  'sumdb',
  'private',
  'route',
  'insecure',
  'allowNetwork',
  'credential',
  'noVerify',
] as const

const text = (placeholder: string, brief: string) =>
  ({ kind: 'parsed', parse: String, optional: true, placeholder, brief }) as const
const texts = (placeholder: string, brief: string) => ({ ...text(placeholder, brief), variadic: true }) as const

export const sourceFlags = {
  project: { kind: 'boolean', optional: true, withNegated: false, brief: 'The build list and go.sum of the module here, as well as what other flags name' }, // prettier-ignore
  goSum: texts('FILE', 'The lines of a go.sum file; repeatable'),
  repositories: texts('DIR', 'All go.mod and go.sum files below a directory, without node_modules and vendor; repeatable'), // prettier-ignore
  index: text('URL|FILE', 'The lines of a module index: /index of another gate, or a file of them'),
  toolchain: texts('goVERSION', 'A Go toolchain, such as go1.26.8; repeatable'),
  platform: texts('OS/ARCH', 'Of toolchains, such as linux/arm64; repeatable [that of this machine]'),
} as const

/** Bounds an index. */
export const indexLimitFlag = {
  limit: { kind: 'parsed', parse: countOf, optional: true, placeholder: 'N', brief: 'Of an index, at most so many lines' }, // prettier-ignore
} as const

/** All bounds of an index. */
export const indexFlags = {
  ...indexLimitFlag,
  since: text('TIME', 'Of an index, only what came at this time (RFC 3339) or later'),
} as const

function countOf(word: string): number {
  if (/^[1-9]\d{0,8}$/.test(word)) return Number(word)
  throw new Error('is no whole number above 0')
}

/** What is named beside the flags. */
export interface NamedSources {
  /** Arguments `MODULE@VERSION`. */
  readonly named: readonly string[]
  /** Of the index. */
  readonly bounds: IndexBounds
  /** Who is asked for go.mod files. */
  readonly gate: Source
}

/**
 * All that the flags and the arguments name, each version once; by none, the project here. Throws a Failure for a source
 * that cannot be read; what is no module version in one that can is in `refused`.
 */
export async function wantedBySources(
  command: CommandLine,
  flags: SourceFlags,
  { named, bounds, gate }: NamedSources,
): Promise<WantedList> {
  const lists: WantedList[] = [{ modules: [...named.map(namedModule), ...toolchainModules(flags)], refused: [] }]
  for (const file of flags.goSum ?? []) lists.push(await sumModules(command, file))
  for (const directory of flags.repositories ?? []) lists.push(await repositoryModules(command, directory))
  if (flags.index !== undefined) lists.push(await indexModules(command, flags.index, bounds))
  if (flags.project || namesNothing(flags, named)) lists.push(await projectModules(command, gate))
  const refused = lists.flatMap((list) => list.refused)
  return { modules: mergeWanted(...lists.map((list) => list.modules)), refused }
}

/** Whether no flag and no argument names a module. */
export function namesNothing(flags: SourceFlags, named: readonly string[]): boolean {
  const { project, goSum, repositories, index, toolchain } = flags
  return named.length === 0 && [project, goSum, repositories, index, toolchain].every((flag) => flag === undefined)
}

/** `MODULE@VERSION`. Throws a Failure `usage` for anything else. */
export function namedModule(word: string): WantedModule {
  const at = word.lastIndexOf('@')
  try {
    const [path, version] = at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)]
    check(path, version)
    return { path, version, zip: true }
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error
    const next = 'name it as MODULE@VERSION with a whole version; modgate resolve prints those of a build'
    throw new Failure('usage', { asked: word, who: 'modgate', why: error.message, next })
  }
}

async function sumModules({ machine }: CommandLine, file: string): Promise<WantedList> {
  const found = await machine.readFile(resolve(machine.cwd, file)).catch((error: unknown) => {
    throw unusable(`--go-sum ${file}`, `cannot be read: ${(error as Error).message}`)
  })
  if (found === undefined) throw unusable(`--go-sum ${file}`, 'is not there')
  try {
    return wantedOfSum(found, file)
  } catch (error) {
    if (!(error instanceof ErrorList)) throw error
    throw unusable(`--go-sum ${file}`, error.message.replaceAll(/\s*\n\s*/g, ' ').trim())
  }
}

function unusable(asked: string, why: string): Failure {
  return new Failure('usage', { asked, who: 'modgate', why, next: 'name a go.sum file' })
}
