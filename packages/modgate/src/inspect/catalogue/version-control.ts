import type { KnownError } from '../known-error.ts'
import { ofModule } from './of-module.ts'

/** Without a proxy: git and its kin. */
export const versionControl: readonly KnownError[] = [
  {
    id: 'MG1028',
    title: 'unknown revision',
    literal: 'invalid version: unknown revision',
    pattern: ofModule(/invalid version: unknown revision (?<revision>\S{1,1000})/),
    cause:
      'The repository was reached, and has no tag, branch or commit {revision} for {module}. Of a module in a folder the tag carries the folder: `sub/v1.2.3`.',
    fix: [
      'List the tags of the repository.',
      'Push the tag: `git push origin {revision}`.',
      'A module in a folder: tag `folder/{revision}`.',
    ],
    proof: 'git ls-remote --tags https://{module}',
    versions: '1.22 and 1.26 tried',
    sample: 'go: github.com/team/lib@v9.9.9: invalid version: unknown revision v9.9.9',
  },
  {
    id: 'MG1056',
    title: 'git asks for a login and may not',
    literal: 'terminal prompts disabled',
    pattern: ofModule(
      /invalid version: [^\n]{0,800}\n(?:[^\n]{0,400}\n){0,3}?\s{0,16}fatal: could not read (?:Username|Password) for 'https?:\/\/(?<host>[^'/:]{1,1000})[^']{0,300}': terminal prompts disabled/,
    ),
    cause:
      'The module was fetched directly, git has no credentials for {host}, and nobody can be asked. Forges answer so for repositories that do not exist, too.',
    not: 'GOSUMDB=off does not help: this is a login, no checksum.',
    fix: [
      'Check the spelling of the path.',
      'Give git a credential (a helper, ~/.netrc), or rewrite the URL to ssh with `insteadOf`.',
      'Or let a gate fetch it with its own credentials.',
    ],
    proof: 'GIT_TERMINAL_PROMPT=1 git ls-remote https://{module}',
    versions: '1.22 and 1.26 tried',
    sample:
      "go: github.com/team/lib@v9.9.9: invalid version: git ls-remote -q --end-of-options https://github.com/team/lib in /home/dev/go/pkg/mod/cache/vcs/0102…: exit status 128:\n\tfatal: could not read Username for 'http://127.0.0.1:8080': terminal prompts disabled\nConfirm the import path was entered correctly.\nIf this is a private repository, see https://golang.org/doc/faq#git_https for additional information.",
    rank: 'root',
  },
  {
    id: 'MG1057',
    title: 'git does not trust the certificate',
    literal: 'server certificate verification failed',
    pattern: ofModule(
      /invalid version: [^\n]{0,800}\n(?:[^\n]{0,400}\n){0,3}?\s{0,16}fatal: unable to access '(?<url>[^'\n]{1,1000})': server certificate verification failed/,
    ),
    cause:
      'git does not trust the authority that signed the certificate of {url}. git has settings of its own: neither SSL_CERT_FILE nor GOINSECURE reaches it for certain.',
    fix: ['Install the authority in the system, or name it in git: `git config --global http.sslCAInfo FILE`.'],
    proof: 'git ls-remote {url}',
    versions: '1.22 and 1.26 tried',
    sample:
      "go: github.com/team/lib@v9.9.9: invalid version: git ls-remote -q --end-of-options https://github.com/team/lib in /home/dev/go/pkg/mod/cache/vcs/0102…: exit status 128:\n\tfatal: unable to access 'https://127.0.0.1:8443/team/lib/': server certificate verification failed. CAfile: none CRLfile: none",
    rank: 'root',
  },
  {
    id: 'MG1058',
    title: 'ssh cannot connect',
    literal: 'ssh: connect to host',
    pattern: ofModule(
      /invalid version: [^\n]{0,800}\n(?:[^\n]{0,400}\n){0,3}?\s{0,16}ssh: connect to host (?<host>\S{1,1000}) port (?<port>\d{1,9}): (?<reason>[^\n]{1,1000})/,
    ),
    cause:
      'git went over ssh to {host}, port {port}: {reason}. An `insteadOf` rule may have chosen ssh; many networks let only https out.',
    fix: [
      'Remove the `insteadOf` rule, or use ssh over port 443 where the forge offers it.',
      'Or let a gate fetch it.',
    ],
    proof: 'git config --get-regexp "url.*insteadof"',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: github.com/team/lib@v9.9.9: invalid version: git ls-remote -q --end-of-options https://github.com/team/lib in /home/dev/go/pkg/mod/cache/vcs/0102…: exit status 128:\n\tssh: connect to host 127.0.0.1 port 22: Connection refused\n\tfatal: Could not read from remote repository.\n\t\n\tPlease make sure you have the correct access rights\n\tand the repository exists.',
    rank: 'root',
  },
  {
    id: 'MG1059',
    title: 'git cannot resolve the host',
    literal: 'Could not resolve host',
    pattern: ofModule(
      /invalid version: [^\n]{0,800}\n(?:[^\n]{0,400}\n){0,3}?\s{0,16}fatal: unable to access '(?<url>[^'\n]{1,1000})': Could not resolve host: (?<host>\S{1,1000})/,
    ),
    cause:
      'The module was fetched directly, and the name {host} is not in DNS as this machine sees it. Often GOPROXY=direct, or GOPRIVATE, in a network that lets only the module proxy out.',
    fix: ['Take the module from a proxy: see which setting says direct.', 'Or connect the VPN.'],
    proof: 'modgate explain {module}',
    versions: '1.22 and 1.26 tried',
    sample:
      "go: github.com/team/lib@v9.9.9: invalid version: git ls-remote -q --end-of-options https://github.com/team/lib in /home/dev/go/pkg/mod/cache/vcs/0102…: exit status 128:\n\tfatal: unable to access 'http://nosuch..example/team/lib/': Could not resolve host: nosuch..example",
    rank: 'root',
  },
  {
    id: 'MG1102',
    title: 'ssh key refused',
    literal: 'Permission denied (publickey',
    pattern: ofModule(
      /invalid version: [^\n]{0,800}\n(?:[^\n]{0,400}\n){0,3}?\s{0,16}(?<login>\S{1,1000}): Permission denied \(publickey/,
    ),
    cause:
      '{login} accepts none of the ssh keys of this machine, or there is none: in CI and in a Docker build the agent is not there by itself.',
    fix: ['Add a deploy key, or forward the agent (`docker build --ssh default`).', 'Or use https with a token.'],
    proof: 'ssh -T {login}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: github.com/team/lib@v9.9.9: invalid version: git ls-remote -q --end-of-options https://github.com/team/lib in /home/dev/go/pkg/mod/cache/vcs/0102…: exit status 128:\n\tgit@127.0.0.1: Permission denied (publickey).\n\tfatal: Could not read from remote repository.\n\t\n\tPlease make sure you have the correct access rights\n\tand the repository exists.',
    rank: 'root',
  },
  {
    id: 'MG1104',
    title: 'ssh does not know the host',
    literal: 'Host key verification failed',
    pattern: ofModule(/invalid version: [^\n]{0,800}\n(?:[^\n]{0,400}\n){0,3}?\s{0,16}Host key verification failed/),
    cause:
      'ssh meets the host of {module} for the first time, or its key has changed, and nobody can be asked whether it is the right one. Usual in fresh CI machines.',
    fix: [
      'Put the published host key of the forge into ~/.ssh/known_hosts.',
      'Do not switch the check off: then anybody in between can serve the code.',
    ],
    proof: 'ssh-keyscan HOST',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: github.com/team/lib@v9.9.9: invalid version: git ls-remote -q --end-of-options https://github.com/team/lib in /home/dev/go/pkg/mod/cache/vcs/0102…: exit status 128:\n\tHost key verification failed.\n\tfatal: Could not read from remote repository.\n\t\n\tPlease make sure you have the correct access rights\n\tand the repository exists.',
    rank: 'root',
  },
  {
    id: 'MG1103',
    title: 'repository not found',
    literal: ["fatal: repository '", 'Repository not found'],
    pattern: ofModule(
      /invalid version: [^\n]{0,800}\n(?:[^\n]{0,400}\n){0,3}?[^\n]{0,200}(?:fatal: repository '(?<url>[^'\n]{1,1000})' not found|Repository not found)/,
    ),
    cause:
      'The forge says that there is no such repository for {module}. It says the same to somebody who may not see it.',
    not: 'Not proof that it is gone: without rights a private repository looks like this.',
    fix: ['Check the spelling, then the rights of the account or token in use.'],
    proof: 'git ls-remote https://{module}',
    versions: '1.22 and 1.26 tried',
    sample:
      "go: github.com/team/lib@v9.9.9: invalid version: git ls-remote -q --end-of-options https://github.com/team/lib in /home/dev/go/pkg/mod/cache/vcs/0102…: exit status 128:\n\tremote: not found: no such thing in the corpus\n\tfatal: repository 'http://127.0.0.1:8080/team/lib/' not found",
    rank: 'root',
  },
  {
    id: 'MG1111',
    title: 'dubious ownership',
    literal: 'detected dubious ownership in repository at',
    pattern: /fatal: detected dubious ownership in repository at '(?<path>[^'\n]{1,1000})'/,
    cause:
      'The repository {path} belongs to another user than the one who runs git: a checkout mounted into a container that runs as root, for instance.',
    fix: ['Allow this one directory: git config --global --add safe.directory {path}', 'Or run as its owner.'],
    proof: 'git -C {path} status',
    versions: '1.22 and 1.26 tried',
    sample:
      "go: github.com/team/lib@v9.9.9: invalid version: git ls-remote -q --end-of-options https://github.com/team/lib in /home/dev/go/pkg/mod/cache/vcs/0102…: exit status 128:\n\tfatal: detected dubious ownership in repository at '/home/dev/app/origin/team/lib/.git'\n\tTo add an exception for this directory, call:\n\t\n\t\tgit config --global --add safe.directory /home/dev/app/origin/team/lib/.git\n\tfatal: Could not read from remote repository.\n\t\n\tPlease make sure you have the correct access rights\n\tand the repository exists.",
    rank: 'root',
  },
  {
    id: 'MG1142',
    title: 'git failed',
    literal: ': exit status 128',
    pattern: ofModule(/invalid version: git (?<command>[a-z-]{1,30}) [^\n]{0,800}: exit status 128/),
    precedence: -1,
    cause: 'The module was fetched directly and `git {command}` failed; its own words stand below the message.',
    fix: [
      "Read the indented lines: they are git's.",
      'Run the git command by hand.',
      'Where it was not meant to be direct: see which setting says so.',
    ],
    proof: 'modgate explain {module}',
    versions: '1.22 and 1.26 tried',
    sample:
      "go: github.com/team/lib@v9.9.9: invalid version: git ls-remote -q --end-of-options https://github.com/team/lib in /home/dev/go/pkg/mod/cache/vcs/0102…: exit status 128:\n\tfatal: transport 'http' not allowed",
  },
  {
    id: 'MG1063',
    title: 'GOVCS forbids this version control',
    literal: 'GOVCS disallows using',
    pattern: ofModule(
      /(?:unrecognized import path "[^"\n]{1,1000}": )?GOVCS disallows using (?<vcs>\S{1,1000}) for (?<class>private|public) (?<repository>[^\s;]{1,1000})/,
    ),
    cause: 'GOVCS allows other tools than {vcs} for {class} modules. By default public ones may use git and hg only.',
    not: 'Not needed at all for modules that come from a proxy: GOVCS is for direct fetches.',
    fix: ['Fetch it through a proxy.', 'Or allow it for this host: GOVCS={repository}:{vcs}'],
    proof: 'go env GOVCS',
    versions: '1.22 and 1.26 tried',
    sample:
      "go: github.com/team/lib@v1.0.0: GOVCS disallows using git for private github.com/team/lib; see 'go help vcs'",
    rank: 'root',
  },
  {
    id: 'MG1064',
    title: 'malformed GOVCS',
    literal: 'malformed entry in GOVCS',
    pattern: ofModule(/malformed entry in GOVCS \([^)\n]{0,80}\): "(?<entry>[^"\n]{0,1000})"/),
    cause: '`{entry}` in GOVCS is not of the form pattern:tools.',
    fix: ['Write for instance GOVCS=private:git,public:git|hg.'],
    proof: 'go env GOVCS',
    versions: '1.22 and 1.26 tried',
    sample: 'go: github.com/team/lib@v1.0.0: malformed entry in GOVCS (missing colon): "foo"',
    rank: 'root',
  },
  {
    id: 'MG1065',
    title: 'git is not installed',
    literal: 'executable file not found in $PATH',
    pattern: ofModule(
      /(?:unable to resolve git version: )?(?:failed to execute git version: )?exec: "(?<program>git|hg|svn|bzr|fossil)": executable file not found in \$PATH/,
    ),
    cause: 'The module is to be fetched directly, which takes {program}, and this image has none.',
    not: 'Not needed with a proxy: then the go command never calls git for modules.',
    fix: ['Use a proxy: see which setting says direct (GOPROXY, GOPRIVATE, GONOPROXY).', 'Or install {program}.'],
    proof: 'modgate explain {module}',
    versions: '1.22 and 1.26 tried',
    sample:
      'go: github.com/team/lib@v9.9.9: unable to resolve git version: failed to execute git version: exec: "git": executable file not found in $PATH',
    rank: 'root',
  },
  {
    id: 'MG1134',
    title: 'no secure protocol found for repository',
    literal: 'no secure protocol found for repository',
    pattern: ofModule(/no secure protocol found for repository/),
    cause:
      'For a path with `.git` in it the go command tries https and ssh in turn, and git could reach the repository by none.',
    fix: [
      'Try `git ls-remote https://{module}` by hand and read why it fails.',
      'Login, DNS and certificates are the usual reasons.',
    ],
    proof: 'git ls-remote https://{module}',
    versions: '1.22 and 1.26 tried',
    sample: 'go: git.example/team/lib.git@v1.0.0: no secure protocol found for repository',
  },
]
