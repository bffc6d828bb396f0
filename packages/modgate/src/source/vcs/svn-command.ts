/**
 * The world in which svn runs (Subversion): nothing of a user's configuration, no question, nothing kept of a login, no keyring, no address
 * but the one that was checked. A password goes in by standard input, and never into an argument.
 */

import { join } from 'node:path'
import type { RepositoryRoot } from '../discovery/repository-root.ts'
import type { StartProgram } from '../../core/ports.ts'
import { versionControl, type Git, type GitCall, type GitEnd } from './git-command.ts'
import type { ProgramAccess, Reach } from './program-access.ts'

/** One question to a server. */
export interface SvnQuestion {
  /** The command and its options, made of constants and numbers. */
  readonly args: readonly [command: string, ...options: string[]]
  /** Below the repository's URL, slash-separated; `''` for itself. */
  readonly path: string
  /** The revision in which the path is looked up; the newest where it is absent. */
  readonly revision?: number
  /** A file or directory on disk that the command writes. */
  readonly target?: string
  readonly asked: string
  readonly timeoutMs: number
}

/** Asks the server of one repository. Every question is a connection. */
export interface Svn {
  readonly url: string
  /** Runs svn to its end; a code that is not 0 is an answer. Throws a Failure as `Git.run` does. */
  ask(question: SvnQuestion, limit: number): Promise<GitEnd>
  /** The same for a command that writes to disk, ended where `watch` says why. */
  watched(question: SvnQuestion, watch: Parameters<Git['watched']>[1]): Promise<Pick<GitEnd, 'code' | 'stderr'>>
}

export interface SvnOptions {
  readonly start: StartProgram
  readonly environment: Readonly<Record<string, string | undefined>>
  /** A directory that svn may fill with configuration of its own. */
  readonly home: string
  readonly reach: Reach
}

/** Answers what asks the repository at a root. */
export function svn({ start, environment, home, reach }: SvnOptions): (root: RepositoryRoot) => Svn {
  const names = ['PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR']
  const kept = names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]] as const]))
  // Names of files are bytes to the system, and characters to svn.
  const always = { ...Object.fromEntries(kept), LC_ALL: 'C.UTF-8', HOME: home, SVN_SSH: 'false' }
  const program = versionControl(start, {
    program: 'svn',
    missing: 'program-missing',
    cwd: () => '/',
    environment: ({ access }) =>
      access?.user ? { ...access.user, LC_ALL: 'C.UTF-8' } : { ...always, ...access?.environment },
  })
  return (root) => {
    const asking = <T>(question: SvnQuestion, use: (call: GitCall) => Promise<T>) =>
      reach(root, (access) => use(callOf({ root, access, home }, question)))
    return {
      url: root.url,
      ask: (question, limit) => asking(question, (call) => program.run(call, limit)),
      watched: (question, watch) => asking(question, (call) => program.watched(call, watch)),
    }
  }
}

interface Asking {
  readonly root: RepositoryRoot
  readonly access: ProgramAccess
  readonly home: string
}

/** No port of any machine. */
const nowhere = { host: '127.0.0.1', port: 1 }

function callOf({ root, access, home }: Asking, question: SvnQuestion): GitCall {
  const { args, path, revision, target, asked, timeoutMs } = question
  const { login, ssh, proxy = nowhere, url = root.url, user } = access
  const [command, ...options] = args
  const below = path === '' ? '' : `/${path.split('/').map(encodeURIComponent).join('/')}`
  const settings = [
    ...[
      'servers:global:ssl-trust-default-ca=yes',
      'servers:global:store-auth-creds=no',
      'config:auth:password-stores=',
    ],
    `servers:global:http-proxy-host=${proxy.host}`,
    `servers:global:http-proxy-port=${proxy.port}`,
  ]
  const closed = ['--config-dir', join(home, 'svn'), ...settings.flatMap((each) => ['--config-option', each])]
  const always = ['--non-interactive', '--no-auth-cache', ...(user ? [] : closed)]
  return {
    // What a message must not show: it is where the gate keeps things.
    repository: home,
    args: [
      ...[command, ...options, ...always],
      ...(login ? ['--username', login.user, '--password-from-stdin'] : []),
      // A path may have an `@` in it; behind the last one stands the revision.
      ...['--', `${url}${below}@${revision ?? 'HEAD'}`, ...(target === undefined ? [] : [target])],
    ],
    ...(login ? { input: login.password } : {}),
    access: {
      ...(user ? { user } : {}),
      environment: ssh === undefined ? {} : { SVN_SSH: ssh },
      config: login ? [['password', login.password]] : [],
    },
    asked: `${asked} of ${root.url}`,
    who: root.url,
    timeoutMs,
  }
}
