/**
 * The world in which git runs: nothing of the machine's or a user's configuration, no prompt, no hook, no filter, no second protocol.
 *
 * All settings travel in the environment and none in arguments, since anybody on the machine can read those. A repository brings no
 * configuration of its own over the network, and what it brings in files (`.gitattributes`, `.gitmodules`) names programs that only
 * configuration could define.
 */

import { basename } from 'node:path'
import { ownerVariable } from '../../store/orphans.ts'
import { gitConfig, sshCommand } from '../credentials/git-access.ts'

/** What a caller adds for one repository: credentials, an address to connect to. Never shown. */
export interface RemoteAccess {
  /** Where the repository is now, if not at its own URL. git reads from the first URL of a remote, so there is one only. */
  readonly url?: string
  /** Variables: GIT_SSH_COMMAND, SSH_AUTH_SOCK. */
  readonly environment?: Readonly<Record<string, string>>
  /** The environment of the user on whose behalf hg, svn or fossil goes there, in place of a closed one. */
  readonly user?: Readonly<Record<string, string>>
  /** Settings in git's spelling, which win over all others: `http.https://git.example/.extraHeader`. */
  readonly config?: readonly (readonly [key: string, value: string])[]
}

/** The whole environment of one git process that works on a repository on disk. Without access it can reach no other machine. */
export type GitEnvironment = (repository: string, access?: RemoteAccess) => Record<string, string>

/** Protocols that git may speak. http and file are for those who ask for them. */
export type GitProtocol = 'https' | 'ssh' | 'http' | 'file'

export interface GitWorld {
  /** The environment of this process: what programs are found by, proxies and certificates are taken from it, the rest is not. */
  readonly inherited: Readonly<Record<string, string | undefined>>
  readonly protocols: readonly GitProtocol[]
  /** The spool directory of this process: who finds it dead knows by it what it left running. */
  readonly owner: string
  /** An empty directory, or one that does not exist. */
  readonly home: string
}

const inheritedNames = [
  'PATH',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_EXEC_PATH',
  ...['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]),
]

const settings: readonly (readonly [key: string, value: string])[] = [
  ['protocol.version', '2'],
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.askPass', ''],
  ['credential.helper', ''],
  ['credential.interactive', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['log.showSignature', 'false'],
  // Packs appear whole, where loose objects would appear one by one.
  ['fetch.unpackLimit', '1'],
  ['fetch.recurseSubmodules', 'no'],
  ['submodule.recurse', 'false'],
  // A server must not send git on to an address that nobody checked.
  ['http.followRedirects', 'false'],
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '60'],
  // The line endings that Go asks for, whatever system this is (codehost/git.go, ReadZip).
  ['core.autocrlf', 'input'],
  ['core.eol', 'lf'],
]

/** The whole environment of one git process. Without `access` it can reach no other machine. */
export function gitEnvironment(world: GitWorld, repository: string, access?: RemoteAccess): Record<string, string> {
  const inherited = inheritedNames.flatMap((name) => {
    const value = world.inherited[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    HOME: world.home,
    XDG_CONFIG_HOME: world.home,
    GIT_DIR: repository,
    [ownerVariable]: basename(world.owner),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_SSH_COMMAND: sshCommand({ config: [], ssh: ['-F', 'none'] }),
    GIT_ALLOW_PROTOCOL: access === undefined ? '' : world.protocols.join(':'),
    ...access?.environment,
    ...gitConfig([...settings, ...(access?.config ?? [])]),
  }
}
