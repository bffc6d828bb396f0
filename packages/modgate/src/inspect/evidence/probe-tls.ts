/** TLS with a look at the certificate: chain, time and name are judged one by one, as the go command judges them. */

import { X509Certificate } from 'node:crypto'
import { isIP, type Socket } from 'node:net'
import {
  connect,
  createSecureContext,
  type DetailedPeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import type { TlsFacts } from './network-evidence.ts'
import { isPublicAuthority, type Authorities } from './network-trust.ts'
import { causeOf, limited, Trouble } from './probe-trouble.ts'

/** Authorities, prepared once. */
export interface TlsTrust {
  readonly context: SecureContext
}

/** Prepares them; about a hundred milliseconds for those of a usual machine. */
export function tlsTrust(authorities: Authorities): TlsTrust {
  return { context: createSecureContext({ ca: [...authorities] }) }
}

export interface SecureOptions {
  readonly host: string
  readonly trust: TlsTrust
  readonly alpn: readonly string[]
  /** Milliseconds since the epoch: what certificates are valid at. */
  readonly at: number
  readonly milliseconds: number
  readonly signal: AbortSignal
}

export interface Secured {
  readonly socket: TLSSocket
  readonly facts: TlsFacts
  /** Why the go command would not go on. */
  readonly fault?: Trouble
}

/** Makes a connection secure. Rejects with a Trouble where there is no handshake; a bad certificate is a `fault` instead. */
export async function secure(plain: Socket, options: SecureOptions): Promise<Secured> {
  const { host, trust, alpn, at, milliseconds, signal } = options
  const socket = connect({
    socket: plain,
    secureContext: trust.context,
    // Judged below, each fault by its own name.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ALPNProtocols: [...alpn],
    minVersion: 'TLSv1.2',
    ...(isIP(host) === 0 ? { servername: host } : {}),
  })
  const standing = new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.on('error', (error) => reject(handshakeTrouble(error)))
    socket.once('close', () => reject(new Trouble('tls', 'broken', 'the connection was cut during the TLS handshake')))
  })
  try {
    await limited(standing, { phase: 'tls', milliseconds, signal })
  } catch (error) {
    socket.destroy()
    throw error
  }
  const chain = chainOf(socket)
  const facts = factsOf(socket, chain)
  const fault = faultOf(chain[0]!, { host, at, verdict: verdictOf(socket) })
  return { socket, facts, ...(fault && { fault }) }
}

function handshakeTrouble(error: Error): Trouble {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return new Trouble('tls', 'not-tls', 'the server does not speak TLS')
  }
  return new Trouble('tls', 'broken', `the TLS handshake failed: ${causeOf(error)}`)
}

/** From the server's certificate to the last one known; a root is its own issuer, which is where it ends. */
function chainOf(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = []
  // Without a certificate it is an empty object, and the last one known may have no issuer.
  let next = socket.getPeerCertificate(true) as Partial<DetailedPeerCertificate> | undefined
  for (; next?.raw !== undefined && chain.length < 10; next = next.issuerCertificate) {
    const certificate = new X509Certificate(next.raw)
    if (chain.at(-1)?.fingerprint256 === certificate.fingerprint256) break
    chain.push(certificate)
  }
  if (chain.length === 0) throw new Trouble('tls', 'broken', 'the server sent no certificate')
  return chain
}

function verdictOf(socket: TLSSocket): string | undefined {
  const error: unknown = socket.authorizationError
  if (socket.authorized || error === null || error === undefined) return undefined
  return typeof error === 'string' ? error : causeOf(error)
}

function factsOf(socket: TLSSocket, chain: readonly X509Certificate[]): TlsFacts {
  const [leaf, top] = [chain[0]!, chain.at(-1)!]
  const verdict = verdictOf(socket)
  const isKnown = verdict === undefined || verdict === 'CERT_HAS_EXPIRED' || verdict === 'CERT_NOT_YET_VALID'
  return {
    protocol: socket.getProtocol() ?? '',
    alpn: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : '',
    subject: oneLine(leaf.subject),
    issuer: oneLine(leaf.issuer),
    names: (leaf.subjectAltName ?? '').split(', ').filter((name) => name !== ''),
    validFrom: Date.parse(leaf.validFrom),
    validTo: Date.parse(leaf.validTo),
    authority: isPublicAuthority(top) ? 'public' : isKnown ? 'private' : 'unknown',
    root: oneLine(top.issuer),
  }
}

interface Judged {
  readonly host: string
  readonly at: number
  readonly verdict: string | undefined
}

function faultOf(leaf: X509Certificate, { host, at, verdict }: Judged): Trouble | undefined {
  const [from, to] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)]
  const day = (time: number) => new Date(time).toISOString().slice(0, 16).replace('T', ' ')
  if (at > to || verdict === 'CERT_HAS_EXPIRED') {
    return new Trouble('tls', 'expired', `the certificate ended ${day(to)} UTC; this machine's clock says ${day(at)}`)
  }
  if (at < from || verdict === 'CERT_NOT_YET_VALID') {
    return new Trouble(
      'tls',
      'not-yet-valid',
      `the certificate begins ${day(from)} UTC; this machine's clock says ${day(at)}`,
    )
  }
  if (verdict !== undefined) {
    return new Trouble(
      'tls',
      'untrusted',
      `signed by an authority that this machine does not know (${oneLine(leaf.issuer)})`,
    )
  }
  const named = isIP(host) === 0 ? leaf.checkHost(host, { subject: 'never' }) : leaf.checkIP(host)
  if (named !== undefined) return undefined
  return new Trouble('tls', 'wrong-host', `the certificate is for ${leaf.subjectAltName ?? 'no name'}, not for ${host}`)
}

/** A distinguished name as one line, without control characters: it is what a stranger sent. */
function oneLine(name: string | undefined): string {
  return (name ?? '')
    .replace(/\n/g, ', ')
    .replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?')
    .slice(0, 200)
}
