import type { KnownError } from '../known-error.ts'
import { ofModule } from './of-module.ts'

/** A module proxy answered, and the answer was no. Only 404 and 410 let the go command pass a comma in GOPROXY. */
export const proxyRefusals: readonly KnownError[] = [
  {
    id: 'MG1001',
    title: '404 Not Found from a module proxy',
    literal: ': 404 Not Found',
    pattern: ofModule(/reading (?<url>\S{1,1000}): 404 Not Found/),
    cause:
      'The proxy knows no such thing as {url}. Either path or version is misspelt, or the module is private and was asked of a public proxy, or the tag is newer than the absence that the proxy remembers (public ones for up to half an hour).',
    not: 'Not a slash too many or too few at the end of GOPROXY: the go command sends the same path with or without it.',
    fix: [
      'Compare the spelling with the repository, capital letters included.',
      'Private: list its prefix in GOPRIVATE, or let a gate of your own serve it.',
      'Pushed a moment ago: wait, or ask for the commit (`module@0123abc`), which nobody asked before.',
    ],
    proof: 'curl -sS -w "%{http_code}\\n" {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.9.0: reading http://127.0.0.1:8080/hello.example/hello/@v/v1.9.0.info: 404 Not Found\n\tserver response: not found: no such thing in the corpus',
  },
  {
    id: 'MG1002',
    title: '410 Gone from a module proxy',
    literal: ': 410 Gone',
    pattern: ofModule(/reading (?<url>\S{1,1000}): 410 Gone/),
    cause:
      'The proxy says that {url} is not to be had from it and will not be. For the go command that is the same as 404: it goes on to the next entry after a comma, and there was none that had it.',
    not: 'Not proof that the author deleted the module: public proxies answer 410 for all that they could not fetch.',
    fix: [
      'Read the `server response:` line: it holds the reason of the proxy.',
      'Private: list its prefix in GOPRIVATE, or let a gate of your own serve it.',
      'Public: choose a version that `go list -m -versions` shows.',
    ],
    proof: 'curl -sS -w "%{http_code}\\n" {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: reading http://127.0.0.1:8080/hello.example/hello/@v/v1.0.0.info: 410 Gone\n\tserver response: not found: gone by request',
  },
  {
    id: 'MG1003',
    title: '403 Forbidden from a module proxy',
    literal: ': 403 Forbidden',
    pattern: ofModule(/reading (?<url>\S{1,1000}): 403 Forbidden/),
    cause:
      'Whoever answered for {url} refused: a rule of the proxy, a firewall in between, or a signed download link that had expired. The go command stops here: a comma in GOPROXY is passed after 404 and 410 only.',
    not: 'Not a local setting that mismatches: a 403 is always the answer of a server. And no `,direct` behind the proxy helps, which is asked after 404 and 410 only.',
    fix: [
      'Read the `server response:` line; without one, or with HTML, something in between answered.',
      'Ask the owner of the proxy for the rule, naming the URL.',
      'Choose a version that the rules allow.',
    ],
    proof: 'curl -sSi {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: reading http://127.0.0.1:8080/hello.example/hello/@v/v1.0.0.info: 403 Forbidden\n\tserver response: blocked by policy',
  },
  {
    id: 'MG1004',
    title: '401 Unauthorized from a module proxy',
    literal: ': 401 Unauthorized',
    pattern: ofModule(/reading (?<url>\S{1,1000}): 401 Unauthorized/),
    cause:
      'The server of {url} wants a token or a password, and got none or a wrong one. The go command sends credentials from GOAUTH (netrc by default) over https only.',
    not: 'Not cured by user:password in an http GOPROXY: the go command refuses to send that.',
    fix: [
      'Put the host into ~/.netrc; where the port is not 443, as `machine host:port`.',
      'Or set GOAUTH to a command that prints the header.',
      'Make GOPROXY an https URL.',
    ],
    proof: 'curl -sSi --netrc {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: reading http://127.0.0.1:8080/hello.example/hello/@v/v1.0.0.info: 401 Unauthorized\n\tserver response: a token, please',
  },
  {
    id: 'MG1005',
    title: '429 Too Many Requests from a module proxy',
    literal: ': 429 Too Many Requests',
    pattern: ofModule(/reading (?<url>\S{1,1000}): 429 Too Many Requests/),
    cause:
      'The server of {url} limits how much one address may ask, and many builds behind one address share that limit. The go command neither waits nor tries again.',
    not: 'Not passed by a comma in GOPROXY: 429 ends the list there.',
    fix: [
      'Run it again later.',
      'Keep GOMODCACHE between CI runs.',
      'Put a caching gate in front, which asks once for everybody.',
    ],
    proof: 'curl -sSi {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: reading http://127.0.0.1:8080/hello.example/hello/@v/v1.0.0.info: 429 Too Many Requests\n\tserver response: slow down',
  },
  {
    id: 'MG1006',
    title: '500, 502, 503 or 504 from a module proxy',
    literal: [': 500 Internal Server Error', ': 502 Bad Gateway', ': 503 Service Unavailable', ': 504 Gateway Time'],
    pattern: ofModule(
      /reading (?<url>\S{1,1000}): (?<status>500 Internal Server Error|502 Bad Gateway|503 Service Unavailable|504 Gateway Time-?out)/i,
    ),
    cause:
      'The server of {url}, or the load balancer in front of it, failed with {status}. The go command does not try again, and a comma in GOPROXY is not passed on such an answer.',
    not: 'Not passed by a comma in GOPROXY: only a vertical bar goes on after a failure, and that one also goes around a gate that says no.',
    fix: [
      'Run it again.',
      'Ask whoever runs the proxy.',
      'Use a gate that serves what it has while its upstream is down.',
    ],
    proof: 'curl -sSi {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: reading http://127.0.0.1:8080/hello.example/hello/@v/v1.0.0.info: 502 Bad Gateway',
  },
  {
    id: 'MG1143',
    title: 'another HTTP status from a module proxy',
    literal: 'reading http',
    pattern: ofModule(/reading (?<url>https?:\/\/\S{1,1000}): (?<status>[1-5]\d\d(?: [A-Z][A-Za-z' -]{0,40})?)/),
    precedence: -1,
    cause:
      'The server of {url} answered {status}. Success is exactly 200 for the go command; after 404 and 410 it goes on behind a comma, after anything else it stops.',
    fix: ['Read the `server response:` line.', 'Open the URL with curl and look at who answers.'],
    proof: 'curl -sSi {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      "go: hello.example/hello@v1.0.0: reading http://127.0.0.1:8080/hello.example/hello/@v/v1.0.0.info: 418 I'm a Teapot",
  },
  {
    id: 'MG1020',
    title: 'redirected in a circle',
    literal: 'stopped after 10 redirects',
    pattern: ofModule(/Get "(?<url>[^"\n]{1,1000})": stopped after 10 redirects/),
    cause:
      'The proxy sends the client from one address to the next without an end; the last one was {url}. Usually a reverse proxy that adds a slash or a host name which the next one takes away.',
    fix: [
      'Follow the redirects with curl and mend the server that closes the circle.',
      'Behind a balancer: tell the server its outer scheme and host (X-Forwarded-Proto, X-Forwarded-Host).',
    ],
    proof: 'curl -sSIL --max-redirs 10 {url}',
    versions: '1.22 and 1.26 tried',
    sample: 'go: hello.example/hello@v1.0.0: Get "/hello.example/hello/@v/v1.0.0.info": stopped after 10 redirects',
  },
  {
    id: 'MG1019',
    title: 'redirected from https to http',
    literal: 'redirected from secure URL',
    pattern: ofModule(/Get "(?<target>[^"\n]{1,1000})": redirected from secure URL (?<url>\S{1,1000}) to insecure URL/),
    cause:
      '{url} sends the client to {target}, which is not encrypted, and the go command does not follow from https to http.',
    not: 'Not a ban of plain http: an http:// proxy in GOPROXY works, beside https ones, too. Only the step down in the middle of a request is refused.',
    fix: [
      'Make the server redirect to https; behind a balancer it has to believe X-Forwarded-Proto.',
      'Or name the final address in GOPROXY.',
    ],
    proof: 'curl -sSI {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "http://plain.example/x": redirected from secure URL https://127.0.0.1:8443/hello.example/hello/@v/v1.0.0.info to insecure URL http://plain.example/x',
  },
  {
    id: 'MG1018',
    title: 'credentials in a plain http URL',
    literal: 'refusing to pass credentials to insecure URL',
    pattern: ofModule(/refusing to pass credentials to insecure URL: (?<url>\S{1,1000})/),
    cause:
      'GOPROXY holds a user and a password in an http:// URL, which would go over the network readable by everybody.',
    not: 'GOINSECURE does not allow it: that setting is for direct fetches, never for proxies.',
    fix: ['Write https:// in GOPROXY.', 'Move the password to ~/.netrc, where fewer logs see it.'],
    proof: 'go env GOPROXY',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: refusing to pass credentials to insecure URL: http://u:xxxxx@127.0.0.1:8080/hello.example/hello/@v/v1.0.0.info',
  },
]
