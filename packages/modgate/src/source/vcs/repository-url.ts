/** URLs that git is given: what discovery takes, by the same rules, and of that what the gate may speak. */

import { Failure } from '../../core/failure.ts'
import { repositoryURL } from '../discovery/repository-url.ts'
import type { GitProtocol } from './git-environment.ts'

/**
 * Checks the URL of a repository. Throws a Failure `origin-refused`.
 *
 * Like the go command it takes URLs only, not `host:path`. Credentials do not belong into it: they would stand in every info.
 */
export function checkRepositoryUrl(url: string, protocols: readonly GitProtocol[]): void {
  const why = protocols.includes('file') && url.startsWith('file:') ? fileFault(url) : urlFault(url, protocols)
  if (why === undefined) return
  throw new Failure('origin-refused', { asked: shown(url), who: 'modgate', why })
}

function urlFault(url: string, protocols: readonly GitProtocol[]): string | undefined {
  const read = repositoryURL(url, 'git', protocols.includes('http'))
  if (typeof read === 'string') return `the URL of the repository is none: ${read}`
  // To git they are one protocol.
  const protocol = read.scheme.replace('git+ssh', 'ssh')
  return (protocols as readonly string[]).includes(protocol)
    ? undefined
    : `${protocol} is none of ${protocols.join(', ')}`
}

/** A repository on this disk, which no page can name. */
function fileFault(url: string): string | undefined {
  return /^file:\/\/\/[!$-&(-;=@-[\]_a-z~]+$/.test(url) ? undefined : 'a file URL has no host, and plain characters'
}

/** A refused URL for messages: cut, without control characters and user information. */
function shown(url: string): string {
  return url
    .slice(0, 200)
    .replace(/\/\/[^/]*@/, '//')
    .replace(/[^\x20-\x7e]/g, '?')
}
