/**
 * `direct`: a module from where its path leads (https://go.dev/ref/mod#vcs), from its repository or from the module proxy that its page
 * names. Credentials are for private modules alone, and for repositories at the host of the module's path: whoever writes a page may
 * name any of our repositories as its own.
 */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { describeRequest } from './describe.ts'
import type { FindRoot, RepositoryRoot } from './discovery/repository-root.ts'
import { vcsSource, type VcsSourceOptions } from './vcs/vcs-source.ts'

export type Way = 'private' | 'unknown' | 'public'

export interface DirectOptions {
  readonly findRoot: FindRoot
  /** GOPRIVATE grammar. */
  readonly private: string
  /** Whether the page of a module may name a repository at another host that is read as whoever the gate is there. */
  readonly mayName: (path: string, repository: URL) => boolean
  /**
   * Repositories of private modules, as whoever the gate is there, or as nobody (`unknown`); and those of everybody else, as a stranger.
   */
  readonly repositories: Readonly<Record<Way, VcsSourceOptions['repository']>>
  /** Module proxies that pages name, likewise. */
  readonly proxies: Readonly<Record<Way, (url: URL) => Source>>
}

export function direct(options: DirectOptions): Source {
  const { repositories, proxies } = options
  const sourceAt = (root: RepositoryRoot, way: Way): Source =>
    root.vcs === 'mod'
      ? proxies[way](new URL(root.url))
      : vcsSource({ findRoot: async () => root, repository: repositories[way] })
  return {
    async get(request, context) {
      if (request.kind === 'sumdb') {
        const why = 'a repository has no checksum database'
        throw new Failure('database-unknown', { asked: describeRequest(request), who: 'direct', why })
      }
      const root = await options.findRoot(request.path, context)
      return sourceAt(root, wayTo(root, request.path, options)).get(request, context)
    },
  }
}

function wayTo(root: RepositoryRoot, path: string, options: Pick<DirectOptions, 'private' | 'mayName'>): Way {
  if (!matchPrefixPatterns(options.private, path)) return 'public'
  const repository = new URL(root.url)
  const [host] = path.split('/')
  return repository.hostname === host || options.mayName(path, repository) ? 'private' : 'unknown'
}
