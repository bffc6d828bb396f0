/** Which credentials would go along with a module's requests: by name and place, never by value. */

import type { GitSettings } from '../inspect/evidence/git-settings.ts'
import type { Netrc } from '../inspect/evidence/netrc.ts'
import type { Route } from '../policy/route.ts'
import { hostOf } from './route-chain.ts'

export interface CredentialEvidence {
  /** GOAUTH. */
  readonly goauth: string
  readonly netrc?: Netrc
  readonly git: GitSettings
}

export interface NamedCredential {
  /** With the port where it is not the usual one. */
  readonly host: string
  /** A sentence without a full stop. */
  readonly what: string
}

/** One for each host of the way that has any, and one for each near miss: a netrc entry that lacks the port, a plain http URL. */
export function credentialsFor(
  module: string,
  { content }: Route,
  evidence: CredentialEvidence,
): readonly NamedCredential[] {
  if (content.kind === 'refused') return []
  const hops = content.kind === 'direct' ? [{ kind: 'direct' as const }] : content.hops
  return hops.flatMap((hop) => {
    if (hop.kind === 'off') return []
    const host = hostOf(module)
    return hop.kind === 'proxy'
      ? ofProxy(hop.url, evidence)
      : [...ofUrl(`https://${host}`, evidence), ...ofGit(module, evidence)]
  })
}

function ofProxy(text: string, evidence: CredentialEvidence): readonly NamedCredential[] {
  const url = URL.parse(text)
  if (url === null || url.protocol === 'file:') return []
  const isPlain = url.protocol === 'http:'
  if (url.username !== '' || url.password !== '') {
    return [
      {
        host: url.host,
        what: isPlain ? 'go refuses to send the credentials of its URL over plain http' : 'those in its URL',
      },
    ]
  }
  return ofUrl(url.href, evidence)
}

function ofUrl(text: string, { goauth, netrc }: CredentialEvidence): readonly NamedCredential[] {
  const { host, hostname, port, protocol } = new URL(text)
  const methods = (goauth === '' ? 'netrc' : goauth).split(';').map((method) => method.trim())
  if (methods.includes('off')) return []
  const named = (machine: string) =>
    methods.includes('netrc') && netrc?.entries.some((entry) => entry.machine === machine)
  if (protocol === 'http:')
    return named(host) || named(hostname) ? [{ host, what: 'none: netrc is for https only' }] : []
  const commands = methods
    .filter((method) => method !== 'netrc')
    .map((method) => ({ host, what: `what GOAUTH's ${method.split(/\s+/)[0]!} gives, once asked for this host` }))
  if (named(host)) return [{ host, what: `machine ${host} of ${netrc!.path}` }, ...commands]
  if (port !== '' && named(hostname)) {
    return [{ host, what: `none: ${netrc!.path} has machine ${hostname}, and go wants ${host} there` }, ...commands]
  }
  return commands
}

function ofGit(module: string, { git }: CredentialEvidence): readonly NamedCredential[] {
  const host = hostOf(module)
  const rewritten = git.insteadOf
    .filter(({ from }) => `https://${module}/`.startsWith(from) || from.startsWith(`https://${host}`))
    .map(({ from, to }) => ({ host, what: `git takes ${bare(to)} instead of ${bare(from)}` }))
  const helpers = git.credentialHelpers.map((name) => name.split(/[\s/]/).at(-1)!)
  return [
    ...rewritten,
    ...(helpers.length > 0 ? [{ host, what: `git asks its credential helper (${helpers.join(', ')})` }] : []),
  ]
}

function bare(url: string): string {
  return url.replace(/:\/\/[^/@]*@/, '://')
}
