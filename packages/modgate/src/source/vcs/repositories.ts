/** Repositories of all version control systems that are switched on. git is, the others are for those who name them. */

import { Failure } from '../../core/failure.ts'
import type { VersionControl } from '../../core/version-control.ts'
import type { RepositoryRoot } from '../discovery/repository-root.ts'
import type { Repository } from './code-host.ts'

type Repositories = (root: RepositoryRoot) => Repository

/** The repository at a root. Throws a Failure `vcs-unsupported` where its system is switched off, with the setting that switches it on. */
export function repositories(on: Partial<Readonly<Record<VersionControl, Repositories>>>): Repositories {
  return (root) => {
    const { vcs } = root
    const own = vcs === 'mod' ? undefined : on[vcs]
    if (own) return own(root)
    throw new Failure('vcs-unsupported', {
      asked: root.root,
      who: 'modgate, --vcs',
      why: `the module is kept in ${vcs}, which is switched off`,
      next: `name it in --vcs (MODGATE_VCS): ${[...Object.keys(on), vcs].join()}; the program ${vcs} has to be in the PATH of the gate`,
    })
  }
}

/** A repository in memory is its names and what was read of its commits. */
const maxKnown = 1_000

/** The same repository for the same URL; the one that was not asked for the longest is forgotten first. */
export function byUrl(make: Repositories): Repositories {
  const known = new Map<string, Repository>()
  return (root) => {
    const repository = known.get(root.url) ?? make(root)
    known.delete(root.url)
    known.set(root.url, repository)
    for (const oldest of known.keys()) {
      if (known.size <= maxKnown) break
      known.delete(oldest)
    }
    return repository
  }
}
