import type { KnownError } from '../known-error.ts'
import { ofModule } from './of-module.ts'

/** go.mod, vendor, workspaces and imports of the project itself. */
export const builds: readonly KnownError[] = [
  {
    id: 'MG1054',
    title: 'no required module provides the package',
    literal: 'no required module provides package',
    pattern: /no required module provides package (?<package>[^\s;:]{1,1000})/,
    cause: '{package} is imported, and no module that go.mod requires has it. Builds do not change go.mod.',
    not: 'Not a failure of the proxy: it was not asked.',
    fix: ['Add it: go get {package}', 'Or run `go mod tidy` and commit go.mod and go.sum.'],
    proof: 'go list -m all',
    versions: '1.22 and 1.26 tried',
    sample:
      'main.go:3:8: no required module provides package hello.example/hello; to add it:\n\tgo get hello.example/hello',
  },
  {
    id: 'MG1139',
    title: 'no module has the package',
    literal: 'cannot find module providing package',
    pattern:
      /cannot find module providing package (?<package>[^\s:;]{1,1000})(?:: module (?<module>[^\s:]{1,1000}): (?<reason>[^\n]{1,1000}))?/,
    precedence: 2,
    cause:
      '{package} is imported, and neither a module of that path nor one of a shorter path has it, as far as the proxy knows.',
    fix: [
      'Check the spelling of the import.',
      'A package of your own: it must begin with the module line of go.mod.',
      'Private: GOPRIVATE, or a gate that serves it.',
    ],
    proof: 'modgate explain {package}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: main.example/app imports\n\tnosuch.example/x: cannot find module providing package nosuch.example/x: module nosuch.example/x: reading http://127.0.0.1:8080/nosuch.example/x/@v/list: 404 Not Found\n\tserver response: not found: no such thing in the corpus',
  },
  {
    id: 'MG1055',
    title: 'package is not in std',
    literal: [' is not in std', ' is not in GOROOT'],
    pattern: /package (?<package>\S{1,1000}) is not in (?:std|GOROOT) ?\((?<path>[^)\n]{1,1000})\)/,
    cause:
      'The first part of {package} has no dot, so that it is taken for a package of the standard library, where it is not.',
    not: 'GOROOT is not wrong, and nothing is missing from the installation.',
    fix: [
      'A package of your own: import it with the module line of go.mod in front.',
      'New in the standard library: use a newer go.',
    ],
    proof: 'head -1 go.mod; go version',
    versions: '1.22 and 1.26 tried',
    sample: 'main.go:3:8: package foo/bar is not in std (/usr/local/go/src/foo/bar)',
  },
  {
    id: 'MG1115',
    title: 'updates to go.mod needed',
    literal: ['updates to go.mod needed', 'updates to go.sum needed'],
    pattern: /updates to (?<file>go\.(?:mod|sum)) needed(?:, disabled by -mod=(?<mode>\w{1,30}))?/,
    cause: '{file} is not what it should be for these requirements, and builds only read it.',
    fix: ['Run `go mod tidy`, look at the difference, commit it.'],
    proof: 'go mod tidy -diff',
    versions: '1.22 and 1.26 tried',
    sample: 'go: updates to go.mod needed; to update it:\n\tgo mod tidy',
  },
  {
    id: 'MG1124',
    title: 'ambiguous import',
    literal: 'ambiguous import: found package',
    pattern: /ambiguous import: found package (?<package>\S{1,1000}) in multiple (?<places>modules|directories)/,
    cause:
      '{package} is in two of the required modules: it was moved to a module of its own, and an old version of the outer one still has it.',
    fix: [
      'Raise the outer module to a version that no longer has the package: go get OUTER@latest',
      'Or drop the inner requirement.',
    ],
    proof: 'go mod why -m {package}',
    versions: '1.22 and 1.26 tried',
    sample:
      'main.go:3:8: ambiguous import: found package a.example/x/y in multiple modules:\n\ta.example/x v1.0.0 (/home/dev/app/x/y)\n\ta.example/x/y v1.0.0 (/home/dev/app/xy)',
  },
  {
    id: 'MG1068',
    title: 'inconsistent vendoring',
    literal: 'inconsistent vendoring in ',
    pattern:
      /inconsistent vendoring in (?<path>[^\n]{1,1000}?):?\n\s{1,16}(?<module>[^\s@:]{1,1000})(?:@(?<version>[^\s:]{1,1000}))?: (?<reason>[^\n]{1,1000})/,
    cause:
      'vendor/modules.txt and go.mod disagree about {module} ({reason}). go.mod was changed and vendor was not made anew.',
    fix: ['Run `go mod vendor` and commit the vendor folder.', 'Or build without it: -mod=mod.'],
    proof: 'go mod vendor && git diff --stat vendor/modules.txt',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: inconsistent vendoring in /home/dev/app:\n\thello.example/hello@v1.0.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n\tTo sync the vendor directory, run:\n\t\tgo mod vendor',
  },
  {
    id: 'MG1114',
    title: 'cannot query modules with vendor',
    literal: ['cannot query module due to -mod=', 'import lookup disabled by -mod=', 'module lookup disabled by -mod='],
    pattern: ofModule(/(?:cannot query module due to|(?:import|module) lookup disabled by) -mod=(?<mode>\w{1,30})/),
    cause:
      'With -mod={mode} the go command takes modules from the vendor folder (or go.mod as it is) and asks no proxy. A vendor folder switches that on by itself; GOFLAGS may, too.',
    fix: ['For this command: -mod=mod.', 'Look into GOFLAGS for -mod.'],
    proof: 'go env GOFLAGS',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0: cannot query module due to -mod=vendor\n\t(Go version in go.mod is at least 1.14 and vendor directory exists.)',
  },
  {
    id: 'MG1130',
    title: 'no "all" with vendor',
    literal: "can't compute 'all' using the vendor directory",
    pattern: /can't compute 'all' using the vendor directory/,
    cause: 'vendor holds only what the build needs, so that the list of all modules cannot be made of it.',
    fix: ['Run it with -mod=mod or -mod=readonly.'],
    proof: 'go list -mod=readonly -m all',
    versions: '1.22 and 1.26 tried',
    sample: "go: can't compute 'all' using the vendor directory\n\t(Use -mod=mod or -mod=readonly to bypass.)",
  },
  {
    id: 'MG1069',
    title: 'a replacement that is not there',
    literal: '(replaced by ',
    pattern:
      /(?:^|\s)(?<module>[^\s@]{1,1000})(?:@(?<version>\S{1,1000}))? \(replaced by (?<target>[^)\n]{1,1000})\): reading (?<file>[^\n]{1,1000}?): open (?<path>[^\n]{1,1000}?): (?<reason>no such file[^\n]{0,1000}|The system cannot find[^\n]{0,1000})/,
    cause:
      "go.mod replaces {module} by the folder {target}, which is not on this machine: it was for somebody's laptop, or is not copied into the image.",
    fix: [
      'Remove the replace line, or put it into a go.work that is not committed.',
      'In a Dockerfile: copy that folder, too.',
    ],
    proof: 'grep replace go.mod',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: hello.example/hello@v1.0.0 (replaced by ../nosuch): reading ../nosuch/go.mod: open /home/dev/nosuch/go.mod: no such file or directory',
  },
  {
    id: 'MG1070',
    title: 'go install of a module with replace',
    literal: 'The go.mod file for the module providing named packages contains one or',
    pattern:
      /(?:^|\s)(?<module>[^\s@]{1,1000})@(?<version>\S{1,1000}) \(in \S{1,1000}\):\n\tThe go\.mod file for the module providing named packages contains one or\n\tmore (?<directive>replace|exclude) directives/,
    cause:
      '`go install MODULE@VERSION` builds as the author would, and {module} has {directive} lines in its go.mod, which count in its own repository only.',
    fix: ['Clone the repository and run `go install` there.', 'The author: release without such lines.'],
    proof: 'go mod download -json {module}@{version}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: tool.example/tool@v1.0.0 (in tool.example/tool@v1.0.0):\n\tThe go.mod file for the module providing named packages contains one or\n\tmore replace directives. It must not contain directives that would cause\n\tit to be interpreted differently than if it were the main module.',
  },
  {
    id: 'MG1125',
    title: 'error obtaining VCS status',
    literal: 'error obtaining VCS status',
    pattern: /error obtaining VCS status: (?<reason>[^\n]{1,1000})/,
    cause:
      'The build wants to note the commit in the program, and git failed ({reason}): usually the checkout belongs to another user than the one who builds, or .git was copied in part.',
    not: 'Nothing is wrong with modules or proxies.',
    fix: ['Allow the directory: git config --global --add safe.directory "$PWD"', 'Or build with -buildvcs=false.'],
    proof: 'git status',
    versions: '1.22 and 1.26 tried',
    sample: 'error obtaining VCS status: exit status 128\n\tUse -buildvcs=false to disable VCS stamping.',
  },
  {
    id: 'MG1128',
    title: 'go.mod file not found',
    literal: 'go.mod file not found in current directory or any parent directory',
    pattern: /go\.mod file not found in current directory or any parent directory/,
    precedence: 1,
    cause:
      'The command was run outside of a module: in another folder than meant, or go.mod was not copied into the image.',
    not: 'GO111MODULE=off is no way out: it is the old way without modules.',
    fix: [
      'Change to the folder of go.mod.',
      'A new project: go mod init.',
      'To install a program: go install MODULE@VERSION.',
    ],
    proof: 'go env GOMOD',
    versions: '1.22 and 1.26 tried',
    sample: "go: go.mod file not found in current directory or any parent directory; see 'go help modules'",
  },
  {
    id: 'MG1129',
    title: 'not a module of the workspace',
    literal: 'not one of the workspace modules listed in go.work',
    pattern: /is contained in a module that is not one of the workspace modules listed in go\.work/,
    cause: 'A go.work above this folder is in force and does not list this module.',
    fix: ['Add it: go work use .', 'Or build without the workspace: GOWORK=off.'],
    proof: 'go env GOWORK',
    versions: '1.22 and 1.26 tried',
    sample:
      'current directory is contained in a module that is not one of the workspace modules listed in go.work. You can add the module to the workspace using:\n\tgo work use .',
  },
  {
    id: 'MG1140',
    title: '-mod=mod in a workspace',
    literal: '-mod may only be set to readonly or vendor when in workspace mode',
    pattern:
      /-mod may only be set to readonly or vendor when in workspace mode, but it is set to "(?<mode>[^"\n]{1,1000})"/,
    cause:
      'A go.work is in force, and -mod={mode} comes from the command line or GOFLAGS; in a workspace no go.mod is changed.',
    fix: ['Take -mod out of GOFLAGS.', 'Or set GOWORK=off for this command.'],
    proof: 'go env GOFLAGS GOWORK',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: -mod may only be set to readonly or vendor when in workspace mode, but it is set to "mod"\n\tRemove the -mod flag to use the default readonly value, \n\tor set GOWORK=off to disable workspace mode.',
  },
  {
    id: 'MG1136',
    title: 'use of an internal package',
    literal: 'use of internal package',
    pattern: /use of internal package (?<package>\S{1,1000}) not allowed/,
    cause:
      "{package} may be imported only from below the folder that holds its `internal` folder. A renamed module or a fork keeps old imports that then point into somebody else's module.",
    fix: ['Import the public package of that module.', 'After a fork: change the imports to the new path.'],
    proof: 'grep -rn "{package}" --include=*.go .',
    versions: '1.22 and 1.26 tried',
    sample: 'package main.example/app\n\tmain.go:3:8: use of internal package a.example/x/internal/y not allowed',
  },
  {
    id: 'MG1137',
    title: 'build constraints exclude all Go files',
    literal: 'build constraints exclude all Go files in',
    pattern: /(?:(?:^|\s)(?<package>\S{1,1000}): )?build constraints exclude all Go files in (?<path>[^\n]{1,1000})/,
    cause: 'Every file in {path} is for another system, another architecture or needs cgo or a tag that is not set.',
    not: 'Not a broken download: the files are there.',
    fix: ['Check GOOS, GOARCH and -tags.', 'If it needs C: CGO_ENABLED=1 and a C compiler.'],
    proof: 'go env GOOS GOARCH CGO_ENABLED',
    versions: '1.22 and 1.26 tried',
    sample:
      'package main.example/app\n\timports main.example/app/other: build constraints exclude all Go files in /home/dev/app/other',
  },
]
