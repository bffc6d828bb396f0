/**
 * What git is handed so that it reaches a repository as it was checked, and as whom. All of it goes through the environment: arguments of
 * a process can be read by everybody on the machine, its environment by its owner alone.
 */

import { shellWord } from '../../core/shell-word.ts'

/** Configuration and ssh options, for one repository. */
export interface GitAccess {
  /** `git config` keys and values; some may be secret. */
  readonly config: readonly (readonly [key: string, value: string])[]
  /** Arguments of ssh, before its own. */
  readonly ssh: readonly string[]
}

/**
 * GIT_SSH_COMMAND: ssh never asks anybody anything, and knows no host that is not known already, unless an access says otherwise: its
 * first word on an option counts. git gives the text to a shell.
 */
export function sshCommand(...accesses: readonly GitAccess[]): string {
  const lasting = ['-o', 'ConnectTimeout=30', '-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=4']
  const own = accesses.flatMap((access) => access.ssh)
  return ['ssh', ...own, '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes', ...lasting].map(shellWord).join(' ')
}

/** Configuration as git reads it from its environment, which counts more than any file. */
export function gitConfig(config: GitAccess['config']): Readonly<Record<string, string>> {
  const pairs = config.flatMap(([key, value], index): [string, string][] => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return { ...Object.fromEntries(pairs), GIT_CONFIG_COUNT: String(config.length) }
}
