/** One thing that was tried on the way to a gate, and what came of it: data for people and programs. */

import type { Answer, Trouble } from '../evidence/network-evidence.ts'

export interface Step {
  /** `problem`: the lines are not proved. `warning`, `note`: they are, and there is something to know. */
  readonly outcome: 'good' | 'note' | 'warning' | 'problem'
  /** A sentence without a full stop. */
  readonly words: string
  /** What to do about it. */
  readonly next?: string
}

export const good = (words: string): Step => ({ outcome: 'good', words })
export const problem = (words: string, next: string): Step => ({ outcome: 'problem', words, next })

/** What came instead of what was asked for; undefined where a 200 came without a fault. */
export function wrongAnswer(answer: Pick<Answer, 'status' | 'trouble' | 'fault' | 'redirects'>): string | undefined {
  const { status, trouble, fault, redirects } = answer
  const where = redirects.length === 0 ? '' : ` from ${redirects.at(-1)!}, to which it was redirected`
  if (trouble !== undefined) return `${trouble.message}${where}`
  if (fault !== undefined) return `${fault.message}${where}`
  return status === 200 ? undefined : `status ${status ?? 'unknown'}${where}`
}

/** What to do about a connection that did not come about. */
export const nextAfter: Readonly<Record<Trouble['kind'], string>> = {
  dns: 'check the name in the URL, and that this machine is in the right network',
  refused: 'start the gate (modgate serve), or check the port',
  unreachable: 'check the network, a firewall, and the proxy settings (HTTPS_PROXY, NO_PROXY)',
  timeout: 'check that nothing on the way swallows the request; the go command itself would wait for ever',
  broken: 'check the scheme and the port: something else answers there, or cuts the connection',
  'not-tls': 'this place speaks no TLS: say http:// if that is meant',
  untrusted: 'add the authority that signed the certificate to this machine, or name it in SSL_CERT_FILE',
  expired: "renew the gate's certificate, and check the clock here",
  'not-yet-valid': 'check the clock of this machine',
  'wrong-host': 'use a name that stands in the certificate',
  'proxy-refused': 'let the HTTP proxy pass it, or put the host into NO_PROXY',
  'redirect-insecure':
    'give the URL that it leads to, or have the redirect taken away: go follows none from https to http',
  'redirect-loop': 'have the redirect taken away',
  'insecure-credentials': 'use https, or no credentials',
  'too-large': 'check the URL: this is not what a gate answers',
  unreadable: 'check the URL',
}
