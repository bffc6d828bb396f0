import type { KnownError } from '../known-error.ts'
import { ofModule } from './of-module.ts'

/** The checksum database cannot be asked, or go.sum cannot be used. */
export const databaseTroubles: readonly KnownError[] = [
  {
    id: 'MG1046',
    title: 'the proxy refuses to pass on the checksum database',
    literal: '/supported: ',
    pattern: ofModule(
      /verifying (?:go\.mod|module): \S{1,1000}: reading (?<url>\S{1,1000}\/sumdb\/(?<database>\S{1,1000})\/supported): (?<status>\d{3}[^\n]{0,1000})/,
    ),
    precedence: 1,
    cause:
      'The go command first asks the proxy whether it passes on {database}, and {url} answered {status}. Only 404 and 410 would mean "no, ask it directly"; everything else stops the build.',
    not: 'There is no header that switches this on or off: this request is the whole protocol.',
    fix: [
      'Let the proxy answer `/sumdb/…/supported` with 200 (and serve the rest), or with 404.',
      'Until then: put a proxy first that does.',
    ],
    proof: 'curl -sSi {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: verifying go.mod: hello.example/hello@v1.0.0/go.mod: reading http://127.0.0.1:8080/sumdb/sumdb.example/supported: 403 Forbidden\n\tserver response: no',
    rank: 'root',
  },
  {
    id: 'MG1047',
    title: 'the checksum database does not know the module',
    literal: '/lookup/',
    pattern: ofModule(
      /verifying (?:go\.mod|module): \S{1,1000}: reading (?<url>https?:\/\/(?:\S{1,1000}\/sumdb\/)?(?<database>[^\s/]{1,1000})(?:\/\S{0,1000}?)?\/lookup\/\S{1,1000}): (?<status>404 Not Found|410 Gone)/,
    ),
    precedence: 1,
    cause:
      'The module itself came, and then {database} was asked what it must hash to, and has no record of {module}. A public database knows no private modules, and has just been told the name of one. The log of a gate has records of all that the gate can fetch, private or not.',
    not: 'GOSUMDB=off is not needed: it would leave every public module unverified, too.',
    fix: [
      'A public database: list the prefix of your private modules, and only that, in GONOSUMDB (or GOPRIVATE, if they are fetched directly).',
      'Or use a database that covers them, such as the log of a gate.',
      'The log of a gate: exempt nothing; its answer says why the gate cannot get the module.',
      'A public module: check that the repository is readable without a login.',
    ],
    proof: 'modgate explain {module}@{version}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: private.example/team/secret@v1.0.0: verifying go.mod: private.example/team/secret@v1.0.0/go.mod: reading http://127.0.0.1:8080/sumdb/sumdb.example/lookup/private.example/team/secret@v1.0.0: 404 Not Found\n\tserver response: not found: no record',
    rank: 'root',
  },
  {
    id: 'MG1048',
    title: 'the checksum database cannot be reached',
    literal: '/lookup/',
    pattern: ofModule(
      /verifying (?:go\.mod|module): \S{1,1000}: Get "(?<url>https?:\/\/(?<host>[^"\n/]{1,1000})\/[^"\n]{0,1000}lookup\/[^"\n]{1,1000})": (?<reason>[^\n]{1,1000})/,
    ),
    precedence: 2,
    cause: 'No proxy in GOPROXY passes the database on, so the go command asked {host} itself and failed: {reason}.',
    not: 'The go command never switches verification off by itself when the database is out of reach: it stops, as here.',
    fix: [
      'Use a proxy that passes the database on (it answers 200 to `/sumdb/…/supported`).',
      'If the key in GOSUMDB is that of a gate, GOPROXY has to be that gate alone: the name of its log need not be a host.',
      'Else let this machine reach {host}.',
      'Commit a complete go.sum: then the database is not asked at all.',
    ],
    proof: 'modgate doctor --deep',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: verifying go.mod: hello.example/hello@v1.0.0/go.mod: Get "https://sum..example/lookup/hello.example/hello@v1.0.0": dial tcp: lookup sum..example: no such host',
    rank: 'root',
  },
  {
    id: 'MG1049',
    title: 'GOSUMDB has no valid key',
    literal: 'invalid GOSUMDB: malformed verifier id',
    pattern: ofModule(/invalid GOSUMDB: malformed verifier id/),
    cause: 'GOSUMDB is neither a database whose key Go knows (sum.golang.org) nor a whole key `name+hash+key`.',
    not: 'There is no `+insecure` and no `name+https://mirror`: a mirror follows the key after a space.',
    fix: [
      'Set GOSUMDB to sum.golang.org, or to the whole key of your database, in quotes.',
      'For a mirror: GOSUMDB="sum.golang.org https://mirror.example".',
    ],
    proof: 'go env GOSUMDB',
    versions: '1.22 and 1.26 tried',
    sample: 'go: hello.example/hello@v1.0.0: verifying go.mod: invalid GOSUMDB: malformed verifier id',
    rank: 'root',
  },
  {
    id: 'MG1050',
    title: 'GOSUMDB has too many words',
    literal: 'invalid GOSUMDB: too many fields',
    pattern: ofModule(/invalid GOSUMDB: too many fields/),
    cause: 'GOSUMDB holds a name or key and at most one URL, with a space between; here are more words.',
    not: 'GOSUMDB is no list: there is one database.',
    fix: ['Leave one key and one URL.', 'For modules that shall not be looked up, use GONOSUMDB.'],
    proof: 'go env GOSUMDB',
    versions: '1.22 and 1.26 tried',
    sample: 'go: hello.example/hello@v1.0.0: verifying go.mod: invalid GOSUMDB: too many fields',
    rank: 'root',
  },
  {
    id: 'MG1141',
    title: 'GOSUMDB is blank',
    literal: 'missing GOSUMDB',
    pattern: ofModule(/missing GOSUMDB/),
    cause: 'GOSUMDB holds spaces only. Empty would mean the default; a space is neither that nor a database.',
    fix: ['Unset GOSUMDB, there where it is set.'],
    proof: 'go env -json GOSUMDB',
    versions: '1.22 and 1.26 tried',
    sample: 'go: hello.example/hello@v1.0.0: verifying go.mod: missing GOSUMDB',
    rank: 'root',
  },
  {
    id: 'MG1051',
    title: 'go.sum cannot be read',
    literal: 'wrong number of fields',
    pattern: /malformed go\.sum:\n(?<file>[^\n]{0,1000}?):(?<line>\d{1,9}): wrong number of fields (?<count>\d{1,9})/,
    cause:
      'Line {line} of {file} has {count} words where there are three: module, version, hash. Often what a merge left behind (`<<<<<<<`).',
    fix: ['Remove the line, or the marks of the merge, and keep the lines of both sides.', 'Then run `go mod tidy`.'],
    proof: 'go mod verify',
    versions: '1.22 and 1.26 tried',
    sample: 'malformed go.sum:\n/home/dev/app/go.sum:1: wrong number of fields 2',
    rank: 'root',
  },
  {
    id: 'MG1052',
    title: 'missing go.sum entry for a package',
    literal: 'missing go.sum entry for module providing package',
    pattern:
      /missing go\.sum entry for module providing package (?<package>[^\s;]{1,1000})(?: \(imported by (?<importer>[^)\s]{1,1000})\))?/,
    cause:
      'go.mod requires the module of {package}, and go.sum has no hash of its zip. Builds do not write go.sum; `go mod download` without arguments writes the /go.mod lines only.',
    not: 'Not a failure of the database or of the proxy: neither was asked.',
    fix: [
      'Run `go mod tidy` and commit go.sum.',
      'In a Dockerfile: copy go.sum beside go.mod before the build.',
      'Do not delete go.sum in CI.',
    ],
    proof: 'go mod tidy -diff',
    versions: '1.22 and 1.26 tried',
    sample:
      'main.go:3:8: missing go.sum entry for module providing package hello.example/hello (imported by main.example/app); to add:\n\tgo get main.example/app',
  },
  {
    id: 'MG1053',
    title: 'missing go.sum entry for a go.mod file',
    literal: 'missing go.sum entry for go.mod file',
    pattern: ofModule(/missing go\.sum entry for go\.mod file/),
    cause: 'To build the graph the go command needs the go.mod of {module}@{version}, and go.sum has no hash of it.',
    not: 'Not a failure of the database or of the proxy: neither was asked.',
    fix: ['Run `go mod tidy` and commit go.sum.', 'In a workspace: `go work sync`.'],
    proof: 'go mod tidy -diff',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: missing go.sum entry for go.mod file; to add it:\n\tgo mod download hello.example/hello',
  },
]
