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
 * The environment that hands over all of this (git 2.31): GIT_CONFIG_COUNT and its pairs, and GIT_SSH_COMMAND, in which ssh never asks
 * anybody anything and knows no host that is not known already, unless an access says otherwise: its first word on an option counts.
 */
export function gitEnvironment(...accesses: readonly GitAccess[]): Readonly<Record<string, string>> {
  const config = accesses.flatMap((access) => access.config)
  const ssh = [...accesses.flatMap((access) => access.ssh), '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes']
  return {
    ...gitConfig(config),
    // git gives this to a shell.
    GIT_SSH_COMMAND: ['ssh', ...ssh].map(shellWord).join(' '),
    GIT_TERMINAL_PROMPT: '0',
  }
}

/** Configuration as git reads it from its environment, which counts more than any file. */
export function gitConfig(config: GitAccess['config']): Readonly<Record<string, string>> {
  const pairs = config.flatMap(([key, value], index): [string, string][] => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return { ...Object.fromEntries(pairs), GIT_CONFIG_COUNT: String(config.length) }
}
