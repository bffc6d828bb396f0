/** Which module versions the arguments of a command mean, as `go mod download` reads them (cmd/go/internal/modload, ListModules). */

import { canonicalVersion, check, checkPath, ModuleError, type ModuleVersion } from '@modgate/gomod/module'
import { compareGoVersions, defaultGoVersion, isExcluded, isToolchainPath, none } from '@modgate/gomod/mvs'
import type { Graph, MainModule } from '@modgate/gomod/mvs'
import { formatRequest, RequestError } from '@modgate/gomod/proxy'
import { Failure } from '../core/failure.ts'
import type { Loader } from './build-list.ts'
import type { ModFileRequest } from './mod-files.ts'
import type { UpgradeQueries } from './upgrade-query.ts'
import { parseInfo } from './version-info.ts'
import { versionRange, type AskedVersion } from './version-range.ts'

/** A module that was named: what it stands for, or why that could not be found out. */
export interface WantedModule {
  readonly path: string
  /** As it was asked for behind `@`, where that is not the version itself. */
  readonly query?: string
  /** Named by a version or a revision, and not found in a list or a graph: it has an origin that can be told. */
  readonly isOne?: true
  /** What a proxy has said of a revision: an info. */
  readonly said?: Uint8Array
  /** Replaced where it is; without a version it is a directory, or a main module. */
  readonly module?: ModuleVersion
  readonly failure?: Failure
}

export interface WantedOptions {
  readonly loader: Loader
  /** The module graph; asked for where an argument speaks of it. */
  readonly graph: () => Promise<Graph>
  readonly queries: UpgradeQueries
}

const completeSince = '1.17'

/**
 * The modules that arguments mean: `all`, a path of the build list, a pattern with `...`, or `path@query`. Without arguments, those
 * that building and testing the main module needs. Throws a Failure where the graph cannot be read.
 */
export async function wantedModules(args: readonly string[], options: WantedOptions): Promise<readonly WantedModule[]> {
  const words = args.length > 0 ? args : usualWords(options.loader)
  // As the go command: what of the graph lies deeper is read, too, so that nothing has to be asked for later.
  if (args.length === 0) await options.graph()
  // As long as all that is meant stands in go.mod, nothing else has to be read to know which version it is.
  const isGraphAsked = args.length === 0 || words.some((word) => !word.includes('@') && !rootVersion(word, options))
  const found = await Promise.all(words.map((word) => meant(word, options, isGraphAsked)))
  return found.flat()
}

/** The version that a go.mod requires in which nothing of the build is missing. */
function rootVersion(path: string, { loader }: WantedOptions): string | undefined {
  const { mains } = loader.project
  const [main] = mains.modules
  if (mains.work !== undefined || main === undefined || !namesAll(main)) return undefined
  const root = main.file.require.findLast((required) => required.path === path)
  return root && !isExcluded(mains, root) ? root.version : undefined
}

function usualWords({ project }: Loader): readonly string[] {
  const [main] = project.mains.modules
  if (project.mains.work !== undefined || main === undefined) return ['all']
  return namesAll(main) ? main.file.require.map(({ path }) => path) : ['all']
}

/** Whether go.mod is of a release whose go.mod files name every module that packages of the main module come from. */
export function namesAll({ file }: MainModule): boolean {
  return compareGoVersions(file.go?.version ?? defaultGoVersion, completeSince) >= 0
}

async function meant(word: string, options: WantedOptions, isGraphAsked: boolean): Promise<readonly WantedModule[]> {
  const { loader, graph } = options
  const at = word.indexOf('@')
  if (at >= 0) return [await asked(word.slice(0, at), word.slice(at + 1), options)]
  const root = isGraphAsked ? undefined : rootVersion(word, options)
  if (root !== undefined) return [selected({ path: word, version: root }, loader)]
  const modules = (await graph()).buildList().filter(({ path }) => !isToolchainPath(path))
  if (word === 'all') return modules.map((module) => selected(module, loader))
  if (word.includes('...')) {
    const isMeant = patternOf(word)
    const found = modules.filter(({ path }) => isMeant.test(path)).map((module) => selected(module, loader))
    return found.length > 0 ? found : [unmatched(word)]
  }
  const version = (await graph()).selected(word)
  if (version !== none) return [selected({ path: word, version }, loader)]
  if (word.startsWith('.')) return [unmatched(word)]
  const why = 'it is not in the build'
  const next = `name a version: ${word}@latest`
  return [{ path: word, failure: new Failure('configuration', { asked: word, who: 'the module graph', why, next }) }]
}

function unmatched(word: string): WantedModule {
  const why = word.startsWith('.') ? 'a directory is no module path' : 'it matches no module of the build'
  return { path: word, failure: new Failure('configuration', { asked: word, who: 'the module graph', why }) }
}

function selected(module: ModuleVersion, { replacements }: Loader): WantedModule {
  return { path: module.path, module: replacements.of(module) ?? module }
}

/** `...` stands for anything, and with the slash before it at the end for nothing, too. */
function patternOf(word: string): RegExp {
  const source = word
    .split('...')
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${source.replace(/\/\.\*$/, '(?:/.*)?')}$`)
}

/** `path@query`, which does not depend on the module graph; what is replaced is. */
async function asked(path: string, query: string, options: WantedOptions): Promise<WantedModule> {
  try {
    checked(`${path}@${query}`, () => checkPath(path))
    const found = await answerTo({ path, query, current: await currentOf(path, query, options) }, options)
    const module = { path, version: found.version }
    checked(`${path}@${query}`, () => check(path, found.version))
    const { isOne, said } = found
    return {
      path,
      ...(query === found.version ? {} : { query }),
      module: options.loader.replacements.of(module) ?? module,
      ...(isOne && { isOne }),
      ...(said && { said }),
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { path, query, failure: error }
  }
}

/** The version of the build, which some queries begin from: of a module that go.mod does not name, the graph knows it. */
async function currentOf(path: string, query: string, options: WantedOptions): Promise<string | undefined> {
  const root = rootVersion(path, options)
  if (root !== undefined || (query !== 'upgrade' && query !== 'patch')) return root
  if (options.loader.project.mains.modules.length === 0) {
    const why = `there is no go.mod here or above, and ${query} begins from the version of a build`
    throw new Failure('configuration', { asked: `${path}@${query}`, who: 'modgate', why, next: 'run it in a module' })
  }
  const version = (await options.graph()).selected(path)
  return version === none || version === '' ? undefined : version
}

interface QueryAnswer extends Pick<WantedModule, 'isOne' | 'said'> {
  readonly version: string
}

async function answerTo(
  asked: AskedVersion,
  { loader, queries }: Pick<WantedOptions, 'loader' | 'queries'>,
): Promise<QueryAnswer> {
  const { path, query } = asked
  const range = versionRange(asked)
  if (range) return { version: await queries.query(range) }
  const version = canonicalVersion(query)
  if (version === query && isOfPath(path, version)) return { version, isOne: true }
  checked(`${path}@${query}`, () => formatRequest({ kind: 'query', path, query }))
  const read = async (request: ModFileRequest) => loader.files.read(request)
  const said = await read({ kind: 'query', path, query }).catch((error: unknown) => {
    // Versions that differ in their metadata only are one (https://go.dev/ref/mod#versions).
    const isOther = version !== '' && version !== query && isOfPath(path, version)
    if (error instanceof Failure && error.absent && isOther) return read({ kind: 'info', path, version })
    throw error
  })
  if (said) return { version: parseInfo(said, `${path}@${query}`).version, isOne: true, said }
  throw new Failure('module-not-found', {
    asked: `${path}@${query}`,
    who: 'modgate',
    why: 'nobody who may be asked knows it',
  })
}

/** Else it needs `+incompatible`, which whoever keeps the module adds. */
function isOfPath(path: string, version: string): boolean {
  try {
    check(path, version)
    return true
  } catch (error) {
    if (error instanceof ModuleError) return false
    throw error
  }
}

/** Throws what a check of the words throws as a Failure `usage`. */
function checked(asked: string, rule: () => void): void {
  try {
    rule()
  } catch (error) {
    if (!(error instanceof ModuleError || error instanceof RequestError)) throw error
    throw new Failure('usage', { asked, who: 'modgate', why: error.message })
  }
}
