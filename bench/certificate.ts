import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A self-signed certificate for the loopback and for further names, for two days. Needs the openssl command. */
export async function loopbackCertificate(
  directory: string,
  more: readonly string[] = [],
): Promise<{ cert: string; key: string }> {
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const alternatives = ['IP:127.0.0.1', ...['localhost', ...more].map((name) => `DNS:${name}`)]
  const names = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${alternatives.join()}`]
  await promisify(execFile)('openssl', ['req', '-x509', ...curve, ...names, '-keyout', key, '-out', cert])
  return { cert, key }
}
