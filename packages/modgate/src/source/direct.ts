/**
 * `direct`: a module from where its path leads (https://go.dev/ref/mod#vcs), from its repository or from the module proxy that its page
 * names. Credentials are for private modules alone: a stranger's page may name one of our repositories as its own.
 */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { describeRequest } from './describe.ts'
import type { FindRoot, RepositoryRoot } from './discovery/repository-root.ts'
import { vcsSource, type VcsSourceOptions } from './vcs/vcs-source.ts'

export interface DirectOptions {
  readonly findRoot: FindRoot
  /** GOPRIVATE grammar. */
  readonly private: string
  /** Repositories of private modules, as whoever the gate is there; and those of everybody else, as a stranger. */
  readonly repositories: Readonly<Record<'private' | 'public', VcsSourceOptions['repository']>>
  /** Module proxies that pages name, likewise. */
  readonly proxies: Readonly<Record<'private' | 'public', (url: URL) => Source>>
  readonly temporary: string
}

export function direct(options: DirectOptions): Source {
  const { repositories, temporary, proxies } = options
  const sourceAt = (root: RepositoryRoot, kind: 'private' | 'public'): Source =>
    root.vcs === 'mod'
      ? proxies[kind](new URL(root.url))
      : vcsSource({ findRoot: async () => root, repository: repositories[kind], temporary })
  return {
    async get(request, context) {
      if (request.kind === 'sumdb') {
        const why = 'a repository has no checksum database'
        throw new Failure('database-unknown', { asked: describeRequest(request), who: 'direct', why })
      }
      const root = await options.findRoot(request.path, context)
      const kind = matchPrefixPatterns(options.private, request.path) ? 'private' : 'public'
      return sourceAt(root, kind).get(request, context)
    },
  }
}
