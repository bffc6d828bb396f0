/**
 * `direct`: a module from where its path leads (https://go.dev/ref/mod#vcs), from its repository or from the module proxy that its page
 * names. Credentials are for private modules alone, and for repositories at the host of the module's path: whoever writes a page may
 * name any of our repositories as its own.
 */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { describeRequest } from './describe.ts'
import type { FindRoot, RepositoryRoot } from './discovery/repository-root.ts'
import type { Repository } from './vcs/code-host.ts'
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
  /** As VcsSourceOptions has it. */
  readonly tellsMore?: boolean
  /** Told which repository a module came from. */
  readonly cameFrom?: (origin: { readonly path: string; readonly url: string }) => void
}

/** Where a module is. */
export interface Located {
  readonly root: RepositoryRoot
  readonly way: Way
  /** Undefined where the page names a module proxy. */
  readonly repository: Repository | undefined
}

export interface Direct extends Source {
  /** The repository of a module, as it is asked for the module; nothing of it is read. Throws what FindRoot throws. */
  locate(path: string, context: Context): Promise<Located>
}

export function direct(options: DirectOptions): Direct {
  const { repositories, proxies, tellsMore = false } = options
  const sourceAt = (root: RepositoryRoot, way: Way): Source =>
    root.vcs === 'mod'
      ? proxies[way](new URL(root.url))
      : vcsSource({ findRoot: async () => root, repository: repositories[way], tellsMore })
  return {
    async get(request, context) {
      if (request.kind === 'sumdb') {
        const why = 'a repository has no checksum database'
        throw new Failure('database-unknown', { asked: describeRequest(request), who: 'direct', why })
      }
      const root = await options.findRoot(request.path, context)
      const resource = await sourceAt(root, wayTo(root, request.path, options)).get(request, context)
      // A path below a repository has a list, an empty one, whether it is a module or not.
      if (root.vcs !== 'mod' && request.kind !== 'list') options.cameFrom?.({ path: request.path, url: root.url })
      return resource
    },
    async locate(path, context) {
      const root = await options.findRoot(path, context)
      const way = wayTo(root, path, options)
      return { root, way, repository: root.vcs === 'mod' ? undefined : repositories[way](root) }
    },
  }
}

function wayTo(root: RepositoryRoot, path: string, options: Pick<DirectOptions, 'private' | 'mayName'>): Way {
  if (!matchPrefixPatterns(options.private, path)) return 'public'
  const repository = new URL(root.url)
  const [host] = path.split('/')
  return repository.hostname === host || options.mayName(path, repository) ? 'private' : 'unknown'
}
