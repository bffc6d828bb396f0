/**
 * The world in which git runs for somebody at his own machine: with his configuration, his logins and his ways, as the go command runs it.
 *
 * That is so where git goes to a repository. What it does with a mirror afterwards has to come out the same for everybody, and is done in
 * the closed world of git-environment.ts.
 */

import { basename } from 'node:path'
import { ownerVariable } from '../../store/orphans.ts'
import { gitEnvironment, type GitEnvironment, type GitWorld } from './git-environment.ts'

/** Variables that say which repository git works on: whoever is called from a hook of git has them. */
const ofRepository = [
  ...['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_NAMESPACE', 'GIT_COMMON_DIR', 'GIT_CONFIG'],
  ...['GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_QUARANTINE_PATH', 'GIT_SHALLOW_FILE'],
  ...['GIT_GRAFT_FILE', 'GIT_REPLACE_REF_BASE', 'GIT_INTERNAL_SUPER_PREFIX', 'GIT_IMPLICIT_WORK_TREE'],
]

/** What a mirror needs whatever the user has configured: nothing of it decides how a repository is reached. */
const settings: readonly (readonly [key: string, value: string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  // Packs appear whole, where loose objects would appear one by one.
  ['fetch.unpackLimit', '1'],
  ['fetch.prune', 'false'],
  ['fetch.pruneTags', 'false'],
  ['fetch.recurseSubmodules', 'no'],
  ['fetch.writeCommitGraph', 'false'],
  ['submodule.recurse', 'false'],
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '60'],
]

/** Environments of git with what `world.inherited` says of the user, where it goes to a repository; closed ones where it does not. */
export function userGitEnvironment(world: GitWorld): GitEnvironment {
  const user = Object.fromEntries(
    Object.entries(world.inherited).flatMap(([name, value]) =>
      value === undefined || ofRepository.includes(name) ? [] : [[name, value] as const],
    ),
  )
  return (repository, access) => {
    if (access === undefined) return gitEnvironment(world, repository)
    return {
      // Who works in a terminal is not asked there, unless he has said so: a download is no dialogue.
      GIT_TERMINAL_PROMPT: '0',
      GCM_INTERACTIVE: 'never',
      ...user,
      // Messages are shown, and told apart by nobody.
      LC_ALL: 'C',
      GIT_DIR: repository,
      [ownerVariable]: basename(world.owner),
      GIT_LFS_SKIP_SMUDGE: '1',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_OPTIONAL_LOCKS: '0',
      ...access.environment,
      ...addedConfig(user, [...settings, ...(access.config ?? [])]),
    }
  }
}

/** Settings behind those that the user's environment has, which count as long as nobody says otherwise. */
function addedConfig(
  user: Readonly<Record<string, string>>,
  config: readonly (readonly [key: string, value: string])[],
): Readonly<Record<string, string>> {
  const given = Number(user['GIT_CONFIG_COUNT'] ?? '')
  const start = Number.isSafeInteger(given) && given > 0 ? given : 0
  const pairs = config.flatMap(([key, value], index): [string, string][] => [
    [`GIT_CONFIG_KEY_${start + index}`, key],
    [`GIT_CONFIG_VALUE_${start + index}`, value],
  ])
  return { ...Object.fromEntries(pairs), GIT_CONFIG_COUNT: String(start + config.length) }
}
