/** What of git's settings decides whether the go command can fetch a module from its own host. */

import { programOnPath, type Machine } from '../../config/index.ts'
import type { Runner } from '../../core/ports.ts'
import { readGitConfig, subsections } from './git-config.ts'

export interface GitSettings {
  /** Whether a git program is in the PATH: without one nothing can be fetched directly. */
  readonly there: boolean
  /** URLs that git replaces before it asks anybody: what begins with `from` begins with `to` then. */
  readonly insteadOf: readonly { readonly from: string; readonly to: string }[]
  /** Names of credential helpers, without their arguments. */
  readonly credentialHelpers: readonly string[]
  /** Where certificates are not checked: `every host`, or the URLs of `http.<url>.sslVerify`. */
  readonly unchecked: readonly string[]
}

/** Settings that hold in the working directory. Where git is not there, or refuses, nothing is set. */
export async function readGitSettings(machine: Machine, runner: Runner): Promise<GitSettings> {
  const program = await programOnPath(machine, machine.platform === 'win32' ? 'git.exe' : 'git')
  const config = program && (await readGitConfig(runner, machine.cwd))
  if (!config) return { there: program !== undefined, insteadOf: [], credentialHelpers: [], unchecked: [] }
  const off = (value: string | undefined) => /^(false|no|off|0)$/i.test(value ?? '')
  const everywhere =
    off(config.get('http.sslverify')?.at(-1)) || (machine.environment['GIT_SSL_NO_VERIFY'] ?? '') !== ''
  const helpers = [
    ...(config.get('credential.helper') ?? []),
    ...subsections(config, 'credential', 'helper').map(([, value]) => value),
  ]
  return {
    there: true,
    insteadOf: subsections(config, 'url', 'insteadof').map(([to, from]) => ({ from, to })),
    credentialHelpers: [...new Set(helpers.map((helper) => helper.split(' ')[0]!).filter((name) => name !== ''))],
    unchecked: [
      ...(everywhere ? ['every host'] : []),
      ...subsections(config, 'http', 'sslverify').flatMap(([url, value]) => (off(value) ? [url] : [])),
    ],
  }
}
