/**
 * The form of a repository's URL. A page can write anything there, and what it writes is read by git, curl, ssh and us: four readers,
 * each with rules of its own. So only what all of them read alike is taken.
 */

import { isIP } from 'node:net'
import { withoutBrackets } from '../address-guard.ts'
import type { RepositoryRoot } from './repository-root.ts'

/** A URL that all readers understand in one way. */
export interface RepositoryURL {
  readonly scheme: string
  /** Who logs in; only ssh has one. */
  readonly user: string | undefined
  /** A name, or an address without brackets. */
  readonly host: string
  /** As written, else that of the scheme. */
  readonly port: number
}

const ports: Readonly<Record<string, number>> = {
  https: 443,
  http: 80,
  ssh: 22,
  'git+ssh': 22,
  'svn+ssh': 22,
  svn: 3690,
}

const schemes: Readonly<Record<RepositoryRoot['vcs'], readonly string[]>> = {
  git: ['https', 'ssh', 'git+ssh'],
  hg: ['https', 'ssh'],
  svn: ['https', 'svn+ssh'],
  fossil: ['https'],
  mod: ['https'],
}

/** scheme://user@host:port/path, where the path has graphic ASCII, no `\`, `#`, quotes or angle brackets. */
const form =
  /^([a-z][a-z0-9+.-]*):\/\/(?:([^@/?#\\]*)@)?([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?(\/[!$-&(-;=?-[\]^_a-z{-~]*)?$/i

/** The URL in parts, or in words why it is none that can be fetched from. With `insecure`, `http` is as good as `https`, and `svn`. */
export function repositoryURL(text: string, vcs: RepositoryRoot['vcs'], insecure: boolean): RepositoryURL | string {
  const [, named] = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text) ?? []
  if (named === undefined) return 'no scheme'
  const scheme = named.toLowerCase()
  if (scheme === 'file') return 'file scheme disallowed'
  const isOpen = scheme === 'http' || (scheme === 'svn' && vcs === 'svn')
  const isAllowed = schemes[vcs].includes(scheme) || (insecure && isOpen)
  if (!isAllowed) return `${scheme} scheme disallowed for ${vcs}`
  if (named !== scheme) return 'a scheme in capital letters, which git does not know'
  const match = form.exec(text)
  // A control character that comes in through `%0a` ends a line of some protocol further down.
  if (!match || /%([01][0-9a-f]|7f)/i.test(text)) return 'not of the form scheme://host/path in plain characters'
  const [, , user, host = '', port, path] = match
  if (user !== undefined && !(scheme.endsWith('ssh') && /^[A-Za-z0-9_][\w.-]*$/.test(user))) {
    return 'it carries credentials, or a user that is none'
  }
  if (path === undefined && scheme.endsWith('ssh')) return 'no path'
  if (port !== undefined && (Number(port) === 0 || Number(port) > 65_535)) return 'no such port'
  const flaw = hostFlaw(host)
  if (flaw !== undefined) return flaw
  return { scheme, user, host: withoutBrackets(host).toLowerCase(), port: Number(port ?? ports[scheme]) }
}

/** A host must be what a URL makes of it: `127.1`, `0x7f000001` and `::ffff:7f00:1` in another spelling are how addresses hide. */
function hostFlaw(written: string): string | undefined {
  const bare = withoutBrackets(written)
  const canonical = URL.parse(`https://${written}/`)?.hostname
  if (canonical === undefined) return 'no such host'
  const isAddress = isIP(withoutBrackets(canonical)) !== 0
  if (isAddress && isIP(bare) === 0) return 'an address in disguise'
  if (!isAddress && canonical !== written.toLowerCase()) return 'a host in disguise'
  // An option to whoever forgets to say that options are over, and a name that each resolver completes in its own way.
  return bare.startsWith('-') || bare.endsWith('.') || bare.includes('..') ? 'no such host' : undefined
}
