/** Repositories of the version control systems that are switched on, constructed. */

import { join } from 'node:path'
import type { ServeConfig } from '../config/index.ts'
import { systemRunner } from '../core/child-process.ts'
import { programStarter } from '../core/program.ts'
import { systemClock } from '../core/system.ts'
import type { VersionControl } from '../core/version-control.ts'
import type { Credentials } from '../source/credentials/credentials.ts'
import { sshCommand } from '../source/credentials/git-access.ts'
import type { Way } from '../source/direct.ts'
import { pinningGit } from '../source/discovery/pinning-git.ts'
import { programReach } from '../source/discovery/program-reach.ts'
import { proxyFor } from '../source/discovery/proxied-hosts.ts'
import { repositoryAccess } from '../source/discovery/repository-access.ts'
import { fossilRepositories } from '../source/vcs/fossil-repositories.ts'
import type { FetchReport } from '../source/vcs/git-fetch.ts'
import { gitRepositories } from '../source/vcs/git-repositories.ts'
import { hgRepositories } from '../source/vcs/hg-repositories.ts'
import type { ProgramOptions } from '../source/vcs/program-access.ts'
import { repositories } from '../source/vcs/repositories.ts'
import { svnRepositories } from '../source/vcs/svn-repositories.ts'
import type { VcsSourceOptions } from '../source/vcs/vcs-source.ts'
import type { DataDirectory } from '../store/data-directory.ts'
import type { Ways } from './discovery-parts.ts'
import { vcsIn } from './mirror-parts.ts'

export interface RepositoryPartsOptions {
  readonly directory: DataDirectory
  readonly way: Way
  readonly ways: Ways
  /** As whom, on this way. */
  readonly credentials: Credentials
  readonly report: ((report: FetchReport) => void) | undefined
}

/** No program is started before it is needed. */
export function repositoryParts(config: ServeConfig, options: RepositoryPartsOptions): VcsSourceOptions['repository'] {
  const { directory, way, ways, credentials, report } = options
  const commonTo = (vcs: VersionControl) => ({
    // What was fetched with our credentials is not for whoever names the same URL.
    directory: join(vcsIn(directory), `${vcs}-${way}`),
    owner: directory.spool,
    start: programStarter(),
    clock: systemClock,
    environment: process.env,
    ...(report ? { report } : {}),
  })
  const git = () =>
    gitRepositories({
      ...commonTo('git'),
      ...repositoryAccess({
        ...ways,
        credentials,
        ssh: sshCommand,
        requirePin: pinningGit(systemRunner),
        provesAbsence: way === 'public',
      }),
      ...(config.insecure === '' ? {} : { protocols: ['https', 'ssh', 'http'] as const }),
    })
  const reach = programReach({ hosts: ways.hosts, credentials, ssh: sshCommand, proxyFor: proxyFor(process.env) })
  const of = (vcs: VersionControl): ProgramOptions => ({ ...commonTo(vcs), reach })
  const makers: Readonly<Record<VersionControl, () => VcsSourceOptions['repository']>> = {
    git,
    hg: () => hgRepositories(of('hg')),
    svn: () => svnRepositories(of('svn')),
    fossil: () => fossilRepositories(of('fossil')),
  }
  return repositories(Object.fromEntries(config.versionControls.map((vcs) => [vcs, makers[vcs]()])))
}
