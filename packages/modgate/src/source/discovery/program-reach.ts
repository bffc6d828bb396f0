/** How hg, svn and fossil get to a repository: to the address that was checked, and as whom they should. */

import { isIP } from 'node:net'
import { Failure } from '../../core/failure.ts'
import type { Credentials } from '../credentials/credentials.ts'
import type { GitAccess } from '../credentials/git-access.ts'
import type { ProgramAccess, Reach } from '../vcs/program-access.ts'
import { checkedWay } from './checked-way.ts'
import { pinned, type CheckedRepository, type RepositoryHosts } from './repository-host.ts'
import type { RepositoryRoot } from './repository-root.ts'

export interface ProgramReachOptions {
  readonly hosts: RepositoryHosts
  readonly credentials: Credentials
  /** The command that is ssh. */
  readonly ssh: (...accesses: readonly GitAccess[]) => string
  /** The HTTP proxy that connects to a host in our place, where there is one. */
  readonly proxyFor: (host: string) => URL | undefined
}

const accessMs = 60_000

export function programReach({ hosts, credentials, ssh, proxyFor }: ProgramReachOptions): Reach {
  return async (root, use) => {
    const checked = await hosts.check(root)
    if (checked.scheme.endsWith('ssh')) {
      const as = await credentials.forGit(root.url, AbortSignal.timeout(accessMs))
      return use({ ssh: ssh(pinned(checked), as) })
    }
    // svnserve asks for no name, so that the address may stand in its place.
    if (checked.scheme === 'svn') return use({ url: byAddress(root.url, checked) })
    // Whoever may answer without TLS may be anybody, and is told no login.
    const login = checked.insecure ? undefined : await loginFor(root, credentials)
    const way = await checkedWay({
      ...checked,
      through: checked.scheme === 'https' ? proxyFor(checked.host) : undefined,
    })
    try {
      return await use({ proxy: { host: '127.0.0.1', port: way.port }, ...(login ? { login } : {}) })
    } finally {
      way.close()
    }
  }
}

function byAddress(url: string, { addresses }: CheckedRepository): string {
  const [address = ''] = addresses
  return url.replace(/^(svn:\/\/)(?:\[[^\]]*\]|[^/:]*)/i, `$1${isIP(address) === 6 ? `[${address}]` : address}`)
}

/** These programs know a user and a password, and no other header. */
async function loginFor(root: RepositoryRoot, { authorize }: Credentials): Promise<ProgramAccess['login']> {
  const header = await authorize(new URL(root.url), AbortSignal.timeout(accessMs))
  if (header === undefined) return undefined
  const [, encoded] = /^Basic ([\w+/=]+)$/.exec(header) ?? []
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? []
  if (user !== undefined && password !== undefined && !/[\x00-\x1f\x7f]/.test(user + password))
    return { user, password }
  throw new Failure('credentials-unusable', {
    asked: root.root,
    who: 'modgate, --credential',
    why: `${root.vcs} logs in with a user and a password in plain characters, and the credential for ${new URL(root.url).host} is none`,
    next: 'give one of the kind login FILE, with user:password in the file',
  })
}
