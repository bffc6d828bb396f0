import type { KnownError } from '../known-error.ts'
import { ofModule } from './of-module.ts'

/** Nobody answered, or the way was cut. */
export const connections: readonly KnownError[] = [
  {
    id: 'MG1007',
    title: 'connection refused',
    literal: 'connect: connection refused',
    pattern: ofModule(/Get "(?<url>[^"\n]{1,1000})": dial tcp (?<address>\S{1,1000}): connect: connection refused/),
    cause:
      'The machine at {address} is there, and nothing listens on that port: the proxy is down, or the port is another one.',
    not: 'A comma in GOPROXY does not go on to the next proxy after this: only 404 and 410 do.',
    fix: [
      'Start the proxy, or mend host and port in GOPROXY.',
      'In a container, 127.0.0.1 is the container: use the name of the other one.',
    ],
    proof: 'curl -sSI {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "http://127.0.0.1:1/hello.example/hello/@v/v1.0.0.info": dial tcp 127.0.0.1:1: connect: connection refused',
    rank: 'root',
  },
  {
    id: 'MG1008',
    title: 'no such host',
    literal: 'no such host',
    pattern: ofModule(
      /Get "(?<url>[^"\n]{1,1000})": dial tcp: lookup (?<host>\S{1,1000}?)(?: on (?<resolver>\S{1,1000}))?: no such host/,
    ),
    cause:
      'The name {host} is not in DNS as this machine sees it: a typing error, a VPN that is off, or a name that only the inner network has.',
    not: 'A comma in GOPROXY does not go on to the next proxy after this: only 404 and 410 do.',
    fix: ['Look the name up with the resolver of this machine.', 'Connect the VPN, or correct GOPROXY.'],
    proof: 'getent hosts {host}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "https://proxy..example/hello.example/hello/@v/v1.0.0.info": dial tcp: lookup proxy..example: no such host',
    rank: 'root',
  },
  {
    id: 'MG1009',
    title: 'i/o timeout while connecting',
    literal: ': i/o timeout',
    pattern: ofModule(/Get "(?<url>[^"\n]{1,1000})": dial tcp (?<address>\S{1,1000}): i\/o timeout/),
    cause:
      'Packets to {address} vanish: for 30 seconds nobody said yes or no. A firewall that drops, a blocked country, a VPN that is off.',
    not: 'Not a slow proxy: no connection came about. For an answer that never comes the go command has no time limit at all.',
    fix: [
      'Try the port from this machine.',
      'Where only a corporate HTTP proxy leads out, set HTTPS_PROXY.',
      'Put a reachable proxy first in GOPROXY.',
    ],
    proof: 'curl -sSI --connect-timeout 5 {url}',
    versions: '1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "https://10.77.0.9/hello.example/hello/@v/v1.0.0.info": dial tcp 10.77.0.9:443: i/o timeout',
    rank: 'root',
  },
  {
    id: 'MG1010',
    title: 'network is unreachable',
    literal: 'connect: network is unreachable',
    pattern: ofModule(/Get "(?<url>[^"\n]{1,1000})": dial tcp (?<address>\S{1,1000}): connect: network is unreachable/),
    cause:
      'This machine has no route to {address}: no network, a container without one, or an IPv6 address where only IPv4 leads out.',
    fix: [
      'Give the container a network, or make the build offline with a filled GOMODCACHE and GOPROXY=off.',
      'For IPv6: give the host an IPv4 address or the machine an IPv6 route.',
    ],
    proof: 'curl -sSI {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "http://224.0.0.1:8080/hello.example/hello/@v/v1.0.0.info": dial tcp 224.0.0.1:8080: connect: network is unreachable',
    rank: 'root',
  },
  {
    id: 'MG1011',
    title: 'TLS handshake timeout',
    literal: 'TLS handshake timeout',
    pattern: ofModule(/Get "(?<url>[^"\n]{1,1000})": net\/http: TLS handshake timeout/),
    cause:
      'The port of {url} takes the connection and then says nothing for ten seconds: a port that speaks something else, an overloaded server, or a filter that swallows the first message of TLS.',
    fix: [
      'See whether TLS is spoken there at all.',
      'Lower the number of connections at a time with GOMAXPROCS=2 where the line is full.',
    ],
    proof: 'curl -sSvI --max-time 15 {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "https://127.0.0.1:8443/hello.example/hello/@v/v1.0.0.info": net/http: TLS handshake timeout',
  },
  {
    id: 'MG1012',
    title: 'the connection was closed without an answer',
    literal: '": EOF',
    pattern: ofModule(/Get "(?<url>[^"\n]{1,1000})": EOF/),
    cause:
      'The server of {url} took the request and closed the connection without a word: it crashed, or something in between ended an idle connection.',
    fix: [
      'Run it again.',
      'Look into the log of the proxy at this time; make its idle timeout longer than that of the balancer in front.',
    ],
    proof: 'curl -sSi {url}',
    versions: '1.22 and 1.26 tried',
    sample: 'go: hello.example/hello@v1.0.0: Get "http://127.0.0.1:8080/hello.example/hello/@v/v1.0.0.info": EOF',
  },
  {
    id: 'MG1106',
    title: 'connection reset by peer',
    literal: 'connection reset by peer',
    pattern: ofModule(/(?:Get|read) "(?<url>[^"\n]{1,1000})": [^\n"]{0,300}connection reset by peer/),
    cause:
      'Somebody on the way to {url} cut the connection hard: a firewall, a balancer that restarts, a proxy that broke.',
    fix: ['Run it again.', 'If it comes after the same number of seconds, look for a time limit in between.'],
    proof: 'curl -sSi {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "http://127.0.0.1:8080/hello.example/hello/@v/v1.0.0.info": read tcp 127.0.0.1:8443->127.0.0.1:8080: read: connection reset by peer',
  },
  {
    id: 'MG1107',
    title: 'HTTP/2 stream error',
    literal: 'stream error: stream ID',
    pattern: ofModule(/"(?<url>[^"\n]{1,1000})": stream error: stream ID \d{1,9}; (?<code>[A-Z_0-9]+)/),
    cause:
      'The server, or a balancer, ended the answer to {url} with {code} in the middle. A proxy does so when the file that it was passing on turned out to be bad.',
    not: 'Not a fault of HTTP/2 itself: with GODEBUG=http2client=0 the same answer ends in `unexpected EOF`.',
    fix: [
      'Run it again; the second answer of a good proxy gives the reason.',
      'Look into the log of the proxy for this URL.',
    ],
    proof: 'curl -sS -o /dev/null {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: read "https://127.0.0.1:8443/hello.example/hello/@v/v1.0.0.info": stream error: stream ID 1; INTERNAL_ERROR; received from peer',
  },
  {
    id: 'MG1017',
    title: 'the HTTP proxy of the machine cannot be reached',
    literal: 'proxyconnect tcp',
    pattern: ofModule(
      /Get "(?<url>[^"\n]{1,1000})": proxyconnect tcp: (?:dial tcp (?<address>\S{1,1000}): )?(?<reason>[^\n]{0,1000})/,
    ),
    cause:
      'HTTPS_PROXY or HTTP_PROXY sends this request over {address}, and the connection to that proxy failed ({reason}). The module proxy was never asked.',
    not: 'Nothing in GOPROXY is wrong: this is the corporate HTTP proxy, another thing.',
    fix: ['Correct or unset HTTPS_PROXY.', 'List the host of an inner module proxy in NO_PROXY.'],
    proof: 'env | grep -i _proxy',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "https://proxy.example/hello.example/hello/@v/v1.0.0.info": proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused',
    rank: 'root',
  },
  {
    id: 'MG1105',
    title: '407: the HTTP proxy of the machine wants a login',
    literal: 'Proxy Authentication Required',
    pattern: ofModule(/(?:Get|reading) "?(?<url>[^"\s]{1,1000}?)"?: (?:407 )?Proxy Authentication Required/),
    cause: 'HTTPS_PROXY leads to a corporate proxy that asks for a name and a password before it lets {url} pass.',
    not: 'Neither .netrc nor GOAUTH is meant: those are for the module proxy.',
    fix: ['Put name and password into HTTPS_PROXY.', 'List the host of an inner module proxy in NO_PROXY.'],
    proof: 'curl -sSI {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: Get "https://proxy.example/hello.example/hello/@v/v1.0.0.info": Proxy Authentication Required',
    rank: 'root',
  },
]
