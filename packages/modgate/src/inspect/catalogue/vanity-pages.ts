import type { KnownError } from '../known-error.ts'
import { ofModule } from './of-module.ts'

/** Without a proxy: the page that says where the repository is. */
export const vanityPages: readonly KnownError[] = [
  {
    id: 'MG1060',
    title: 'the page of an import path answers an error',
    literal: 'unrecognized import path',
    pattern: ofModule(
      /unrecognized import path "(?<path>[^"\n]{1,1000})": reading (?<url>\S{1,1000}): (?<status>\d{3}[^\n]{0,1000})/,
    ),
    precedence: 1,
    cause: 'The go command asked {url} where the repository of {path} is, and got {status}.',
    fix: [
      'Check the path; open the URL in a browser.',
      'Private: give credentials for that host (GOAUTH or ~/.netrc), or use a gate.',
    ],
    proof: 'curl -sSi "{url}"',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: vanity.example/lib@v1.0.0: unrecognized import path "vanity.example/lib": reading https://vanity.example/lib?go-get=1: 404 Not Found',
    rank: 'root',
  },
  {
    id: 'MG1061',
    title: 'the page of an import path cannot be fetched',
    literal: 'https fetch: Get',
    pattern: ofModule(
      /unrecognized import path "(?<path>[^"\n]{1,1000})": https fetch: Get "(?<url>[^"\n]{1,1000})": (?<reason>[^\n]{1,1000})/,
    ),
    precedence: 3,
    cause:
      'The module was fetched directly, and the host of {path} could not be asked where the repository is: {reason}.',
    not: 'A GOPRIVATE that matches too much sends public modules this way: they then never reach the proxy.',
    fix: [
      'See why it goes directly.',
      'If it should: DNS, VPN and the certificate of the host.',
      'GOINSECURE helps for a bad certificate or plain http here, and only here.',
    ],
    proof: 'modgate explain {path}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: vanity..example/lib@v1.0.0: unrecognized import path "vanity..example/lib": https fetch: Get "https://vanity..example/lib?go-get=1": dial tcp: lookup vanity..example: no such host',
    rank: 'root',
  },
  {
    id: 'MG1062',
    title: 'no go-import meta tags',
    literal: 'no go-import meta tag',
    pattern: ofModule(
      /unrecognized import path "(?<path>[^"\n]{1,1000})": (?:parse (?<url>\S{1,1000}): )?no go-import meta tags? (?:\(|found)/,
    ),
    cause:
      'The host of {path} answered with a page that does not say where the repository is: a login page, a forge that hides private groups, or a host that knows nothing of Go.',
    fix: [
      'Open {url} and see which page comes.',
      'A forge with subgroups: give a token (~/.netrc), or write `.git` after the repository in the path.',
      'Your own host: serve the meta tag.',
    ],
    proof: 'curl -sS "https://{path}?go-get=1" | grep go-import',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: vanity.example/lib@v1.0.0: unrecognized import path "vanity.example/lib": parse https://vanity.example/lib?go-get=1: no go-import meta tags ()',
    rank: 'root',
  },
  {
    id: 'MG1110',
    title: 'several go-import meta tags for one path',
    literal: 'multiple meta tags match import path',
    pattern: ofModule(
      /unrecognized import path "(?<path>[^"\n]{1,1000})": (?:parse (?<url>\S{1,1000}): )?multiple meta tags match import path/,
    ),
    cause: 'The page of {path} names two repositories for it, and the go command does not guess.',
    fix: ['Leave one go-import tag for the prefix on the page.'],
    proof: 'curl -sS "https://{path}?go-get=1" | grep go-import',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: vanity.example/lib@v1.0.0: unrecognized import path "vanity.example/lib": parse //vanity.example/lib?go-get=1: multiple meta tags match import path "vanity.example/lib"',
    rank: 'root',
  },
  {
    id: 'MG1144',
    title: 'two pages disagree about the repository',
    literal: 'disagree about go-import for',
    pattern: ofModule(
      /unrecognized import path "(?<path>[^"\n]{1,1000})": (?<first>\S{1,1000}) and (?<second>\S{1,1000}) disagree about go-import for (?<prefix>\S{1,1000})/,
    ),
    cause: 'The page of {path} says that {prefix} lies somewhere, and the page of {prefix} itself names another place.',
    fix: ['Serve the same go-import tag on the prefix and on all paths below it.'],
    proof: 'curl -sS "https://{prefix}?go-get=1" | grep go-import',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: vanity.example/lib/sub@v1.0.0: unrecognized import path "vanity.example/lib/sub": https://vanity.example/lib/sub?go-get=1 and //vanity.example/lib?go-get=1 disagree about go-import for vanity.example/lib',
    rank: 'root',
  },
]
