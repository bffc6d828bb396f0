/**
 * The world in which fossil runs: a home of its own, no hooks, and no address but the one that was checked. Fossil takes a password in its
 * arguments or from a terminal only, so it goes as nobody.
 */

import type { StartProgram } from '../../core/ports.ts'
import { versionControl, type Git, type GitCall } from './git-command.ts'
import type { ProgramAccess } from './program-access.ts'

/** Runs fossil in the directory of a mirror, which is its home as well. */
export type Fossil = Git

/** The clone in a mirror's directory. */
export const cloneName = 'clone.fossil'

export function fossil(start: StartProgram, inherited: Readonly<Record<string, string | undefined>>): Fossil {
  const names = ['PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR']
  const kept = names.flatMap((name) => (inherited[name] === undefined ? [] : [[name, inherited[name]] as const]))
  const always = { ...Object.fromEntries(kept), LC_ALL: 'C', USER: 'modgate', FOSSIL_USER: 'modgate' }
  return versionControl(start, {
    program: 'fossil',
    missing: 'program-missing',
    cwd: ({ repository }) => repository,
    environment: ({ repository, access }) =>
      access?.user
        ? { ...access.user, LC_ALL: 'C' }
        : { ...always, HOME: repository, FOSSIL_HOME: repository, ...(access?.environment ?? viaProxy(undefined)) },
  })
}

/** No port of any machine. */
const nowhere = { host: '127.0.0.1', port: 1 }

/** The way of one connection, in fossil's words. */
export function viaProxy(proxy: ProgramAccess['proxy']): NonNullable<GitCall['access']>['environment'] & object {
  const { host, port } = proxy ?? nowhere
  return { http_proxy: `http://${host}:${port}` }
}
