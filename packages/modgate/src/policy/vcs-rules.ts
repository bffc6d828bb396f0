/** GOVCS: which version control systems the go command may run for a path ("Controlling version control tools with GOVCS"). */

import { matchPrefixPatterns, quote } from '@modgate/gomod/module'
import { matchingPattern } from './route.ts'
import type { FetchSettings } from './fetch-settings.ts'

interface VcsRule {
  readonly pattern: string
  readonly allowed: readonly string[]
}

/** Stands behind whatever GOVCS says. */
const builtIn: readonly VcsRule[] = [
  { pattern: 'private', allowed: ['all'] },
  { pattern: 'public', allowed: ['git', 'hg'] },
]

export type AllowedVcs =
  /** Names as `git`; `all` is every system that go knows. Empty: none. */
  | { readonly kind: 'allowed'; readonly names: readonly string[]; readonly pattern: string }
  /** GOVCS cannot be read; in the go command's words. */
  | { readonly kind: 'refused'; readonly message: string }

/** What may be run for a repository whose root has this path. The first rule that is about the path decides. */
export function allowedVcs({ GOVCS, GOPRIVATE }: Pick<FetchSettings, 'GOVCS' | 'GOPRIVATE'>, root: string): AllowedVcs {
  const rules = parseRules(GOVCS)
  if (typeof rules === 'string') return { kind: 'refused', message: rules }
  const isPrivate = matchingPattern(GOPRIVATE, root) !== undefined
  const isAbout = ({ pattern }: VcsRule) => {
    if (pattern === 'private') return isPrivate
    return pattern === 'public' ? !isPrivate : matchPrefixPatterns(pattern, root)
  }
  const { pattern, allowed } = [...rules, ...builtIn].find(isAbout)!
  const names = allowed.filter((name) => name !== 'off')
  return { kind: 'allowed', names, pattern }
}

/** Why a system may not be run for a repository whose root has this path, in the go command's words; undefined where it may. */
export function vcsForbidden(
  settings: Pick<FetchSettings, 'GOVCS' | 'GOPRIVATE'>,
  root: string,
  vcs: string,
): string | undefined {
  const allowed = allowedVcs(settings, root)
  if (allowed.kind === 'refused') return allowed.message
  if (allowed.names.some((name) => name === vcs || name === 'all')) return undefined
  const kind = matchingPattern(settings.GOPRIVATE, root) === undefined ? 'public' : 'private'
  return `GOVCS disallows using ${vcs} for ${kind} ${root}; see 'go help vcs'`
}

/**
 * Why `direct` ends for a module before anybody is asked: its host is known to use git, and git may not be run, or GOVCS cannot be
 * read. Undefined where it does not. Of other hosts the system is learnt from the host first.
 */
export function vcsRefusal(settings: FetchSettings, module: string): string | undefined {
  const root = /^(?:github\.com|bitbucket\.org)\/[^/]+\/[^/]+/.exec(module)?.[0]
  return root === undefined ? undefined : vcsForbidden(settings, root, 'git')
}

/** The rules, or what is wrong with them. */
function parseRules(text: string): readonly VcsRule[] | string {
  if (text.trim() === '') return []
  const rules = new Map<string, VcsRule & { readonly item: string }>()
  for (const item of text.split(',').map((entry) => entry.trim())) {
    const fault = faultOf(item)
    if (fault !== undefined) return fault
    const colon = item.indexOf(':')
    const pattern = item.slice(0, colon).trim()
    const before = rules.get(pattern)
    if (before) return `unreachable pattern in GOVCS: ${quote(item)} after ${quote(before.item)}`
    const names = item.slice(colon + 1).split('|')
    const allowed = names.map((name) => name.trim())
    if (allowed.includes('')) return `empty VCS name in GOVCS: ${quote(item)}`
    rules.set(pattern, { pattern, allowed, item })
  }
  return [...rules.values()]
}

function faultOf(item: string): string | undefined {
  if (item === '') return 'empty entry in GOVCS'
  const colon = item.indexOf(':')
  if (colon < 0) return `malformed entry in GOVCS (missing colon): ${quote(item)}`
  const pattern = item.slice(0, colon).trim()
  if (pattern === '') return `empty pattern in GOVCS: ${quote(item)}`
  if (item.slice(colon + 1).trim() === '') return `empty VCS list in GOVCS: ${quote(item)}`
  if (/^\.\.?(\/|$)/.test(pattern)) return `relative pattern not allowed in GOVCS: ${quote(pattern)}`
  return undefined
}
