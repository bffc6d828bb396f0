/** What a repository says of its modules and of the settings that it builds them with, collected within bounds. */

import { parse, parseSum, type ModFile, type SumEntry } from '@modgate/gomod/modfile'
import { settingsFile } from './ci-files.ts'
import { scanSettings, type Scan } from './settings-in-text/index.ts'
import type { RepositoryFiles } from './repository-files.ts'

/** One go.mod and what stands beside it. */
export interface RepositoryModule {
  /** Relative to the repository, slash-separated; empty at its root. */
  readonly directory: string
  /** Undefined where it cannot be parsed. */
  readonly mod?: ModFile
  /** Undefined where there is no go.sum, or none that can be read. */
  readonly sum?: readonly SumEntry[]
  readonly hasSum: boolean
  /** The text of vendor/modules.txt. */
  readonly vendored?: string
  readonly problems: readonly { readonly file: string; readonly why: string }[]
}

/** A line of .gitignore or .dockerignore that keeps go.sum out. */
export interface IgnoredSum {
  readonly file: string
  readonly line: number
  readonly text: string
}

export interface Repository {
  /** How it was named. */
  readonly name: string
  readonly modules: readonly RepositoryModule[]
  /** Hashes that a workspace has beside those of its modules. */
  readonly workSum: readonly SumEntry[]
  readonly scans: readonly Scan[]
  readonly ignored: readonly IgnoredSum[]
  /** What was not looked at, and why. */
  readonly skipped: readonly string[]
}

const maxDirectories = 20_000
const maxDepth = 24
const maxSettingsFiles = 2_000
const maxModules = 1_000
const maxSettingsBytes = 1024 * 1024
const maxModuleBytes = 16 * 1024 * 1024

/** Directories that hold somebody else's files, or none that a build reads. */
const foreign: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  'vendor',
  'testdata',
  'third_party',
])

/** Collects it. Never throws for what the repository holds: what could not be read is in `skipped`. */
export async function readRepository(name: string, files: RepositoryFiles): Promise<Repository> {
  const found = await walk(files)
  const skipped = [...found.skipped]
  const read = async (path: string, limit: number): Promise<string | undefined> => {
    const result = await files.read(path, limit)
    if ('text' in result) return result.text
    skipped.push(`${path}: not ${result.not}`)
    return undefined
  }
  const modules: RepositoryModule[] = []
  for (const path of found.modules) {
    const module = await readModule(path, files, (file) => read(file, maxModuleBytes))
    if (module) modules.push(module)
  }
  const scans: Scan[] = []
  for (const path of found.settings) {
    const text = await read(path, maxSettingsBytes)
    if (text !== undefined) scans.push(await scanSettings(path, settingsFile(path)!, text))
  }
  const ignored: IgnoredSum[] = []
  for (const path of found.ignores) ignored.push(...ignoredSums(path, (await read(path, maxSettingsBytes)) ?? ''))
  const workSum = found.workSums.map(async (path) => lenientSum((await read(path, maxModuleBytes)) ?? ''))
  skipped.push(...scans.flatMap(({ problems }) => problems))
  return { name, modules, workSum: (await Promise.all(workSum)).flat(), scans, ignored, skipped }
}

interface Found {
  readonly modules: string[]
  readonly settings: string[]
  readonly ignores: string[]
  readonly workSums: string[]
  readonly skipped: string[]
}

/** Breadth first, so that bounds cut what is deepest. */
async function walk(files: RepositoryFiles): Promise<Found> {
  const found: Found = { modules: [], settings: [], ignores: [], workSums: [], skipped: [] }
  const queue: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }]
  for (let at = 0; at < queue.length; at++) {
    const { path, depth } = queue[at]!
    if (at >= maxDirectories || depth > maxDepth) {
      found.skipped.push(`${path}: more directories than are looked at, ${queue.length - at} left out`)
      break
    }
    for (const { name, kind } of await files.list(path)) {
      const below = path === '' ? name : `${path}/${name}`
      if (kind === 'file') noteFile(found, name, below)
      else if (kind === 'directory' && !foreign.has(name) && !name.startsWith('_'))
        queue.push({ path: below, depth: depth + 1 })
    }
  }
  return found
}

function noteFile(found: Found, name: string, path: string): void {
  const list = listFor(found, name, path)
  if (list === undefined) return
  const limit = list === found.settings ? maxSettingsFiles : maxModules
  if (list.length < limit) list.push(path)
  else if (list.length === limit) found.skipped.push(`${path}: one of more files than are looked at (${limit})`)
}

function listFor(found: Found, name: string, path: string): string[] | undefined {
  if (name === 'go.mod') return found.modules
  if (name === 'go.work.sum') return found.workSums
  if (name === '.gitignore' || name === '.dockerignore' || name.endsWith('.dockerignore')) return found.ignores
  return settingsFile(path) ? found.settings : undefined
}

type Read = (path: string) => Promise<string | undefined>

async function readModule(path: string, files: RepositoryFiles, read: Read): Promise<RepositoryModule | undefined> {
  const modText = await read(path)
  if (modText === undefined) return undefined
  const directory = path.slice(0, -'go.mod'.length).replace(/\/$/, '')
  const beside = (name: string) => (directory === '' ? name : `${directory}/${name}`)
  const siblings = await files.list(directory)
  const has = (name: string, kind: string) => siblings.some((item) => item.name === name && item.kind === kind)
  const problems: { file: string; why: string }[] = []
  const attempt = <T>(file: string, parseIt: () => T): T | undefined => {
    try {
      return parseIt()
    } catch (error) {
      problems.push({ file, why: (error as Error).message })
      return undefined
    }
  }
  const mod = attempt(path, () => parse(path, modText))
  const hasSum = siblings.some(({ name }) => name === 'go.sum')
  const sumText = hasSum ? await read(beside('go.sum')) : undefined
  const sum = sumText === undefined ? undefined : attempt(beside('go.sum'), () => parseSum(sumText, beside('go.sum')))
  const vendored = has('vendor', 'directory') ? await vendorText(beside('vendor'), files, read) : undefined
  return {
    directory,
    ...(mod && { mod }),
    ...(sum && { sum }),
    hasSum,
    ...(vendored !== undefined && { vendored }),
    problems,
  }
}

async function vendorText(directory: string, files: RepositoryFiles, read: Read): Promise<string | undefined> {
  const items = await files.list(directory)
  return items.some(({ name }) => name === 'modules.txt') ? read(`${directory}/modules.txt`) : undefined
}

function lenientSum(text: string): readonly SumEntry[] {
  try {
    return parseSum(text)
  } catch {
    return []
  }
}

/** Lines that exclude go.sum, unless a later one takes it back. */
function ignoredSums(file: string, text: string): readonly IgnoredSum[] {
  const lines = text.split('\n').map((line, index) => ({ file, line: index + 1, text: line.trim() }))
  const hits = lines.filter((line) => /^!?(\/|\*\*\/)?(go\.sum|\*\.sum|go\.\*)$/.test(line.text))
  return hits.at(-1)?.text.startsWith('!') ? [] : hits.filter((line) => !line.text.startsWith('!'))
}

/** The path of a file beside a go.mod. */
export function besideMod({ directory }: Pick<RepositoryModule, 'directory'>, name: string): string {
  return directory === '' ? name : `${directory}/${name}`
}
