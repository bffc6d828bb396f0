/** The corpus of repositories on disk, a source over it, and the real go in front of the same repositories. */

import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { readAll } from '../../packages/modgate/src/core/body.ts'
import type { Context } from '../../packages/modgate/src/core/context.ts'
import { Failure } from '../../packages/modgate/src/core/failure.ts'
import type { Source, StartProgram } from '../../packages/modgate/src/core/ports.ts'
import { programStarter } from '../../packages/modgate/src/core/program.ts'
import { systemClock } from '../../packages/modgate/src/core/system.ts'
import { gitRepositories, type GitOptions } from '../../packages/modgate/src/source/vcs/git-repositories.ts'
import type { FindRoot } from '../../packages/modgate/src/source/discovery/repository-root.ts'
import { vcsSource } from '../../packages/modgate/src/source/vcs/vcs-source.ts'
import { openDataDirectory } from '../../packages/modgate/src/store/data-directory.ts'
import type { Found } from '../../tools/components/index.ts'
import { loopbackCertificate } from './certificate.ts'
import type { CorpusRepository } from './git-corpus.ts'
import { gitIn, makeRepository } from './git-repository.ts'
import { goClient, type GoClient } from './go-client.ts'
import { connectProxy } from './known-failures/servers.ts'
import { temporaryDirectory } from './temporary.ts'

export interface GitOrigin {
  readonly directory: string
  /** The setting that sends git to the repositories on disk instead of to their URLs. */
  readonly insteadOf: readonly [key: string, value: string]
  readonly findRoot: FindRoot
}

/** Repositories on disk: that of `https://github.com/corpus/x` is in `corpus/x`. */
export async function gitOrigin(t: TestContext, corpus: readonly CorpusRepository[]): Promise<GitOrigin> {
  const directory = await temporaryDirectory(t)
  const byUrl = new Map(corpus.map((repository) => [repository.url, repository]))
  for (const { url, history, format, detached } of byUrl.values()) {
    const place = join(directory, new URL(url).pathname)
    makeRepository(place, history, format)
    if (detached === undefined) continue
    gitIn(place, ['update-ref', '--no-deref', 'HEAD', `refs/heads/${detached}`])
    gitIn(place, ['update-ref', '-d', `refs/heads/${detached}`])
  }
  return {
    directory,
    insteadOf: [`url.${pathToFileURL(directory).href}/.insteadOf`, 'https://github.com/'],
    findRoot: async (path) => {
      const found = corpus.find(({ root }) => path === root || path.startsWith(`${root}/`))
      const details = { asked: path, who: 'test', why: 'no such repository' }
      if (found === undefined) throw new Failure('module-not-found', details)
      return { vcs: 'git', url: found.url, root: found.root, subdirectory: found.subdirectory ?? '' }
    },
  }
}

/** A request's context that nobody gives up. */
export const patientContext = (signal: AbortSignal = new AbortController().signal): Context => ({
  id: 'test',
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal,
  cachedOnly: false,
})

export interface TestSourceOptions extends Partial<
  Pick<GitOptions, 'limits' | 'refsMs' | 'access' | 'ask' | 'protocols' | 'environment' | 'lookAgain' | 'report'>
> {
  readonly start?: StartProgram
  readonly findRoot?: FindRoot
  /** A data directory that others use too. */
  readonly data?: string
}

/** A source over the repositories of an origin, with nothing fetched yet. */
export async function gitSource(t: TestContext, origin: GitOrigin, options: TestSourceOptions = {}): Promise<Source> {
  const data = await openDataDirectory(options.data ?? (await temporaryDirectory(t)))
  t.after(() => data.close())
  const { start = programStarter(), findRoot = origin.findRoot, ...more } = options
  const repository = gitRepositories({
    directory: join(data.root, 'vcs', 'git'),
    owner: data.spool,
    start,
    clock: systemClock,
    environment: { PATH: process.env['PATH'] },
    access: async () => ({ config: [origin.insteadOf] }),
    protocols: ['https', 'file'],
    ...more,
  })
  return vcsSource({ findRoot, repository })
}

/** The bytes of an answer, or the failure. */
export async function answerOf(source: Source, request: ModuleRequest): Promise<Uint8Array | Failure> {
  try {
    const { body } = await source.get(request, patientContext())
    return await readAll(body, 1 << 30, () => new Error('too large'))
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

/** The real go, which finds the same repositories, and pages for names that are not github.com's. */
export async function directGo(
  t: TestContext,
  { toolchain, origin, corpus }: { toolchain: Found; origin: GitOrigin; corpus: readonly CorpusRepository[] },
): Promise<GoClient> {
  const go = await goClient(t, { toolchain, proxy: 'direct', sumdb: 'off' })
  const pages = await importPages(
    t,
    corpus.map((repository) => ({ vcs: 'git', ...repository })),
  )
  Object.assign(go.env, {
    HTTPS_PROXY: pages,
    GOINSECURE: '*',
    GOFLAGS: '-modcacherw',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: origin.insteadOf[0],
    GIT_CONFIG_VALUE_0: origin.insteadOf[1],
    GIT_ALLOW_PROTOCOL: 'https:file',
  })
  return go
}

/** What a page says of a repository. */
export interface NamedRepository extends Pick<CorpusRepository, 'root' | 'url' | 'subdirectory'> {
  readonly vcs: string
}

/** An HTTP proxy behind which every host answers with the go-import tags of the corpus. */
export async function importPages(t: TestContext, corpus: readonly NamedRepository[]): Promise<string> {
  const tags = (host: string) =>
    corpus
      .filter(({ root }) => root.startsWith(`${host}/`))
      .map(
        ({ root, vcs, url, subdirectory = '' }) =>
          `<meta name="go-import" content="${root} ${vcs} ${url} ${subdirectory}">`,
      )
  const server = createServer(await loopbackCertificate(t), (request, response) =>
    response.end(`<html><head>${tags(request.headers.host ?? '').join('\n')}</head></html>`),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return connectProxy(t, (server.address() as AddressInfo).port)
}
