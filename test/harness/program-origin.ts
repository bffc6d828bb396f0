/** Repositories behind a server of their own program, a source over them, and the real go in front of the same. */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Source } from '../../packages/modgate/src/core/ports.ts'
import { programStarter } from '../../packages/modgate/src/core/program.ts'
import { systemClock } from '../../packages/modgate/src/core/system.ts'
import { publicAnd, systemResolver } from '../../packages/modgate/src/source/address-guard.ts'
import { credentials } from '../../packages/modgate/src/source/credentials/credentials.ts'
import { sshCommand } from '../../packages/modgate/src/source/credentials/git-access.ts'
import { sshAccess } from '../../packages/modgate/src/source/credentials/ssh-access.ts'
import { programReach } from '../../packages/modgate/src/source/discovery/program-reach.ts'
import { repositoryHosts } from '../../packages/modgate/src/source/discovery/repository-host.ts'
import type { FindRoot, RepositoryRoot } from '../../packages/modgate/src/source/discovery/repository-root.ts'
import type { Repository } from '../../packages/modgate/src/source/vcs/code-host.ts'
import type { ProgramOptions, Reach } from '../../packages/modgate/src/source/vcs/program-access.ts'
import { vcsSource } from '../../packages/modgate/src/source/vcs/vcs-source.ts'
import { Failure } from '../../packages/modgate/src/core/failure.ts'
import { openDataDirectory } from '../../packages/modgate/src/store/data-directory.ts'
import type { Found } from '../../tools/components/index.ts'
import { importPages, type NamedRepository } from './git-origin.ts'
import { goClient, type GoClient } from './go-client.ts'
import { temporaryDirectory } from './temporary.ts'

/** A way to repositories on the loopback, by the same checks as those of a gate. */
export function loopbackReach(networks: readonly string[] = ['127.0.0.0/8']): Reach {
  const guard = { allows: publicAnd(networks), resolve: systemResolver }
  return programReach({
    hosts: repositoryHosts({ guard, isInsecure: () => true, proxied: () => false }),
    credentials: credentials([], sshAccess([])),
    ssh: sshCommand,
    proxyFor: () => undefined,
  })
}

export interface ProgramSource {
  readonly make: (options: ProgramOptions) => (root: RepositoryRoot) => Repository
  readonly repositories: readonly (NamedRepository & Pick<RepositoryRoot, 'vcs'>)[]
  readonly options?: Partial<ProgramOptions>
}

/** A source with nothing fetched yet. */
export async function programSource(t: TestContext, { make, repositories, options }: ProgramSource): Promise<Source> {
  const data = await openDataDirectory(await temporaryDirectory(t))
  t.after(() => data.close())
  const repository = make({
    directory: join(data.root, 'vcs', 'programs'),
    owner: data.spool,
    start: programStarter(),
    clock: systemClock,
    environment: { PATH: process.env['PATH'] },
    reach: loopbackReach(),
    goodMs: 600_000,
    ...options,
  })
  const findRoot: FindRoot = async (path) => {
    const found = repositories.find(({ root }) => path === root || path.startsWith(`${root}/`))
    if (found === undefined) throw new Failure('module-not-found', { asked: path, who: 'test', why: 'no repository' })
    return { vcs: found.vcs, url: found.url, root: found.root, subdirectory: found.subdirectory ?? '' }
  }
  return vcsSource({ findRoot, repository })
}

/** The real go, which finds the same repositories by pages. */
export async function directProgramGo(
  t: TestContext,
  { toolchain, repositories }: { readonly toolchain: Found; readonly repositories: readonly NamedRepository[] },
): Promise<GoClient> {
  const go = await goClient(t, { toolchain, proxy: 'direct', sumdb: 'off' })
  const home = await temporaryDirectory(t)
  await mkdir(join(home, 'fossil'))
  const pages = await importPages(t, repositories)
  const settings = { GOINSECURE: '*', GOVCS: '*:all', GOFLAGS: '-modcacherw' }
  const programs = { HGRCPATH: '', HGPLAIN: '1', FOSSIL_HOME: join(home, 'fossil'), USER: 'go' }
  Object.assign(go.env, { HTTPS_PROXY: pages, NO_PROXY: '127.0.0.1', ...settings, ...programs })
  return go
}
