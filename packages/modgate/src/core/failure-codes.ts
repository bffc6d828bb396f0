/**
 * Every code that an answer or a command can carry: stable names, their kind, and the default advice. The page
 * docs/reference/errors.md is made from this table.
 */

import type { FailureKind } from './failure-kinds.ts'

export interface FailureCodeRow {
  readonly kind: FailureKind
  /** What it means, for the reference page. */
  readonly meaning: string
  /** What to do next, said with every answer unless the failure knows better. */
  readonly next: string
}

const row = (kind: FailureKind, meaning: string, next: string): FailureCodeRow => ({ kind, meaning, next })

export const failureCodes = {
  'module-not-found': row(
    'not-found',
    'Every source that was allowed to answer said that the module or version is not there.',
    'check the spelling and that the tag is pushed; a private module needs --private and a --route',
  ),
  'module-gone': row(
    'gone',
    'The upstream says that the version was there and is not any more.',
    'use another version',
  ),
  'not-cached': row(
    'not-found',
    'A cached-only request asked for something that the gate does not keep.',
    'ask without /cached-only/ and without Disable-Module-Fetch to have it fetched',
  ),
  'no-such-page': row('not-found', 'The path is none of the gate.', 'see / for what this gate serves'),
  'bad-request': row(
    'bad-request',
    'The request is not one of the GOPROXY protocol: wrong escape, version, or path.',
    'the go command never sends this; check the URL',
  ),
  'method-not-allowed': row('not-allowed', 'The method is not one that the path takes.', 'use GET or HEAD'),
  'denied-to-strangers': row(
    'denied',
    'The action is for clients on the same machine.',
    'run it on the machine of the gate',
  ),
  'token-wanted': row(
    'unauthorized',
    'The gate answers callers with a token only, and the request had none.',
    'put the token into netrc (machine of the gate, login anything, password the token); go sends it over https only',
  ),
  'token-refused': row(
    'unauthorized',
    'The token is none of this gate: never given, revoked, or expired.',
    'ask for a new token (modgate token add), and replace it in netrc, GOAUTH or the GOPROXY URL',
  ),
  'token-narrow': row(
    'denied',
    'The token is good, and covers less than was asked for.',
    "use a token for all modules (modgate token add NAME --patterns '*')",
  ),
  'hook-unsigned': row(
    'unauthorized',
    'A push hook is not signed with a secret of this gate. Nothing was refreshed.',
    'give the code host the secret that stands in the file of --hook-secret-file',
  ),
  'hook-wants-post': row(
    'not-allowed',
    'The path of push hooks takes POST alone.',
    'give this URL to the code host as that of a push hook',
  ),
  'hook-too-often': row('rate-limited', 'Push hooks of one secret come too often.', 'send them again later'),
  'private-at-database': row(
    'denied',
    'A client asked a public checksum database for a private module; the gate did not pass the name on.',
    'set GONOSUMDB (or GOPRIVATE with GONOPROXY=none) for this path on the client',
  ),
  'disabled-by-off': row(
    'denied',
    'The upstream list says off for this module.',
    "change the gate's --upstream or --route",
  ),
  'direct-unsupported': row(
    'denied',
    'The upstream list says direct, and this gate fetches from proxies only.',
    'give a proxy for it with --upstream or --route',
  ),
  'upstream-unauthorized': row(
    'unauthorized',
    'The upstream wants credentials.',
    "check the gate's credentials for this upstream",
  ),
  'upstream-denied': row(
    'denied',
    'The upstream refused with 403.',
    "check the spelling of module and version; else ask the upstream's operator",
  ),
  'upstream-rate-limited': row('rate-limited', 'The upstream refused with 429.', 'wait and try again'),
  'upstream-unavailable': row('unavailable', 'The upstream answered 503.', 'wait and try again'),
  'upstream-error': row(
    'upstream',
    'The upstream answered with a status that is neither success nor absence.',
    'try again; then ask its operator',
  ),
  'upstream-unreachable': row(
    'upstream',
    'No connection to the upstream: name, network or TLS.',
    "check the gate's network, proxy and CA settings",
  ),
  'upstream-timeout': row(
    'timeout',
    'The upstream did not connect, answer or continue in time.',
    'try again; the limits are --connect-timeout, --first-byte-timeout, --stall-timeout',
  ),
  'upstream-truncated': row('upstream', 'The upstream closed before the whole body was there.', 'try again'),
  'upstream-invalid': row(
    'upstream',
    'The upstream answered 200 with something that is not what was asked: a login page, other JSON, another version.',
    'open the URL by hand; a captive portal or a wrong base path is the usual cause',
  ),
  'upstream-too-large': row(
    'upstream',
    'The body is larger than the go command accepts.',
    'the module cannot be used by Go either',
  ),
  'redirect-refused': row(
    'upstream',
    'The upstream redirected too often, to plain http, or to an address that is not allowed.',
    "fix the upstream's redirect",
  ),
  'address-refused': row(
    'denied',
    'A host that a page names leads to an address that the gate does not connect to: loopback, private, link-local, or the gate itself.',
    'if the host is one of yours, name its network in --allow-network',
  ),
  'discovery-invalid': row(
    'upstream',
    'The go-import tags of the page of an import path contradict each other, or name a repository that cannot be one.',
    'the go command would refuse it too; tell who runs the host of the import path',
  ),
  'vcs-unsupported': row(
    'denied',
    'The repository is kept by a version control system that the gate does not fetch from.',
    'fetch the module through a proxy that can, with --upstream or --route',
  ),
  'credentials-unusable': row(
    'internal',
    "Credentials of the gate's own settings cannot be used: the file, the key, the helper or the exchange for a token failed.",
    "check the gate's credentials for this host; the log of the gate has the reason",
  ),
  'version-invalid': row(
    'not-found',
    "The revision is there, but by Go's rules it is no version of this module: path, major version, go.mod or pseudo-version do not fit.",
    'ask for the version, or under the module path, that the message names',
  ),
  'origin-refused': row(
    'denied',
    'The URL or the directory of the repository is not one that this gate takes: protocol, spelling, or version control system.',
    'check where the module path leads (go-import), and which protocols and systems the gate allows',
  ),
  'origin-unreachable': row(
    'upstream',
    'The repository could not be read: name, network, TLS, credentials, or what it sent.',
    'run git ls-remote for the URL where modgate runs; check the credentials for its host',
  ),
  'origin-timeout': row(
    'timeout',
    'The repository did not give what was asked in time.',
    'try again; what has come is kept and the next try is shorter',
  ),
  'origin-too-large': row(
    'upstream',
    'The repository sends more than the limit.',
    'raise the limit, or take large files out of the repository',
  ),
  'mirror-damaged': row(
    'unavailable',
    "The gate's own copy of a repository could not be read. It is set aside, and made anew from the repository.",
    'try again; where it comes back, check the disk of the data directory',
  ),
  'git-missing': row(
    'unavailable',
    'The program git cannot be started.',
    'install git 2.37 or newer on the machine of the gate, in its PATH',
  ),
  'program-missing': row(
    'unavailable',
    'A program of version control that --vcs names (hg, svn, fossil) cannot be started.',
    'install the program on the machine of the gate, in its PATH',
  ),
  'checksum-mismatch': row(
    'untrusted',
    'The bytes do not have the hash that the checksum database (or the first sight) recorded. They were not kept.',
    'do not switch verification off: the upstream serves other bytes than were published',
  ),
  'no-record': row(
    'untrusted',
    'The checksum database has no record of this version, so it cannot be verified.',
    'a private module belongs into --private; --no-verify accepts a pattern without records',
  ),
  'zip-invalid': row(
    'untrusted',
    'The zip breaks the rules for module zips.',
    "the go command would refuse it too; tell the module's author",
  ),
  'database-unreachable': row(
    'unavailable',
    'The checksum database cannot be asked, so what is new cannot be verified. What is kept is served.',
    "check the gate's way to the database (--sumdb, --upstream)",
  ),
  'database-untrusted': row(
    'untrusted',
    'The checksum database or someone between showed something that its key, tree or earlier head contradicts.',
    'stop and look: this is an attack, a fork, or a wrong --sumdb key; the evidence is in the log',
  ),
  'database-unknown': row(
    'not-found',
    'The gate does not serve a checksum database of this name.',
    'set GOSUMDB to the database of this gate',
  ),
  'log-closed': row(
    'unavailable',
    "The gate's own checksum database refuses to sign: what it would sign is no extension of what it signed before.",
    'modgate log status says what happened and what to do; what is kept is served',
  ),
  'log-moved': row(
    'denied',
    "The gate's own checksum database has moved to a new name and key, and is not served under the old one any more.",
    "set GOSUMDB to the gate's new key: modgate log key prints it, and so does the gate's page",
  ),
  'log-damaged': row(
    'untrusted',
    "A record or a tile of the gate's own checksum database is not what was signed.",
    'restore what is damaged from a copy of the data directory',
  ),
  offline: row(
    'unavailable',
    'The gate is offline and does not keep this.',
    'start it without --offline to have it fetched',
  ),
  'shutting-down': row('unavailable', 'The gate is stopping.', 'try again'),
  overloaded: row('unavailable', 'The gate is at its limits.', 'try again'),
  'store-failed': row(
    'internal',
    'The store could not be written or read.',
    "check disk space and permissions of the gate's data directory",
  ),
  'internal-error': row(
    'internal',
    'A defect of the gate.',
    "report it with the request id; the gate's log has the details",
  ),
  'go-mod-broken': row(
    'bad-request',
    'A go.mod, go.work or go.sum file of the main module is not one that the go command would take.',
    'correct the line that is named',
  ),
  'go-mod-outdated': row(
    'denied',
    'The requirements in go.mod are not what the module graph selects, and the mode does not allow to change them.',
    'run go mod tidy, or see with --mod=mod what it would be',
  ),
  'go-mod-unusable': row(
    'untrusted',
    'The go.mod file of a dependency cannot be used: it does not parse, or it declares another module path.',
    'require another version, replace it, or exclude it',
  ),
  'sum-missing': row(
    'untrusted',
    'go.sum has no line for a module that is needed, and the mode asks for one.',
    'run go mod tidy',
  ),
  'not-downloaded': row(
    'unavailable',
    'The module cache does not have the source of a module that is needed.',
    'run modgate download, or go mod download',
  ),
  'package-not-found': row(
    'denied',
    'No module of the build has a package that is imported, or more than one has it.',
    'run go mod tidy, or correct the import',
  ),
  'package-unusable': row(
    'untrusted',
    'A package cannot be used as it is: its import path, its source, or what it embeds.',
    'correct it, or use another version of its module',
  ),
  'source-unreadable': row(
    'internal',
    'Files of a module on this machine cannot be read.',
    'check that they are there, and their permissions',
  ),
  'vendor-refused': row(
    'denied',
    'The vendor directory cannot be written to where it was asked for.',
    'name another directory',
  ),
  vendored: row(
    'denied',
    'The vendor directory stands in for the module graph, so that all modules cannot be told.',
    'resolve from go.mod: --mod=readonly or --mod=mod',
  ),
  'bundle-invalid': row(
    'untrusted',
    'A bundle is not what was signed, or holds something that nothing proves. Nothing of it was kept.',
    'copy it anew from where it was exported; modgate bundle verify names all that is wrong with it',
  ),
  'bundle-signer': row(
    'denied',
    'A bundle is signed by nobody who is believed here.',
    'give --key with the verifier line of its signer: modgate log key prints it where the bundle was exported',
  ),
  'bundle-base-missing': row(
    'denied',
    'A bundle is a delta, and what it builds upon is not kept here.',
    'import the bundle first that it was made against',
  ),
  usage: row('bad-request', 'A command was called wrongly.', 'see --help'),
  configuration: row('bad-request', 'A setting is wrong.', 'see modgate serve --help'),
} as const satisfies Record<string, FailureCodeRow>

export type FailureCode = keyof typeof failureCodes
