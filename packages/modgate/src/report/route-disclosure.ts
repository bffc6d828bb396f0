/** Who learns the name of a module on its way. */

import { isPublicForge } from '../policy/public-forges.ts'
import { hostOf, type ChainStep } from './route-chain.ts'

export interface Disclosure {
  readonly host: string
  /** `always`, or only after those before it have failed in a way that lets the next one be asked. */
  readonly when: 'always' | 'after-failure'
  readonly sees: 'path-and-content' | 'path-and-version'
  /** A name that looks private goes to somebody else's host. */
  readonly leak: boolean
}

/**
 * One for each host, in the order of asking; those that are asked on the `ways` to the database come last. Who sets GOSUMDB to a database
 * of their own means it, and the proxy that is asked first, to be told private names.
 */
export function disclosuresOf(
  module: string,
  chain: readonly ChainStep[],
  { ways = [], own = false }: { readonly ways?: readonly string[]; readonly own?: boolean },
): readonly Disclosure[] {
  const isPrivate = looksPrivate(module)
  const isTold = (index: number) => own && index === 0
  const content = chain.flatMap(({ kind, place }, index): Disclosure[] => {
    const host = kind === 'direct' ? hostOf(module) : hostIn(place)
    if (kind === 'off' || host === '') return []
    const when = index === 0 ? 'always' : 'after-failure'
    return [{ host, when, sees: 'path-and-content', leak: isPrivate && !isTold(index) && isForeign(host, module) }]
  })
  const database = ways.map((way, index): Disclosure => {
    const host = hostIn(way)
    const when = index === 0 ? 'always' : 'after-failure'
    return { host, when, sees: 'path-and-version', leak: isPrivate && !own && isForeign(host, module) }
  })
  const news = database.filter(({ host }) => host !== '' && !content.some((known) => known.host === host))
  return [...content, ...news]
}

/** By its name alone: a host that the internet has no names for, or that calls itself internal. */
export function looksPrivate(module: string): boolean {
  const host = hostOf(module)
  if (isPublicForge(host)) return false
  if (/(^|\.)(internal|intranet|corp|private|local|lan|home|localdomain)$/.test(host)) return true
  return (
    /^(git|gitlab|gitea|bitbucket|stash|code|svn|ghe|github|scm|gerrit)\./.test(host) ||
    /(^|[.-])(corp|internal|intranet|private)[.-]/.test(host)
  )
}

/** Not of the same organisation, as far as the last two labels of the names say, and not here. */
function isForeign(host: string, module: string): boolean {
  if (/^(localhost|127\.|\[::1\]|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host)) return false
  const owner = (name: string) => name.replace(/:\d+$/, '').split('.').slice(-2).join('.')
  return owner(host) !== owner(hostOf(module))
}

function hostIn(url: string): string {
  return URL.parse(url)?.host ?? ''
}
