/** Which module paths are private by their looks, and which patterns reach beyond what one organisation has. */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import { isPublicForge } from '../../policy/public-forges.ts'
import { matchingPattern } from '../../policy/route.ts'
import type { BuildEnvironment } from './environments.ts'

/** Modules of strangers: a pattern that has one of them is too wide. */
const strangers = [
  'github.com/a-stranger-7f3/lib',
  'gitlab.com/a-stranger-7f3/lib',
  'bitbucket.org/a-stranger-7f3/lib',
  'golang.org/x/a-stranger-7f3',
  'google.golang.org/a-stranger-7f3',
  'gopkg.in/a-stranger-7f3.v1',
  'k8s.io/a-stranger-7f3',
  'go.a-stranger-7f3.org/lib',
  'a-stranger-7f3.com/lib',
  'a-stranger-7f3.dev/lib',
  'a-stranger-7f3.io/lib',
  'a-stranger-7f3.net/lib',
] as const

/** Why a pattern reaches further than one owner; undefined where it does not. */
export function tooWide(pattern: string): string | undefined {
  const stranger = strangers.find((path) => matchPrefixPatterns(pattern, path))
  if (stranger !== undefined) return `it also matches ${stranger}`
  const [host = '', owner = ''] = pattern.split('/')
  if (/^\*+[^*.?[\]]/.test(host)) {
    const rest = host.replace(/^\*+/, '')
    return `it also matches somebody-elses-${rest}; a dot after the star keeps to the domain`
  }
  if (isPublicForge(host) && /[^*]\*$/.test(owner))
    return `it also matches ${host}/${owner.slice(0, -1)}-of-somebody-else`
  return undefined
}

/** The entries of a list that reach too far, each with the reason. */
export function tooWideIn(patterns: string): readonly { readonly pattern: string; readonly why: string }[] {
  return patterns.split(',').flatMap((pattern) => {
    const why = pattern === '' ? undefined : tooWide(pattern)
    return why === undefined ? [] : [{ pattern, why }]
  })
}

/** Names that no public host has (RFC 2606, RFC 6762, RFC 8375, ICANN's .internal) and those that companies made up. */
const internalHost = /(^|\.)(internal|corp|local|lan|intranet|private|home|localdomain|home\.arpa)$/

/** Whether the first element of a module path, or a host, is one that only an organisation itself knows. */
export function isInternalHost(host: string): boolean {
  return internalHost.test(host.replace(/:\d+$/, '')) || /^(localhost|127\.|10\.|192\.168\.)/.test(host)
}

/** Whether everything on the host is public, whoever owns it. */
export function isPublicModule(path: string): boolean {
  const [host = ''] = path.split('/')
  return isPublicForge(host)
}

/** The patterns that name what is private, over all environments: those that keep to one owner. */
export function privatePatterns(environments: readonly BuildEnvironment[]): string {
  const lists = environments.flatMap(({ settings: { GOPRIVATE, GONOPROXY, GONOSUMDB } }) => [
    GOPRIVATE,
    GONOPROXY,
    GONOSUMDB,
  ])
  const entries = new Set(
    lists.flatMap((list) => list.split(',')).filter((entry) => entry !== '' && tooWide(entry) === undefined),
  )
  return [...entries].join(',')
}

/** Why a module is taken to be private; undefined where nothing says so. */
export function whyPrivate(path: string, patterns: string): string | undefined {
  const host = path.split('/')[0]!
  if (isInternalHost(host)) return `${host} is a name of an internal network`
  const pattern = matchingPattern(patterns, path)
  return pattern === undefined ? undefined : `the pattern ${pattern} names it as private`
}
