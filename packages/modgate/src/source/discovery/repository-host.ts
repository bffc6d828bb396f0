/**
 * Where a repository's host leads, and how to hold git to it. git, curl and ssh resolve a name for themselves, a moment after it was
 * checked: so they are handed the addresses that were.
 */

import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { Failure } from '../../core/failure.ts'
import { allowedAddresses, refusalOf, type AddressGuard } from '../address-guard.ts'
import { ForbiddenAddress } from '../peer-failure.ts'
import type { GitAccess } from '../credentials/git-access.ts'
import type { RepositoryRoot } from './repository-root.ts'
import { repositoryURL, type RepositoryURL } from './repository-url.ts'

export interface RepositoryHostOptions {
  readonly guard: AddressGuard
  /** Paths whose repositories may be fetched without TLS (GOINSECURE). */
  readonly isInsecure: (path: string) => boolean
  /** Hosts that an HTTP proxy connects to in our place; it knows names that this machine does not, and such a name is then its affair. */
  readonly proxied: (host: string) => boolean
}

/** What git may connect to, checked a moment ago. */
export interface CheckedRepository extends RepositoryURL {
  /** At least one, except where a proxy resolves the name. */
  readonly addresses: readonly string[]
  /** It may be fetched from without TLS, and so from anybody: it is told no login. */
  readonly insecure: boolean
}

export interface RepositoryHosts {
  /**
   * Checks where a repository leads. Throws a Failure: `address-refused` for a closed network or the gate itself, `discovery-invalid`
   * for a URL that is none, `upstream-unreachable` for a name without addresses.
   */
  check(root: Pick<RepositoryRoot, 'vcs' | 'url' | 'root'>): Promise<CheckedRepository>
  /** The same for a time at which nothing is connected to: a name that cannot be resolved now passes. */
  refuse(root: RepositoryRoot): Promise<void>
}

export function repositoryHosts({ guard, isInsecure, proxied }: RepositoryHostOptions): RepositoryHosts {
  const parsed = ({ vcs, url, root }: Pick<RepositoryRoot, 'vcs' | 'url' | 'root'>): RepositoryURL => {
    const parts = repositoryURL(url, vcs, isInsecure(root))
    if (typeof parts !== 'string') return parts
    throw new Failure('discovery-invalid', { asked: root, who: 'modgate', why: `invalid repo root: ${parts}` })
  }
  const resolved = async (parts: RepositoryURL, root: string): Promise<readonly LookupAddress[]> => {
    const refused = (why: string) =>
      new Failure('address-refused', {
        asked: root,
        who: 'modgate, --allow-network',
        why: `its repository is at ${why}`,
      })
    const refusal = refusalOf(webURL(parts), guard)
    if (refusal !== undefined) throw refused(refusal)
    try {
      return await allowedAddresses(parts.host, guard)
    } catch (error) {
      if (error instanceof ForbiddenAddress) throw refused(`${parts.host}, which has only closed addresses`)
      if (parts.scheme.startsWith('http') && proxied(parts.host)) return []
      const why = `${parts.host} has no address: ${(error as NodeJS.ErrnoException).code ?? 'no answer'}`
      throw new Failure('upstream-unreachable', { asked: root, who: parts.host, why, cause: error })
    }
  }
  return {
    async check(root) {
      const parts = parsed(root)
      const found = await resolved(parts, root.root)
      const insecure = parts.scheme.startsWith('http') && isInsecure(root.root)
      return { ...parts, addresses: found.map(({ address }) => address), insecure }
    },
    async refuse(root) {
      await resolved(parsed(root), root.root).catch((error: unknown) => {
        if (!(error instanceof Failure && error.code === 'upstream-unreachable')) throw error
      })
    },
  }
}

/**
 * Holds git to the addresses that were checked: curl is told what the name resolves to (`http.curloptResolve`, git 2.37), and not to
 * follow a redirect, whose host nobody has checked; ssh is sent to the address and checks the key under the name.
 */
export function pinned({ scheme, host, port, addresses, insecure }: CheckedRepository): GitAccess {
  const isWeb = scheme.startsWith('http')
  const config: [string, string][] = isWeb ? [['http.followRedirects', 'false']] : []
  if (insecure) config.push(['http.sslVerify', 'false'])
  const [first] = addresses
  if (first === undefined || isIP(host) !== 0) return { config, ssh: [] }
  if (isWeb) {
    const all = addresses.map((address) => (isIP(address) === 6 ? `[${address}]` : address)).join()
    return { config: [...config, ['http.curloptResolve', `${host}:${port}:${all}`]], ssh: [] }
  }
  // Under an alias ssh looks for exactly what the alias says, so that another port has to be said as known_hosts says it.
  const alias = port === 22 ? host : `[${host}]:${port}`
  return { config, ssh: ['-o', `HostName=${first}`, '-o', `HostKeyAlias=${alias}`] }
}

/** The place as a URL of the web, which is what rules about hosts speak of. */
function webURL({ host, port }: RepositoryURL): URL {
  return new URL(`https://${isIP(host) === 6 ? `[${host}]` : host}:${port}/`)
}
