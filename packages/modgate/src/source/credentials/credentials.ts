/**
 * As whom the gate asks others. Every credential belongs to one host, and goes there over TLS or nowhere: never along with a redirect,
 * never into an argument, a log line or an error.
 */

import type { GitAccess } from './git-access.ts'
import type { SshAccess } from './ssh-access.ts'

/** The value of an Authorization header for a URL; undefined for hosts that it has nothing for. Throws a Failure `credentials-unusable`. */
export type CredentialSource = (url: URL, signal: AbortSignal) => Promise<string | undefined>

export interface Credentials {
  /** For requests of our own (the `authorize` of a peer). */
  readonly authorize: CredentialSource
  /** For git, which is about to connect to the repository. */
  readonly forGit: (repository: string, signal: AbortSignal) => Promise<GitAccess>
}

/** The first source that has something for a host counts. `ssh` is for repositories over ssh. */
export function credentials(sources: readonly CredentialSource[], ssh: SshAccess): Credentials {
  const authorize: CredentialSource = async (url, signal) => {
    // Each source binds itself to its host; that nothing goes out without TLS must not hang on each of them.
    if (url.protocol !== 'https:') return undefined
    for (const source of sources) {
      const found = await source(url, signal)
      if (found !== undefined) return found
    }
    return undefined
  }
  return {
    authorize,
    async forGit(repository, signal) {
      const url = new URL(repository)
      if (url.protocol.endsWith('ssh:')) return { config: [], ssh: ssh(url) }
      const authorization = await authorize(url, signal)
      if (authorization === undefined) return { config: [], ssh: [] }
      return { config: [[`http.${url.origin}/.extraHeader`, `Authorization: ${authorization}`]], ssh: [] }
    },
  }
}

/** The header for a user and a password (RFC 7617). */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}
