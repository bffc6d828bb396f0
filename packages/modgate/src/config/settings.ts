/**
 * Every setting of `modgate serve`, once. Flags, environment, modgate.yaml, their help texts, the reference page and the JSON
 * Schema all come from this table.
 */

import { z } from 'zod'
import { basePath } from './base-path.ts'
import { coveringLogName } from './covering-log-name.ts'
import { credentials } from './credential.ts'
import { duration, every, timeLimit } from './duration.ts'
import { listenAddress } from './listen-address.ts'
import { proxyList, routes, sumdb } from './module-lists.ts'
import { networks } from './networks.ts'
import { patternList } from './pattern-list.ts'
import { publicUrl } from './public-url.ts'
import { accessModes, logFormats, logLevels, prefetchDepths } from './serve-config.ts'
import type { Setting } from './setting.ts'
import { size } from './size.ts'
import { versionControlList } from './version-control-list.ts'
import { witnesses } from './witness.ts'
import { written } from './written.ts'

const path = written('a path', (text) => {
  if (text === '' || text.includes('\0')) throw new Error('is no path')
  return text
})

const timeout = { from: 'text', type: timeLimit, placeholder: 'DURATION' } as const

export const settings = {
  listen: {
    name: 'listen',
    environment: 'MODGATE_LISTEN',
    from: 'text',
    type: listenAddress,
    placeholder: 'HOST:PORT',
    default: '127.0.0.1:8642',
    brief: 'Where to listen',
    doc: 'An IPv6 address stands in brackets. Port 0 lets the system choose; the banner says which it was.',
    example: '0.0.0.0:8642',
  },
  publicUrl: {
    name: 'public-url',
    environment: 'MODGATE_PUBLIC_URL',
    from: 'text',
    type: publicUrl,
    placeholder: 'URL',
    defaultWords: 'the address that the caller named',
    brief: 'Where clients reach the gate, behind a load balancer or a reverse proxy',
    doc: 'It stands in the lines to paste, and its host names a new log.',
    example: 'https://modgate.corp.example',
  },
  data: {
    name: 'data',
    environment: 'MODGATE_DATA',
    from: 'text',
    type: path,
    path: true,
    placeholder: 'DIR',
    defaultWords: "the platform's data directory for modgate",
    brief: 'The directory of everything that the gate keeps',
    doc:
      'The default is `$XDG_DATA_HOME/modgate` or `~/.local/share/modgate`; on macOS `~/Library/Application Support/modgate`; ' +
      'on Windows `%LOCALAPPDATA%\\modgate`.',
    example: '/var/lib/modgate',
  },
  upstream: {
    name: 'upstream',
    environment: 'MODGATE_UPSTREAM',
    from: 'text',
    type: proxyList,
    placeholder: 'LIST',
    defaultWords: 'what Go would use: GOPROXY of the environment, of go env -w, of the Go installation',
    brief: 'The module proxies to fetch from, in the GOPROXY grammar',
    doc:
      'Behind a comma the next entry is asked after 404 and 410, behind a `|` after any failure. `off` and `direct` end a list. ' +
      'The default is read when the gate starts, without running go; an entry that is the gate itself is dropped with a warning.',
    example: 'https://goproxy.corp.example|https://mirror.example',
  },
  sumdb: {
    name: 'sumdb',
    environment: 'MODGATE_SUMDB',
    from: 'text',
    type: sumdb,
    placeholder: 'SPEC',
    defaultWords:
      'what Go would use: GOSUMDB of the environment, of go env -w, of the Go installation; else sum.golang.org',
    brief: 'The checksum database, in the GOSUMDB grammar',
    doc:
      'A name or a verifier key, and optionally the URL to reach it at. The key of sum.golang.org is built in. ' +
      '`off` keeps what upstreams give unverified, and marks it so.',
    example: 'sum.golang.org https://sumdb-mirror.corp.example',
  },
  private: {
    name: 'private',
    environment: 'MODGATE_PRIVATE',
    from: 'text',
    type: patternList,
    placeholder: 'PATTERNS',
    default: '',
    defaultWords: 'none',
    brief: 'Modules that never go to an upstream or a public checksum database',
    doc:
      'Comma-separated globs of module path prefixes, as GOPRIVATE has them. Without a route for them they come from where their path leads: from their repositories. ' +
      'A pattern that could never match is refused, where Go would ignore it.',
    example: '*.corp.example,github.com/myorg',
  },
  route: {
    name: 'route',
    key: 'routes',
    environment: 'MODGATE_ROUTES',
    from: 'lines',
    type: routes,
    placeholder: 'PATTERNS=LIST',
    default: '',
    defaultWords: 'none',
    brief: 'Modules that come from this list and from nowhere else; repeatable, the first match wins',
    doc: 'The list has the GOPROXY grammar; `direct` is where the path leads. In the environment, routes are separated by `;` or a line end; in the file they are a list, or a mapping of patterns to lists.',
    example: '*.corp.example=https://goproxy.corp.example',
  },
  insecure: {
    name: 'insecure',
    environment: 'MODGATE_INSECURE',
    from: 'text',
    type: patternList,
    placeholder: 'PATTERNS',
    default: '',
    defaultWords: 'none',
    brief: 'Modules whose own hosts may be asked without TLS, or with a certificate that nobody knows',
    doc: 'As GOINSECURE: it concerns discovery and repositories, never an upstream or a checksum database.',
    example: '*.lab.example',
  },
  allowNetwork: {
    name: 'allow-network',
    environment: 'MODGATE_ALLOW_NETWORK',
    from: 'text',
    type: networks,
    placeholder: 'CIDR,…',
    default: '',
    defaultWords: 'none: public addresses only',
    brief: 'Closed networks in which repositories and their pages may be',
    doc:
      "What a page of a module path names is a stranger's word: loopback, private, link-local and metadata addresses are not connected " +
      'to unless they are listed here. Name those of your own code hosts.',
    example: '10.20.0.0/16',
  },
  credential: {
    name: 'credential',
    key: 'credentials',
    environment: 'MODGATE_CREDENTIALS',
    from: 'lines',
    type: credentials,
    placeholder: 'PLACE=KIND …',
    default: '',
    defaultWords: 'none but those of netrc',
    brief: 'As whom the gate asks for private modules at a place; repeatable',
    doc:
      'A place is a host, and perhaps a path below it. Kinds: `github FILE`, `gitlab FILE`, `gitea FILE`, `bitbucket FILE`, `login FILE` (user:password), ' +
      '`bearer FILE`, `github-app APP/INSTALLATION KEYFILE`, `git-helper HELPER`, `ssh KEYFILE`, `ssh-agent SOCKET`. They, and netrc (`NETRC`, ~/.netrc), ' +
      'are used for modules that match `private`, over TLS or ssh, and go to no other host. `for PATTERNS` at the end of one ' +
      'lets the pages of these modules name a repository there, from other hosts. In the environment they are separated by `;`.',
    example: 'github.com/acme=github /etc/modgate/github.token',
  },
  vcs: {
    name: 'vcs',
    environment: 'MODGATE_VCS',
    from: 'text',
    type: versionControlList,
    placeholder: 'NAMES',
    default: 'git',
    brief: 'The version control systems whose repositories are fetched from: git, hg, svn, fossil',
    doc: 'Comma-separated. The program of each one is run when a module is kept in it, and has to be in the PATH of the gate.',
    example: 'git,hg',
  },
  noVerify: {
    name: 'no-verify',
    environment: 'MODGATE_NO_VERIFY',
    from: 'text',
    type: patternList,
    placeholder: 'PATTERNS',
    default: '',
    defaultWords: 'none',
    brief: 'Modules that are accepted without a record in the checksum database, and marked so',
    example: 'legacy.corp.example/*',
  },
  logName: {
    name: 'log-name',
    environment: 'MODGATE_LOG_NAME',
    from: 'text',
    type: coveringLogName,
    placeholder: 'NAME',
    defaultWords: "that of the key; for a new log the host of --public-url, else the machine's name",
    brief: "The name of the gate's own checksum database, which covers all that it serves: host[/path], or off",
    doc:
      'With the log a client sets GOPROXY and GOSUMDB to the gate and nothing else; public modules, private ones and toolchains are verified ' +
      'against one key. The name is for ever: it stands in the key that clients have. No port, since it becomes the name of a directory. ' +
      'With `off` clients verify against the public database alone, and private modules against nothing.',
    example: 'modgate.corp.example',
  },
  logKey: {
    name: 'log-key',
    environment: 'MODGATE_LOG_KEY',
    from: 'text',
    type: path,
    path: true,
    placeholder: 'FILE',
    defaultWords: 'modgate-log.key in --data, made at the first start',
    brief: 'The file with the key that signs the log (PRIVATE+KEY+…)',
    example: '/etc/modgate/log.key',
  },
  logGuard: {
    name: 'log-guard',
    environment: 'MODGATE_LOG_GUARD',
    from: 'text',
    type: path,
    path: true,
    placeholder: 'FILE',
    defaultWords: "a file by the log's name in the platform's directory for state, outside of --data",
    brief: 'Where the last signed head of the log is remembered, so that a restored backup cannot fork it',
    doc: 'It belongs on another disk than `data`, never into it, and into no backup of it.',
    example: '/var/lib/modgate-guard/log.guard',
  },
  witness: {
    name: 'witness',
    key: 'witnesses',
    environment: 'MODGATE_WITNESSES',
    from: 'lines',
    type: witnesses,
    placeholder: 'KEY=URL',
    default: '',
    defaultWords: 'none: nobody is told of the log',
    brief: 'A witness that cosigns the heads of the log: its verifier key and its submission URL; repeatable',
    doc:
      'After the log has grown, the gate posts its checkpoint to each witness (C2SP tlog-witness), in the background; what they sign stands ' +
      'below `/checkpoint`. A witness learns how many records the log has, and no name of a module. In the environment, witnesses are ' +
      'separated by `;` or a line end.',
    example: 'witness.example/w1+aa4a09d1+BOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs=https://witness.example',
  },
  access: {
    name: 'access',
    environment: 'MODGATE_ACCESS',
    from: 'text',
    type: z.enum(accessModes, { error: `is none of ${accessModes.join(', ')}` }),
    placeholder: accessModes.join('|'),
    default: 'open',
    brief: 'Who needs a token: nobody, callers of private modules, everybody',
    doc:
      'A module that a caller may not see is answered as one that does not exist. Tokens are made with `modgate token add`, and come as the ' +
      'password of Basic or as Bearer (netrc, GOAUTH). The go command sends them over https only.',
    example: 'private',
  },
  tokens: {
    name: 'tokens',
    environment: 'MODGATE_TOKENS',
    from: 'text',
    type: path,
    path: true,
    placeholder: 'FILE',
    defaultWords: 'modgate-callers.json in --data',
    brief: 'The file with the hashes of the tokens',
    doc: 'A running gate sees a change of it within a second or two.',
    example: '/etc/modgate/tokens.json',
  },
  originWatch: {
    name: 'origin-watch',
    environment: 'MODGATE_ORIGIN_WATCH',
    from: 'text',
    type: every,
    placeholder: 'DURATION|off',
    default: '1h',
    brief: 'How often repositories are looked at for tags that moved since modules came from them',
    doc:
      'Each repository from which modules came is asked for its names, one after the other, spread over this time. A tag that moved or is ' +
      'gone, and a repository that moved or that the page of its module names no more, is said in the log, counted in the metrics, and listed by ' +
      '`modgate cache origins`. What is served stays what it was.',
    example: '6h',
  },
  hookSecretFile: {
    name: 'hook-secret-file',
    environment: 'MODGATE_HOOK_SECRET_FILE',
    from: 'text',
    type: path,
    path: true,
    placeholder: 'FILE',
    defaultWords: 'none: there are no push hooks',
    brief: 'The file with the secret of push hooks, which have the gate look at a repository at once',
    doc:
      'With it, `POST /hooks/push` takes the push hooks of GitHub, GitLab, Gitea, Forgejo and Bitbucket. The file has mode 0600 and a secret ' +
      'a line, each of 16 characters or more; all of them are believed. It is read for each hook, so that a new secret needs no restart. An ' +
      'offline gate has no hooks.',
    example: '/etc/modgate/hook.secret',
  },
  offline: {
    name: 'offline',
    environment: 'MODGATE_OFFLINE',
    from: 'switch',
    type: z.boolean({ error: 'is neither true nor false' }),
    placeholder: '',
    default: 'false',
    brief: 'Answer from what is kept and ask nobody',
    example: 'true',
  },
  tlsCert: {
    name: 'tls-cert',
    environment: 'MODGATE_TLS_CERT',
    from: 'text',
    type: path,
    path: true,
    placeholder: 'FILE',
    defaultWords: 'none: plain HTTP',
    brief: 'Certificate chain in PEM, to serve HTTPS; with --tls-key',
    example: '/etc/modgate/tls.crt',
  },
  tlsKey: {
    name: 'tls-key',
    environment: 'MODGATE_TLS_KEY',
    from: 'text',
    type: path,
    path: true,
    placeholder: 'FILE',
    defaultWords: 'none: plain HTTP',
    brief: 'Private key in PEM; with --tls-cert',
    example: '/etc/modgate/tls.key',
  },
  basePath: {
    name: 'base-path',
    environment: 'MODGATE_BASE_PATH',
    from: 'text',
    type: basePath,
    placeholder: 'PATH',
    default: '',
    defaultWords: 'none',
    brief: 'The path that every URL of the gate begins with, behind a shared host name',
    example: '/go',
  },
  config: {
    name: 'config',
    key: false,
    environment: 'MODGATE_CONFIG',
    from: 'text',
    type: path,
    path: true,
    placeholder: 'FILE',
    defaultWords: 'modgate.yaml in the working directory, where there is one',
    brief: 'The configuration file',
    example: '/etc/modgate/modgate.yaml',
  },
  logFormat: {
    name: 'log-format',
    environment: 'MODGATE_LOG_FORMAT',
    from: 'text',
    type: z.enum(logFormats, { error: `is none of ${logFormats.join(', ')}` }),
    placeholder: logFormats.join('|'),
    default: 'auto',
    brief: 'How log lines look; auto is pretty on a terminal and json elsewhere',
    example: 'json',
  },
  logLevel: {
    name: 'log-level',
    environment: 'MODGATE_LOG_LEVEL',
    from: 'text',
    type: z.enum(logLevels, { error: `is none of ${logLevels.join(', ')}` }),
    placeholder: logLevels.join('|'),
    default: 'info',
    brief: 'The least important log lines to write',
    example: 'warn',
  },
  connectTimeout: {
    ...timeout,
    name: 'connect-timeout',
    environment: 'MODGATE_CONNECT_TIMEOUT',
    default: '10s',
    brief: 'How long a connection to an upstream may take, TLS included',
    example: '3s',
  },
  firstByteTimeout: {
    ...timeout,
    name: 'first-byte-timeout',
    environment: 'MODGATE_FIRST_BYTE_TIMEOUT',
    default: '30s',
    brief: 'How long an upstream may take to begin its answer',
    example: '1m',
  },
  stallTimeout: {
    ...timeout,
    name: 'stall-timeout',
    environment: 'MODGATE_STALL_TIMEOUT',
    default: '30s',
    brief: 'How long an upstream may pause within an answer',
    example: '1m',
  },
  answerTtl: {
    name: 'answer-ttl',
    environment: 'MODGATE_ANSWER_TTL',
    from: 'text',
    type: duration,
    placeholder: 'DURATION',
    default: '60s',
    brief: 'How long a list, a latest version or a query is fresh',
    doc: 'When it is older, it is asked anew; where the upstream cannot answer, the old one is served and marked as stale.',
    example: '5m',
  },
  absentTtl: {
    name: 'absent-ttl',
    environment: 'MODGATE_ABSENT_TTL',
    from: 'text',
    type: duration,
    placeholder: 'DURATION',
    default: '10s',
    brief: 'How long "not there" is remembered',
    example: '1m',
  },
  memory: {
    name: 'memory',
    environment: 'MODGATE_MEMORY',
    from: 'text',
    type: size,
    placeholder: 'SIZE',
    default: '64MB',
    brief: 'Memory for small bodies that are asked often',
    doc: '`MB` is a million bytes, `MiB` 2^20; a bare number is bytes.',
    example: '1GiB',
  },
  cacheSize: {
    name: 'cache-size',
    environment: 'MODGATE_CACHE_SIZE',
    from: 'text',
    type: size.refine((bytes) => !(bytes < 1_000_000), 'is below 1MB'),
    placeholder: 'SIZE',
    defaultWords: 'none: everything is kept',
    brief: 'The most that module files may take on disk; what nobody has asked for the longest goes first',
    doc:
      'Counted are the bytes of `.info`, `.mod` and `.zip` files; lists, records and tiles, which are small, come on top. The store is counted ' +
      'behind the running gate, so a limit below what is kept takes effect a while after the start. With a limit, the gate also makes room ' +
      'when the disk is full; without one it never removes anything.',
    example: '50GB',
  },
  cachePin: {
    name: 'cache-pin',
    environment: 'MODGATE_CACHE_PIN',
    from: 'text',
    type: patternList,
    placeholder: 'PATTERNS',
    default: '',
    defaultWords: 'none',
    brief: 'Modules that --cache-size never removes',
    doc: 'Globs of module path prefixes, as for `private`. Where they alone take more than the limit, the log says so.',
    example: '*.corp.example,golang.org/toolchain',
  },
  mirrorSize: {
    name: 'mirror-size',
    environment: 'MODGATE_MIRROR_SIZE',
    from: 'text',
    type: size,
    placeholder: 'SIZE',
    default: '20GB',
    brief: 'The most that mirrors of repositories may take on disk; what was used the longest ago goes first',
    doc:
      'A mirror is what git has fetched of a repository, for modules that come straight from it. One that is removed is made anew when it is ' +
      'needed; one that was used within the last 15 minutes stays, whatever the limit says.',
    example: '100GB',
  },
  prefetch: {
    name: 'prefetch',
    environment: 'MODGATE_PREFETCH',
    from: 'text',
    type: z.enum(prefetchDepths, { error: `is none of ${prefetchDepths.join(', ')}` }),
    placeholder: prefetchDepths.join('|'),
    default: 'zip',
    brief: 'How far to fetch ahead of clients: go.mod files, zips too, or not at all',
    doc: 'A private module without a route is never fetched ahead, and a gate that is offline fetches nothing.',
    example: 'mod',
  },
  prefetchLimit: {
    name: 'prefetch-limit',
    environment: 'MODGATE_PREFETCH_LIMIT',
    from: 'text',
    type: size,
    placeholder: 'SIZE',
    default: '2GiB',
    brief: 'How much to fetch ahead for one client in one build',
    example: '500MB',
  },
  shutdownTimeout: {
    ...timeout,
    name: 'shutdown-timeout',
    environment: 'MODGATE_SHUTDOWN_TIMEOUT',
    default: '20s',
    brief: 'How long requests may go on after SIGTERM',
    example: '5m',
  },
  metricsModules: {
    name: 'metrics-modules',
    environment: 'MODGATE_METRICS_MODULES',
    from: 'number',
    type: z.int({ error: 'is not a whole number' }).min(0, 'is below 0').max(100_000, 'is above 100000'),
    placeholder: 'N',
    default: '200',
    brief: 'How many distinct modules the metrics name; the rest counts as other',
    doc: 'None where `access` is not `open`: who may see the metrics may not see every module.',
    example: '1000',
  },
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof settings
export type SettingValues = { readonly [Name in SettingName]: z.output<(typeof settings)[Name]['type']> }

export const settingNames = Object.keys(settings) as readonly SettingName[]
