import type { KnownError } from '../known-error.ts'
import { ofModule } from './of-module.ts'

/** Somebody answered, and TLS did not come about. */
export const transportSecurity: readonly KnownError[] = [
  {
    id: 'MG1013',
    title: 'certificate signed by unknown authority',
    literal: 'x509: certificate signed by unknown authority',
    pattern: ofModule(
      /Get "(?<url>[^"\n]{1,1000})": (?:tls: failed to verify certificate: )?x509: certificate signed by unknown authority/,
    ),
    cause:
      'The certificate of {url} is signed by an authority that this machine does not trust: a company that opens TLS in its network, a private authority, or an image without ca-certificates.',
    not: 'GOINSECURE does not help: it concerns direct fetches only, never a proxy and never the checksum database.',
    fix: [
      'Install the authority in the system, or name its file in SSL_CERT_FILE.',
      'In a small image: install ca-certificates.',
    ],
    proof: 'openssl s_client -connect HOST:443 -showcerts </dev/null',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "https://127.0.0.1:8443/hello.example/hello/@v/v1.0.0.info": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    rank: 'root',
  },
  {
    id: 'MG1014',
    title: 'certificate has expired or is not yet valid',
    literal: 'x509: certificate has expired or is not yet valid',
    pattern: ofModule(
      /Get "(?<url>[^"\n]{1,1000})": (?:tls: failed to verify certificate: )?x509: certificate has expired or is not yet valid: current time (?<now>\S{1,1000}) is (?<order>before|after) (?<limit>\S{1,1000})/,
    ),
    cause:
      'By the clock of this machine ({now}) the certificate of {url} is out of its time ({limit}). One of the two is wrong.',
    fix: [
      'Compare the clock with a good one; virtual machines wake up in the past.',
      'If the clock is right, the server needs a new certificate.',
    ],
    proof: 'date -u',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "https://127.0.0.1:8443/hello.example/hello/@v/v1.0.0.info": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-22T23:39:23Z is after 2026-11-21T23:39:22Z',
    rank: 'root',
  },
  {
    id: 'MG1015',
    title: 'certificate for other names',
    literal: [
      'x509: certificate is valid for',
      'x509: cannot validate certificate for',
      'x509: certificate is not valid for any names',
    ],
    pattern: ofModule(
      /Get "(?<url>[^"\n]{1,1000})": (?:tls: failed to verify certificate: )?x509: c(?:ertificate is valid for (?<names>[^\n]{1,2000}?), not (?<host>\S{1,1000})|annot validate certificate for (?<address>\S{1,1000}) because|ertificate is not valid for any names)/,
    ),
    cause:
      'The server of {url} shows a certificate for {names}, and not for the name that GOPROXY uses: a wrong name, a default certificate of the balancer, or an answer from somebody else.',
    not: 'GOINSECURE does not help: it concerns direct fetches only.',
    fix: [
      'Use one of the names in the certificate in GOPROXY.',
      'Or give the server a certificate with this name among its subject alternative names.',
    ],
    proof: 'curl -sSvI {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "https://localhost:8443/hello.example/hello/@v/v1.0.0.info": tls: failed to verify certificate: x509: certificate is valid for a.example, b.example, not localhost',
    rank: 'root',
  },
  {
    id: 'MG1016',
    title: 'http answer to an https client',
    literal: 'server gave HTTP response to HTTPS client',
    pattern: ofModule(/Get "(?<url>[^"\n]{1,1000})": http: server gave HTTP response to HTTPS client/),
    cause: 'The port of {url} speaks plain http, and the URL says https.',
    not: 'Not a policy against http: plain http is allowed in GOPROXY, without GOINSECURE.',
    fix: ['Write http:// in GOPROXY, if the way to it is safe.', 'Or use the port on which the server speaks TLS.'],
    proof: 'curl -sSI {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "https://127.0.0.1:8080/hello.example/hello/@v/v1.0.0.info": http: server gave HTTP response to HTTPS client',
    rank: 'root',
  },
  {
    id: 'MG1109',
    title: 'the port does not speak TLS',
    literal: 'first record does not look like a TLS handshake',
    pattern: ofModule(/Get "(?<url>[^"\n]{1,1000})": tls: first record does not look like a TLS handshake/),
    cause: 'What answers at {url} speaks neither TLS nor HTTP: another service has that port.',
    fix: ['Check the port in GOPROXY.', 'See what is there with curl.'],
    proof: 'curl -sSv --http0.9 {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "https://127.0.0.1:8443/hello.example/hello/@v/v1.0.0.info": tls: first record does not look like a TLS handshake',
    rank: 'root',
  },
]
