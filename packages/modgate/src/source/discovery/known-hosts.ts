/**
 * Paths that say themselves where their repository is: those of a few hosts, and those with a qualifier such as `.git` in them
 * (`go help importpath`). The go command asks no page about them, so nobody else is believed either.
 */

import { versionControls, type VersionControl } from '../../core/version-control.ts'

/** What a rule knows of a path. */
export type KnownRoot =
  | { readonly kind: 'root'; readonly vcs: VersionControl; readonly url: string; readonly root: string }
  /** The place is known, the scheme is not: the first one of `schemes` that answers. */
  | { readonly kind: 'place'; readonly vcs: VersionControl | 'bzr'; readonly place: string; readonly root: string }
  /** The host has rules, and the path breaks them. In Go's words. */
  | { readonly kind: 'invalid'; readonly why: string }

interface Host {
  /** A path that is this, or is below it, stands under the rule. */
  readonly prefix: string
  /** Go's rule, made of elements: how many of them name the repository, and what each may be. */
  readonly elements: readonly RegExp[]
  readonly vcs: VersionControl
  /** Whether a repository may be called `x.git`. */
  readonly qualifier: 'refused' | 'kept'
  /** Whether there may be more elements. */
  readonly below: boolean
}

const word = /^[\w.-]+$/

const hosts: readonly Host[] = [
  { prefix: 'github.com', elements: [word, word], vcs: 'git', qualifier: 'refused', below: true },
  { prefix: 'bitbucket.org', elements: [word, word], vcs: 'git', qualifier: 'refused', below: true },
  { prefix: 'hub.jazz.net/git', elements: [/^[a-z0-9]+$/, word], vcs: 'git', qualifier: 'refused', below: true },
  { prefix: 'git.apache.org', elements: [/^[a-z0-9_.-]+\.git$/], vcs: 'git', qualifier: 'kept', below: true },
  { prefix: 'git.openstack.org', elements: [word, word], vcs: 'git', qualifier: 'kept', below: true },
  {
    prefix: 'chiselapp.com',
    elements: [/^user$/, /^[A-Za-z0-9]+$/, /^repository$/, word],
    vcs: 'fossil',
    qualifier: 'kept',
    below: false,
  },
]

/** The root by rule; undefined where the path's own page has to be asked. Linear in the path. */
export function knownRoot(path: string): KnownRoot | undefined {
  const host = hosts.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`))
  return host ? rootAt(host, path) : qualifiedRoot(path)
}

function rootAt(host: Host, path: string): KnownRoot {
  const { prefix, elements, vcs } = host
  const given = path.slice(prefix.length + 1).split('/')
  const named = given.slice(0, elements.length)
  const rest = given.slice(elements.length)
  const fits =
    named.length === elements.length &&
    elements.every((pattern, index) => pattern.test(named[index]!)) &&
    (host.below ? rest.every((element) => word.test(element)) : rest.length === 0)
  if (!fits) return { kind: 'invalid', why: `invalid ${prefix} import path "${path}"` }
  if (host.qualifier === 'refused' && qualifier.test(named.at(-1)!)) {
    return { kind: 'invalid', why: `invalid version control suffix in ${prefix}/ path` }
  }
  const root = [prefix, ...named].join('/')
  return { kind: 'root', vcs, url: `https://${root}`, root }
}

const qualifier = /\.(bzr|fossil|git|hg|svn)$/
const element = /^~?[\w.-]+$/
const qualified = /^(~?[\w.-]+)\.(bzr|fossil|git|hg|svn)$/

/** Any host: the last element that ends in a qualifier ends the root, and is called without it at the place itself. */
function qualifiedRoot(path: string): KnownRoot | undefined {
  const [host = '', ...elements] = path.split('/')
  if (!/^[a-z0-9.-]+$/.test(host) || !/^.+\..+$/.test(host)) return undefined
  if (!elements.every((each) => element.test(each))) return undefined
  const last = elements.findLastIndex((each) => qualified.test(each))
  if (last < 0) return undefined
  const root = [host, ...elements.slice(0, last + 1)].join('/')
  const vcs = qualifier.exec(root)![1] as VersionControl | 'bzr'
  return { kind: 'place', vcs, place: root.slice(0, -vcs.length - 1), root }
}

/** Schemes in which a place of this kind is looked for, the safe ones of Go's lists in their order; with `insecure` all of them that can be. */
export function schemesOf(vcs: VersionControl, insecure: boolean): readonly string[] {
  const lists: Readonly<Record<VersionControl, readonly string[]>> = {
    git: insecure ? ['https', 'http', 'git+ssh', 'ssh'] : ['https', 'git+ssh', 'ssh'],
    hg: insecure ? ['https', 'http', 'ssh'] : ['https', 'ssh'],
    svn: insecure ? ['https', 'http', 'svn', 'svn+ssh'] : ['https', 'svn+ssh'],
    fossil: insecure ? ['https', 'http'] : ['https'],
  }
  return lists[vcs]
}

/** Whether modgate has a name for it. */
export function isVersionControl(name: string): name is VersionControl {
  return (versionControls as readonly string[]).includes(name)
}
