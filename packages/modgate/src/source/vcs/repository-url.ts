/** URLs that git is given: a whitelist, since git reads more into a URL than a browser does (`ext::`, `-oProxyCommand`). */

import { Failure } from '../../core/failure.ts'
import type { GitProtocol } from './git-environment.ts'

/**
 * Checks the URL of a repository. Throws a Failure `origin-refused`.
 *
 * Like the go command it takes URLs only, not `host:path`. Credentials do not belong into it: they would stand in every info.
 */
export function checkRepositoryUrl(url: string, protocols: readonly GitProtocol[]): void {
  const why = urlFault(url, protocols)
  if (why === undefined) return
  throw new Failure('origin-refused', { asked: shown(url), who: 'modgate', why })
}

function urlFault(url: string, protocols: readonly GitProtocol[]): string | undefined {
  if (!/^[!#-&(-;=?-[\]_a-z~]+$/.test(url)) return 'the URL of the repository has characters that none may have'
  const [, scheme = '', user, host = ''] = /^([a-z]+):\/\/(?:([^@/]*)@)?([^/?#@]*)\//.exec(url) ?? []
  if (scheme === '') return 'the URL of the repository has no scheme and host'
  if (!(protocols as readonly string[]).includes(scheme)) return `${scheme} is none of ${protocols.join(', ')}`
  if (scheme === 'file') return user === undefined && host === '' ? undefined : 'a file URL has no host'
  if (user !== undefined && (scheme !== 'ssh' || !/^\w[\w.-]*$/.test(user)))
    return 'the URL of the repository has credentials in it'
  return /^(\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?)(:\d{1,5})?$/i.test(host)
    ? undefined
    : 'the host in the URL of the repository is none'
}

/** A refused URL for messages: cut, without control characters and user information. */
function shown(url: string): string {
  return url
    .slice(0, 200)
    .replace(/\/\/[^/]*@/, '//')
    .replace(/[^\x20-\x7e]/g, '?')
}
