import type { KnownError } from '../known-error.ts'

/** The go command is too old, or cannot get the one that is asked for. */
export const toolchains: readonly KnownError[] = [
  {
    id: 'MG1035',
    title: 'go is too old for the module',
    literal: 'GOTOOLCHAIN=',
    pattern:
      /(?:^|\s)(?<file>\S{1,1000}) requires go >= (?<required>[^\s;]{1,1000}) \(running go (?<running>[^\s;)]{1,1000}); GOTOOLCHAIN=(?<toolchain>[^)\s]{1,1000})\)/,
    cause:
      '{file} asks for go {required}, this is go {running}, and GOTOOLCHAIN={toolchain} forbids to fetch another one. Docker images of go set `local`.',
    not: 'Lowering the go line of your go.mod does not help where a dependency asks for it.',
    fix: [
      'Use an image or an installation of go {required}.',
      'Or GOTOOLCHAIN=auto, if the proxy serves golang.org/toolchain.',
      'Or an older version of the dependency.',
    ],
    proof: 'go env GOTOOLCHAIN GOVERSION',
    versions: '1.22 and 1.26 tried',
    sample: 'go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)',
    rank: 'root',
  },
  {
    id: 'MG1036',
    title: 'no list of toolchains',
    literal: 'switching to go >= ',
    pattern:
      /switching to go >= (?<required>\S{1,1000}): module golang\.org\/toolchain: reading (?<url>\S{1,1000}): (?<status>\d{3}[^\n]{0,1000})/,
    precedence: 2,
    cause:
      'A newer go ({required}) is needed, and the proxy does not serve golang.org/toolchain, in which toolchains come: {status}.',
    fix: ['Let the proxy serve golang.org/toolchain.', 'Or install go {required} and set GOTOOLCHAIN=local.'],
    proof: 'curl -sSi {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: module hello.example/hello@v1.0.0 requires go >= 1.99 (running go 1.26.8)\ngo: switching to go >= 1.99: module golang.org/toolchain: reading http://127.0.0.1:8080/golang.org/toolchain/@v/list: 404 Not Found\n\tserver response: not found',
    rank: 'root',
  },
  {
    id: 'MG1037',
    title: 'the toolchain cannot be downloaded',
    literal: 'golang.org/toolchain@',
    pattern:
      /download (?<toolchain>go\S{1,1000}): golang\.org\/toolchain@(?<version>[^\s:]{1,1000}): (?:reading (?<url>\S{1,1000}): (?<status>\d{3}[^\n]{0,1000})|Get "(?<address>[^"\n]{1,1000})": (?<reason>[^\n]{1,1000}))/,
    precedence: 4,
    cause:
      'go.mod or GOTOOLCHAIN asks for {toolchain}, and the proxy did not give it. Proxies with an allow list often forget golang.org/toolchain.',
    fix: ['Let the proxy serve golang.org/toolchain.', 'Or install {toolchain} and set GOTOOLCHAIN=local.'],
    proof: 'go env GOTOOLCHAIN GOPROXY',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: download go1.99.0: golang.org/toolchain@v0.0.1-go1.99.0.linux-amd64: reading http://127.0.0.1:8080/golang.org/toolchain/@v/v0.0.1-go1.99.0.linux-amd64.zip: 403 Forbidden\n\tserver response: no toolchains here',
    rank: 'root',
  },
  {
    id: 'MG1118',
    title: 'toolchains need the checksum database',
    literal: 'checksum database disabled by GOSUMDB=off',
    pattern:
      /download (?<toolchain>go\S{1,1000}): golang\.org\/toolchain@(?<version>[^\s:]{1,1000}): verifying module: checksum database disabled by GOSUMDB=off/,
    cause:
      'GOSUMDB is off, and {toolchain} is a program that would be run: the go command never runs one without a record in the checksum database.',
    fix: ['Set GOSUMDB back; use GONOSUMDB for private modules.', 'Or install {toolchain} and set GOTOOLCHAIN=local.'],
    proof: 'go env GOSUMDB GOTOOLCHAIN',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: download go1.99.0: golang.org/toolchain@v0.0.1-go1.99.0.linux-amd64: verifying module: checksum database disabled by GOSUMDB=off',
    rank: 'root',
  },
  {
    id: 'MG1117',
    title: 'no such toolchain',
    literal: ': toolchain not available',
    pattern: /download (?<toolchain>go\S{1,1000}) for (?<platform>\S{1,1000}): toolchain not available/,
    cause:
      'The proxy answered 404 for {toolchain} for {platform}: there is no such release (`go1.21` is a language version, `go1.21.0` a release), or the proxy has no toolchains.',
    fix: ['Write a release that exists, with three numbers.', 'Let the proxy serve golang.org/toolchain.'],
    proof: 'go env GOTOOLCHAIN; grep -E "^(go|toolchain) " go.mod',
    versions: '1.22 and 1.26 tried',
    sample: 'go: download go1.98.0 for linux/amd64: toolchain not available',
    rank: 'root',
  },
  {
    id: 'MG1116',
    title: 'a language version where a toolchain is meant',
    literal: 'is a language version but not a toolchain version',
    pattern: /invalid toolchain: (?<toolchain>\S{1,1000}) is a language version but not a toolchain version/,
    cause: '{toolchain} names the language, and a toolchain has a third number.',
    fix: ['Write {toolchain}.0, or the newest release of it.'],
    proof: 'go env GOTOOLCHAIN; grep -E "^(go|toolchain) " go.mod',
    versions: '1.22 and 1.26 tried',
    sample: 'go: invalid toolchain: go1.98 is a language version but not a toolchain version (go1.98.x)',
    rank: 'root',
  },
  {
    id: 'MG1138',
    title: 'a go line that this go cannot read',
    literal: 'invalid go version',
    pattern:
      /go\.mod:(?<line>\d{1,9}): invalid go version '(?<version>[^'\n]{1,1000})': must match format (?<format>\S{1,1000})/,
    cause:
      'Line {line} of go.mod says go {version}, and this go reads only the form {format}. A go before 1.21 knows no third number, so that it cannot read what a newer one wrote.',
    fix: ['Use a newer go.', 'Or write the version in the form {format}.'],
    proof: 'go version',
    versions: '1.22 and 1.26 tried',
    sample: "go: errors parsing go.mod:\ngo.mod:3: invalid go version '1.22.x': must match format 1.23.0",
    rank: 'root',
  },
]
