/**
 * The world in which hg runs (Mercurial): no configuration of the machine, a user or a repository, and so no extension, hook, merge tool or
 * subrepository; no question, no address but the one that was checked.
 *
 * What is secret travels in a configuration file of its own that only this process's user may read, since hg has no other way for it.
 */

import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StartProgram } from '../../core/ports.ts'
import { storeFailure } from '../../store/store-failure.ts'
import { versionControl, type Git, type GitCall } from './git-command.ts'
import type { ProgramAccess } from './program-access.ts'

export interface HgWorld {
  /** The environment of this process: what programs are found by and certificates are taken from it, the rest is not. */
  readonly inherited: Readonly<Record<string, string | undefined>>
  /** An empty directory, or one that does not exist. */
  readonly home: string
}

/** Whoever runs it: words that do not depend on him, and no configuration in the repository. */
const plain = { LC_ALL: 'C', HGRCSKIPREPO: '1', HGPLAIN: '1', HGENCODING: 'UTF-8' } as const

/** Runs hg in a repository on disk. */
export type Hg = Git

export function hg(start: StartProgram, { inherited, home }: HgWorld): Hg {
  const names = ['PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR']
  const kept = names.flatMap((name) => (inherited[name] === undefined ? [] : [[name, inherited[name]] as const]))
  const always = {
    ...Object.fromEntries(kept),
    ...{ HOME: home, XDG_CONFIG_HOME: home },
    // Empty: not even the system's configuration.
    HGRCPATH: '',
    ...plain,
  }
  return versionControl(start, {
    program: 'hg',
    missing: 'program-missing',
    cwd: ({ repository }) => repository,
    environment: ({ access }) => (access?.user ? { ...access.user, ...plain } : { ...always, ...access?.environment }),
  })
}

const settings = [
  'ui.interactive=no',
  'ui.timeout=30',
  // A server must not send hg on to a place that nobody checked.
  'ui.clonebundles=no',
  'subrepos.allowed=no',
  'ui.archivemeta=no',
]

/** A command with its options, and behind them what somebody else chose: nothing of that is read as an option. */
export function hgArgs(
  [command, ...options]: readonly [command: string, ...options: string[]],
  ...operands: readonly string[]
): readonly string[] {
  return [command, ...settings.map((setting) => `--config=${setting}`), ...options, '--', ...operands]
}

/** No port of any machine: whatever hg would fetch besides, by a proxy that is none, it does not get. */
const nowhere = { host: '127.0.0.1', port: 1 }

/**
 * Runs `use` with the access as hg is given it: a configuration file below `directory`, which is removed afterwards. Throws a Failure
 * `store-failed` where it cannot be written.
 */
export async function withHgAccess<T>(
  { url, access, directory }: { readonly url: string; readonly access: ProgramAccess; readonly directory: string },
  use: (access: NonNullable<GitCall['access']>) => Promise<T>,
): Promise<T> {
  if (access.user) return use({ user: access.user })
  const file = join(directory, `hgrc-${randomBytes(8).toString('hex')}`)
  try {
    await writeFile(file, hgrc(url, access), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw storeFailure('configuration for hg', error)
  }
  try {
    const { password = '' } = access.login ?? {}
    return await use({ environment: { HGRCPATH: file }, config: password === '' ? [] : [['password', password]] })
  } finally {
    await rm(file, { force: true }).catch(() => undefined)
  }
}

function hgrc(url: string, { proxy = nowhere, login, ssh }: ProgramAccess): string {
  const sections: readonly (readonly [section: string, lines: Readonly<Record<string, string>>])[] = [
    ['http_proxy', { host: `${proxy.host}:${proxy.port}`, always: 'yes' }],
    ['ui', ssh === undefined ? {} : { ssh }],
    ['auth', login ? { 'own.prefix': url, 'own.username': login.user, 'own.password': login.password } : {}],
  ]
  const written = ([key, value]: readonly [string, string]) => `${key} = ${value}`
  return sections.map(([name, lines]) => [`[${name}]`, ...Object.entries(lines).map(written), ''].join('\n')).join('')
}
