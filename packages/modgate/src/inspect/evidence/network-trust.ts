/** Which authorities the go command trusts on a machine: crypto/x509's choice of files, not the one of Node. */

import { X509Certificate } from 'node:crypto'
import { getCACertificates, rootCertificates } from 'node:tls'
import type { Machine } from '../../config/index.ts'

/** PEM texts, one certificate each. */
export type Authorities = readonly string[]

const files = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
]
const directories = ['/etc/ssl/certs', '/etc/pki/tls/certs']
const maxFiles = 1_000

/**
 * The authorities of the machine. On macOS and Windows its own store, where SSL_CERT_FILE has no say. Elsewhere the first of a list
 * of files, and all files of some directories; SSL_CERT_FILE and SSL_CERT_DIR name others.
 */
export async function trustedAuthorities(machine: Machine): Promise<Authorities> {
  if (machine.platform === 'darwin' || machine.platform === 'win32') return getCACertificates('system')
  const named = (name: string) => machine.environment[name] ?? ''
  const found = await firstOf(machine, named('SSL_CERT_FILE') === '' ? files : [named('SSL_CERT_FILE')])
  const below = named('SSL_CERT_DIR') === '' ? directories : named('SSL_CERT_DIR').split(':')
  const others = await Promise.all(below.map((directory) => filesOf(machine, directory)))
  return [...new Set([found, ...others.flat()].flatMap(certificatesOf))]
}

async function firstOf(machine: Machine, candidates: readonly string[]): Promise<string> {
  for (const file of candidates) {
    const text = await machine.readFile(file).catch(() => undefined)
    if (text !== undefined) return text
  }
  return ''
}

async function filesOf(machine: Machine, directory: string): Promise<readonly string[]> {
  const items = (await machine.listDirectory(directory).catch(() => undefined)) ?? []
  const names = items.filter(({ kind }) => kind !== 'directory').slice(0, maxFiles)
  return Promise.all(
    names.map(async ({ name }) => (await machine.readFile(`${directory}/${name}`).catch(() => undefined)) ?? ''),
  )
}

const begin = '-----BEGIN CERTIFICATE-----'
const end = '-----END CERTIFICATE-----'

function certificatesOf(text: string): readonly string[] {
  return text
    .split(begin)
    .slice(1)
    .flatMap((part) => {
      const stop = part.indexOf(end)
      return stop < 0 ? [] : [`${begin}${part.slice(0, stop)}${end}\n`]
    })
}

/** Whether browsers know the authority that signed a certificate: it, or its signer, is one of those that come with Node. */
export function isPublicAuthority(certificate: X509Certificate): boolean {
  return publicRoots().some(
    (root) =>
      root.fingerprint256 === certificate.fingerprint256 ||
      (root.subject === certificate.issuer && certificate.checkIssued(root) && certificate.verify(root.publicKey)),
  )
}

function publicRoots(): readonly X509Certificate[] {
  return rootCertificates.map((pem) => new X509Certificate(pem))
}
