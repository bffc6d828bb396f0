import type { KnownError } from '../known-error.ts'
import { ofModule } from './of-module.ts'

/** Paths and versions of modules, and what a go.mod says about them. */
export const modulesAndVersions: readonly KnownError[] = [
  {
    id: 'MG1027',
    title: 'major version and module path disagree',
    literal: 'should be v',
    pattern:
      /(?:^|\s)(?:(?<module>[^\s@:]{1,1000})(?:@(?<version>v[^\s:]{1,1000}): invalid version|: version "(?<required>[^"\n]{1,1000})" invalid)): should be (?<wanted>v0 or v1|v\d{1,9}), not (?<found>v\d{1,9})/,
    cause:
      'From version 2 on the module path ends in the major version: {found} of {module} is another module, {module}/{found}.',
    fix: [
      'Require {module}/{found}, if its go.mod says so.',
      'A tag without a go.mod of that name: require the version with `+incompatible`, as `go get {module}@{found}` writes it.',
      'The author: add /{found} to the module line and to the imports, and tag anew.',
    ],
    proof: 'go list -m -versions {module}/{found}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: errors parsing go.mod:\ngo.mod:5: require hello.example/hello: version "v2.0.0" invalid: should be v0 or v1, not v2',
  },
  {
    id: 'MG1029',
    title: 'no such branch, tag or commit at the proxy',
    literal: ': invalid version: reading',
    pattern:
      /(?:^|\s)(?<module>[^\s@]{1,1000})@(?<query>[^\s:]{1,1000}): invalid version: reading (?<url>\S{1,1000}): (?:404 Not Found|410 Gone)/,
    precedence: 1,
    cause:
      '`{query}` is no version, so that the proxy was asked which commit it stands for, and it knows none. A slash in a branch name cannot be asked at all.',
    fix: [
      'Ask for the commit: {module}@0123abcdef',
      'Check that it was pushed; proxies remember an absence for a while.',
    ],
    proof: 'curl -sSi {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@nosuchbranch: invalid version: reading http://127.0.0.1:8080/hello.example/hello/@v/nosuchbranch.info: 404 Not Found\n\tserver response: not found: no such thing in the corpus',
  },
  {
    id: 'MG1030',
    title: 'no matching versions',
    literal: 'no matching versions for query',
    pattern:
      /(?:^|\s)(?<module>[^\s@:]{1,1000})(?:@\S{1,1000}?)?: no matching versions for query "(?<query>[^"\n]{0,1000})"/,
    cause:
      'The list of versions of {module} holds nothing that fits `{query}`: never tagged, tagged without the leading v, hidden by a rule of the proxy, or of a major version that is another path.',
    fix: [
      'See the list as the proxy gives it, and compare it with the tags of the repository.',
      'From version 2 on: add /v2 to the path.',
    ],
    proof: 'go list -m -versions {module}',
    versions: '1.22 and 1.26 tried',
    sample: 'go: module hello.example/hello: no matching versions for query "v9"',
  },
  {
    id: 'MG1031',
    title: 'the module is unknown to the proxy',
    literal: 'reading http',
    pattern:
      /module (?<module>[^\s:]{1,1000}): reading (?<url>\S{1,1000}\/@(?:v\/list|latest)): (?<status>404 Not Found|410 Gone)/,
    precedence: 1,
    cause:
      'The proxy has no list of versions of {module}: there is no such module at this path, it is private, or the path is a package inside of a module.',
    fix: ['Check the spelling, capital letters included.', 'Private: GOPRIVATE, or a gate that serves it.'],
    proof: 'curl -sSi {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: module nosuch.example/x: reading http://127.0.0.1:8080/nosuch.example/x/@v/list: 404 Not Found\n\tserver response: not found: no such thing in the corpus',
  },
  {
    id: 'MG1032',
    title: 'the module has no such package',
    literal: 'but does not contain package',
    pattern:
      /module (?<module>[^\s@]{1,1000}?)(?:@(?:[^\s,]{1,1000}))? found(?: \((?<selected>[^)\n]{1,1000})\))?, but does not contain package (?<package>\S{1,1000})/,
    cause:
      '{module} was found, and has no folder with Go files for {package} in this version: it was moved, renamed, or came later.',
    fix: [
      'Look at the folders of the module in this version.',
      'Choose a version that has it, or the path of a newer major version.',
    ],
    proof: 'go list {module}/...',
    versions: '1.22 and 1.26 tried',
    sample: 'go: module hello.example/hello@v1.0.0 found, but does not contain package hello.example/hello/nosub',
  },
  {
    id: 'MG1033',
    title: 'the module calls itself otherwise',
    literal: 'module declares its path as:',
    pattern: /module declares its path as: (?<declared>\S{1,1000})\n\s{1,16}but was required as: (?<module>\S{1,1000})/,
    cause:
      'The go.mod of {module} says that it is {declared}: a fork, a repository that moved, or other capital letters.',
    not: 'GOPROXY has no part in it, and `go mod download` says nothing of it.',
    fix: ['Import it as {declared}.', 'A fork: require {declared}, and replace it by the fork.'],
    proof: 'go mod edit -json',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0 requires hello.example/hello@v1.0.0: parsing go.mod:\n\tmodule declares its path as: renamed.example/hello\n\t        but was required as: hello.example/hello',
  },
  {
    id: 'MG1034',
    title: 'a go.mod that cannot be read',
    literal: 'usage: ',
    pattern: /go\.mod:(?<line>\d{1,9}): usage: (?<usage>[^\n]{1,1000})/,
    cause:
      'Line {line} of the go.mod is not of the form `{usage}`. For a module of somebody else it may be that a proxy served another file.',
    fix: ['Your own go.mod: mend the line.', 'Another one: look at what the proxy serves as .mod.'],
    proof: 'go mod edit -json',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0 requires hello.example/hello@v1.0.0: parsing go.mod: go.mod:3: usage: require module/path v1.2.3',
  },
  {
    id: 'MG1145',
    title: 'a page instead of a go.mod',
    literal: 'parsing go.mod: missing module line',
    pattern: ofModule(/parsing go\.mod: missing module line/),
    cause:
      'What came as the go.mod of {module}@{version} has no module line. A proxy that answers 200 with a login page or a captive portal is the usual cause: where no checksum database is asked, go takes the page, and keeps it.',
    not: 'The author is hardly to blame: without a module line nobody could ever have used the version.',
    fix: [
      'Look at what the proxy serves as .mod, and log in to the network or mend the path in GOPROXY.',
      'Then empty the module cache, which has kept the page: `go clean -modcache`.',
    ],
    proof: 'go mod download -x {module}@{version}',
    versions: '1.26 tried',
    sample: 'go: a.example/x@v1.0.0: parsing go.mod: missing module line',
  },
  {
    id: 'MG1066',
    title: 'module path without a dot',
    literal: 'missing dot in first path element',
    pattern: /malformed module path "(?<module>[^"\n]{1,1000})": missing dot in first path element/,
    cause:
      'The first part of `{module}` has no dot, so that it is no host, and nothing can be fetched from it. Often an import of a package of your own without the path of your module.',
    fix: [
      'Your own package: import it as `your.module/path/{module}`.',
      'A local module: `replace` it, or use a workspace.',
    ],
    proof: 'head -1 go.mod',
    versions: '1.22 and 1.26 tried',
    sample: 'go: hello@v1.0.0: malformed module path "hello": missing dot in first path element',
  },
  {
    id: 'MG1067',
    title: 'invalid character in a module path',
    literal: 'malformed module path',
    pattern:
      /malformed module path "(?<module>[^"\n]{1,1000})": (?<reason>(?:invalid char|leading|trailing|double|empty)[^\n]{0,1000})/,
    cause: '`{module}` cannot be a module path: {reason}. Often a URL or a Windows path that was pasted.',
    fix: ['Write it without scheme, spaces and backslashes: host/owner/name.'],
    proof: 'modgate explain MODULE',
    versions: '1.22 and 1.26 tried',
    sample: 'go: a b.example/x@v1.0.0: malformed module path "a b.example/x": invalid char \' \'',
  },
  {
    id: 'MG1131',
    title: 'a required version that is none',
    literal: '" invalid: ',
    pattern:
      /require (?<module>[^\s:]{1,1000}): version "(?<version>[^"\n]{1,1000})" invalid: (?<reason>(?:reading|unknown|must be)[^\n]{0,1000})/,
    precedence: 1,
    cause:
      'go.mod requires {module} at `{version}`, which is no version of the form v1.2.3, so that it was looked up as a branch or tag, without success.',
    fix: ['Let the go command write it: `go get {module}@{version}` with a version that exists.'],
    proof: 'go list -m -versions {module}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: errors parsing go.mod:\ngo.mod:5: require hello.example/hello: version "1.0" invalid: reading http://127.0.0.1:8080/hello.example/hello/@v/1.0.info: 404 Not Found\n\tserver response: not found: no such thing in the corpus',
  },
  {
    id: 'MG1112',
    title: 'a pseudo-version that the commit does not have',
    literal: 'invalid pseudo-version:',
    pattern: ofModule(/invalid pseudo-version: (?<reason>[^\n]{1,1000})/),
    cause:
      'A pseudo-version holds the time and the name of a commit, and {version} does not agree with the repository ({reason}). It was written by hand, or history was rewritten.',
    fix: ['Let the go command make it: go get {module}@COMMIT'],
    proof: 'go list -m {module}@COMMIT',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: github.com/team/lib@v0.0.0-20200101000000-9890521cc995: invalid pseudo-version: does not match version-control timestamp (expected 20261122233952)',
  },
  {
    id: 'MG1132',
    title: 'the go.mod at this tag is of another major version',
    literal: 'invalid version: go.mod has ',
    pattern: ofModule(
      /invalid version: go\.mod has (?<kind>\S{1,1000}) module path "(?<declared>[^"\n]{1,1000})" at revision (?<revision>\S{1,1000})/,
    ),
    cause:
      'At {revision} the go.mod says {declared}, which does not go with {version}: the module line was changed before or after the tag.',
    fix: ['Require {declared} with a tag of its major version.', 'The author: tag the commit whose go.mod fits.'],
    proof: 'git show {revision}:go.mod',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: github.com/team/lib@v0.1.0: invalid version: go.mod has post-v0 module path "github.com/team/lib/v2" at revision v0.1.0',
  },
  {
    id: 'MG1133',
    title: 'no go.mod at this tag',
    literal: '/go.mod at revision ',
    pattern: ofModule(
      /invalid version: missing (?<file>\S{1,1000}\/go\.mod)(?: and \S{1,1000})? at revision (?<revision>\S{1,1000})/,
    ),
    cause:
      'The repository has the tag {revision}, and no {file} in it: the folder is a part of the module around it, or was moved.',
    fix: [
      'Require the module around it and import the package from there.',
      'The author: add the go.mod and tag anew.',
    ],
    proof: 'git ls-tree -r --name-only {revision}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: github.com/team/lib/sub@v0.1.0: invalid version: missing github.com/team/lib/sub/go.mod at revision sub/v0.1.0',
  },
  {
    id: 'MG1071',
    title: 'a retracted version',
    literal: 'retracted by module author',
    pattern:
      /(?:^|\s)(?<module>[^\s@]{1,1000})@(?<version>[^\s:]{1,1000}): retracted by module author(?:: (?<reason>[^\n]{1,1000}))?/,
    cause: 'The author of {module} took {version} back. It still works; it should not be used.',
    not: 'Not an error: the command went on.',
    fix: ['Take the newest version that is not retracted: go get {module}@latest'],
    proof: 'go list -m -u -retracted {module}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: warning: retracted.example/lib@v1.1.0: retracted by module author: counts backwards\ngo: to switch to the latest unretracted version, run:\n\tgo get retracted.example/lib@latest',
  },
  {
    id: 'MG1123',
    title: 'a deprecated module',
    literal: ' is deprecated: ',
    pattern: /module (?<module>\S{1,1000}) is deprecated: (?<reason>[^\n]{1,1000})/,
    cause: 'The author of {module} will not go on with it: {reason}',
    not: 'Not an error: the command went on.',
    fix: ['Change to what the message names.'],
    proof: 'go list -m -u {module}',
    versions: '1.22 and 1.26 tried',
    sample: 'go: module deprecated.example/lib is deprecated: use hello.example/hello/v2 instead.',
  },
  {
    id: 'MG1075',
    title: 'no modules specified',
    literal: 'no modules specified',
    pattern: /no modules specified \(see 'go help mod download'\)/,
    cause:
      'There is no go.mod here or above, and no module was named: there is nothing to download. In a Dockerfile: go.mod was not copied yet.',
    fix: ['Change to the folder of go.mod, or COPY go.mod and go.sum before this step.'],
    proof: 'go env GOMOD',
    versions: '1.22 and 1.26 tried',
    sample: "go: no modules specified (see 'go help mod download')",
  },
]
