/** From where a repository comes from to the patterns that keep its modules private: as narrow as they can be. */

import { isPublicForge } from '../../policy/public-forges.ts'
import { importPathOf, isModulePath, parseRemote } from './remote-url.ts'

/** What was found of a repository. URLs may hold credentials: nothing of them gets into the result. */
export interface RepositoryPlaces {
  readonly remotes: readonly NamedUrl[]
  /** `url.<base>.insteadOf`: what a URL that begins with `prefix` is rewritten to begin with. */
  readonly rewrites: readonly { readonly base: string; readonly prefix: string }[]
  /** Host aliases of the ssh configuration, and the hosts that they stand for. */
  readonly aliases: ReadonlyMap<string, string>
  /** The module paths of the go.mod files. */
  readonly modules: readonly NamedPath[]
  /** What they require. */
  readonly requires: readonly NamedPath[]
}

/** `place` says where it was found, in words: `remote origin`, `.gitmodules`. */
export interface NamedUrl {
  readonly place: string
  readonly url: string
}

export interface NamedPath {
  readonly place: string
  readonly path: string
}

export interface PrivatePattern {
  /** `git.corp.example/team`, or a host alone where that was asked for. */
  readonly pattern: string
  /** Where it comes from, in words, without credentials. */
  readonly from: readonly string[]
}

export interface PrivatePatterns {
  /** None of them covers another one. */
  readonly patterns: readonly PrivatePattern[]
  /** What could not be used, and why. */
  readonly remarks: readonly string[]
}

export interface PatternOptions {
  /** Whole hosts instead of host and owner; public forges excepted. */
  readonly wholeHost?: boolean
}

/**
 * The patterns for GOPRIVATE that a repository itself suggests: the owner of every remote, of its own modules, and of what it
 * requires from the hosts of its remotes. Never a public forge as a whole.
 */
export function privatePatterns(places: RepositoryPlaces, { wholeHost = false }: PatternOptions = {}): PrivatePatterns {
  const remarks: string[] = []
  const modules = places.modules.filter((module) => isUsable(module, remarks))
  const paths = [...places.remotes.flatMap((remote) => pathsOfRemote(remote, places, remarks)), ...modules]
  const ownHosts = new Set(paths.map(({ path }) => hostOf(path)).filter((host) => !isPublicForge(host)))
  const required = places.requires.filter(({ path }) => ownHosts.has(hostOf(path)) && isModulePath(path))
  const found = new Map<string, Set<string>>()
  for (const { path, place } of [...paths, ...required]) {
    const pattern = patternOf(path, wholeHost)
    if (pattern === undefined) remarks.push(`${place}: ${path} names no owner below a public host`)
    else found.set(pattern, (found.get(pattern) ?? new Set()).add(place))
  }
  if (wholeHost) remarks.push(...keptNarrow(found.keys()))
  return { patterns: minimal(found), remarks }
}

/** A go.mod is a stranger's text: a path with a comma or a star in it would be a pattern of its own. */
function isUsable({ place, path }: NamedPath, remarks: string[]): boolean {
  const usable = isModulePath(path)
  if (!usable) remarks.push(`${place}: ${JSON.stringify(path)} is no module path that anybody could be asked for`)
  return usable
}

/** A remote leads to its URL as written, which imports follow, and to where git goes in fact. */
function pathsOfRemote({ place, url }: NamedUrl, places: RepositoryPlaces, remarks: string[]): readonly NamedPath[] {
  const paths = [url, rewritten(url, places)].map((each) => pathOfUrl(each, places.aliases))
  const usable = [...new Set(paths.filter((path) => path !== undefined))]
  if (usable.length === 0) remarks.push(`${place}: is not on a host that a module path could name`)
  return usable.map((path) => ({ place, path }))
}

function pathOfUrl(url: string, aliases: RepositoryPlaces['aliases']): string | undefined {
  const found = parseRemote(url)
  return found && importPathOf({ ...found, host: aliases.get(found.host) ?? found.host })
}

/** As git does it: the longest prefix wins, once. */
function rewritten(url: string, { rewrites }: RepositoryPlaces): string {
  const fitting = rewrites.filter(({ prefix }) => prefix !== '' && url.startsWith(prefix))
  const longest = fitting.sort((a, b) => b.prefix.length - a.prefix.length)[0]
  return longest === undefined ? url : longest.base + url.slice(longest.prefix.length)
}

const hostOf = (path: string) => path.split('/')[0]!

function patternOf(path: string, wholeHost: boolean): string | undefined {
  const [host = '', owner] = path.split('/')
  if (isPublicForge(host)) return owner === undefined ? undefined : `${host}/${owner}`
  return wholeHost || owner === undefined ? host : `${host}/${owner}`
}

function keptNarrow(patterns: Iterable<string>): readonly string[] {
  const hosts = new Set([...patterns].map(hostOf).filter(isPublicForge))
  return [...hosts].map((host) => `${host} is shared by strangers: only the owner is made private, not the whole host`)
}

function minimal(found: ReadonlyMap<string, ReadonlySet<string>>): readonly PrivatePattern[] {
  const all = [...found.keys()]
  const covered = (pattern: string) => all.some((other) => pattern.startsWith(`${other}/`))
  return [...found].filter(([pattern]) => !covered(pattern)).map(([pattern, from]) => ({ pattern, from: [...from] }))
}
