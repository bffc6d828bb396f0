import type { KnownError } from '../known-error.ts'
import { ofModule } from './of-module.ts'

/** A module proxy answered 200, with something else than what was asked. */
export const proxyContents: readonly KnownError[] = [
  {
    id: 'MG1021',
    title: 'the download ended too early',
    literal: 'unexpected EOF',
    pattern: ofModule(/(?:read|Get) "(?<url>[^"\n]{1,1000})": unexpected EOF/),
    cause:
      'The connection was cut in the middle of {url}: a time limit or a size limit between you and the proxy, or a proxy that broke off what it could not verify.',
    not: 'Not a wrong checksum: the file never arrived whole.',
    fix: [
      'Run it again; if it breaks at the same byte, it is a limit and no accident.',
      'Look into the log of the proxy and of each balancer in between for this URL.',
    ],
    proof: 'curl -sS -o /dev/null -w "%{size_download} of %header{content-length}\\n" {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: read "http://127.0.0.1:8080/hello.example/hello/@v/v1.0.0.zip": unexpected EOF',
  },
  {
    id: 'MG1022',
    title: 'a page instead of an answer of the module protocol',
    literal: 'invalid response from proxy',
    pattern: ofModule(
      /invalid response from proxy "(?<url>[^"\n]{1,1000})": (?:invalid character '(?<character>[^\n]{1,6})' looking|(?<reason>[^\n]{0,1000}))/,
    ),
    cause:
      '{url} answered 200 with something that is no JSON. A `<` is the first letter of a login page, a captive portal or the front page of a web server at a wrong path.',
    not: 'Not damaged cache: the go command does not keep such answers.',
    fix: [
      'Open the .info URL that `go mod download -x` shows, and log in to the network or mend the path in GOPROXY.',
      'For a gate behind single sign-on: let module paths pass with a token.',
    ],
    proof: 'curl -sSi {url}/golang.org/x/mod/@v/list',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: invalid response from proxy "http://127.0.0.1:8080": invalid character \'<\' looking for beginning of value',
  },
  {
    id: 'MG1023',
    title: 'info for another version',
    literal: 'proxy returned info for version',
    pattern: ofModule(/proxy returned info for version (?<actual>\S{1,1000}) instead of requested version/),
    cause:
      'Asked for the info of one version, the proxy told of {actual}. Its cache mixes versions up, or somebody wrote the files by hand.',
    fix: [
      'Compare the `Version` field with the name of the file on the proxy.',
      'Remove that entry from the cache of the proxy.',
    ],
    proof: 'go mod download -x {module}@{version}',
    versions: '1.22 and 1.26 tried',
    sample: 'go: hello.example/hello@v1.0.0: proxy returned info for version v1.1.0 instead of requested version',
  },
  {
    id: 'MG1024',
    title: 'the zip is no zip',
    literal: 'zip: not a valid zip file',
    pattern: ofModule(/zip: not a valid zip file/),
    cause:
      'A proxy answered 200 for a .zip with something else: a page, an error text, a part of the file. The message names no module.',
    fix: [
      'See which with `go mod download -x`: the last .zip before the message.',
      'Compare size and first bytes (`PK`) of that URL.',
      'Remove that entry from the cache of the proxy.',
    ],
    proof: 'go mod download -x',
    versions: '1.22 and 1.26 tried',
    sample: 'go: zip: not a valid zip file',
  },
  {
    id: 'MG1025',
    title: 'a zip of another module',
    literal: ' has unexpected file ',
    pattern: /zip for (?<module>[^\s@]{1,1000})@(?<version>\S{1,1000}) has unexpected file (?<file>\S{1,1000})/,
    cause:
      'Every file in a module zip begins with its module and version, and this one has {file}. The zip was made by hand, or belongs to another module.',
    not: 'Not any archive will do: the zip of a forge has a folder of another name and cannot be served as it is.',
    fix: [
      'Let the proxy make the zip by the rules of Go, from the tag.',
      'Remove that entry from the cache of the proxy.',
    ],
    proof: 'go mod download -x {module}@{version}',
    versions: '1.22 and 1.26 tried',
    sample: 'go: zip for hello.example/hello@v1.0.0 has unexpected file other.example/m@v1.0.0/go.mod',
  },
  {
    id: 'MG1026',
    title: 'the zip is larger than 500 MB',
    literal: 'downloaded zip file too large',
    pattern: ofModule(/downloaded zip file too large/),
    cause: 'A module zip may have 500 MiB at most, and this one has more: data in the repository, usually.',
    not: 'No setting raises the limit.',
    fix: [
      'Take the data out of the module, or put a go.mod of its own into its folder, which makes it another module.',
    ],
    proof: 'go mod download -x {module}@{version}',
    versions: 'in the source of 1.26',
    sample: 'go: data.example/huge@v1.0.0: downloaded zip file too large',
  },
  {
    id: 'MG1119',
    title: 'two file names that differ in capital letters only',
    literal: 'case-insensitive file name collision',
    pattern:
      /(?:^|\s)(?<module>[^\s@/][^\s@]{0,1000})@(?<version>[^\s/]{1,1000})\/(?<file>[^\s:]{1,1000}): case-insensitive file name collision/,
    cause:
      'The module holds two names that are one on many file systems; {file} is the second. The go command unpacks such a zip nowhere, on Linux neither.',
    fix: ['Rename one of them and tag a new version.', 'Choose another version of {module}.'],
    proof: 'go mod download -x {module}@{version}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: unzip /home/dev/go/pkg/mod/cache/download/hello.example/hello/@v/v1.0.0.zip: hello.example/hello@v1.0.0/a.go: case-insensitive file name collision: "A.go" and "a.go"',
  },
]
