/** A certificate for loopback that lives as long as a test. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TestCertificate {
  /** PEM texts. */
  readonly cert: string
  readonly key: string
}

/** A new self-signed certificate for `localhost` and 127.0.0.1. */
export function testCertificate(): TestCertificate {
  const directory = mkdtempSync(join(tmpdir(), 'modgate-certificate-'))
  try {
    const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
    const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1'
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    execFileSync(
      'openssl',
      ['req', '-x509', ...made, '-subj', '/CN=localhost', '-addext', names, '-keyout', key, '-out', cert],
      { stdio: 'ignore' },
    )
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
