/**
 * Mercurial repositories by their URL: each has one mirror with all of its history, since hg has no way to fetch less. It is brought up to
 * date when somebody asks, once for all who ask within a few seconds.
 */

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { RepositoryRoot } from '../discovery/repository-root.ts'
import type { Repository } from './code-host.ts'
import { programRefused, type GitCall } from './git-command.ts'
import { gitMemory, smallMemoryBytes, type GitMemory } from './git-memory.ts'
import { mirrorOf, type Hold } from './git-mirror.ts'
import { touched } from './mirror-shelf.ts'
import { hg, hgArgs, withHgAccess, type Hg } from './hg-command.ts'
import { hgHost, type HgMoment } from './hg-host.ts'
import { namesOf } from './hg-read.ts'
import { moments } from './moment.ts'
import { defaultGoodMs, defaultProgramLimits, type ProgramLimits, type ProgramOptions } from './program-access.ts'
import { byUrl } from './repositories.ts'
import { watchedFetch } from './watched-fetch.ts'

/** Answers the Mercurial repository at a root. */
export function hgRepositories(options: ProgramOptions): (root: RepositoryRoot) => Repository {
  const program = hg(options.start, { inherited: options.environment, home: join(options.directory, 'home') })
  const memoryOf = gitMemory(smallMemoryBytes)
  return byUrl((root) => repositoryAt(options, root, { program, memoryOf }))
}

interface Shared {
  readonly program: Hg
  readonly memoryOf: (url: string) => GitMemory
}

function repositoryAt(options: ProgramOptions, root: RepositoryRoot, { program, memoryOf }: Shared): Repository {
  const { url } = root
  const limits = { ...defaultProgramLimits, ...options.limits }
  const directory = join(options.directory, createHash('sha256').update(url).digest('hex'))
  const make = (repository: string) => made(program, repository, url)
  const mirror = mirrorOf({ directory, owner: options.owner, url }, { name: 'whole', make })
  const memory = memoryOf(url)
  const read = async (): Promise<HgMoment> => {
    const repository = await mirror.exclusive(async (hold) => {
      await pulled({ options, root, program, limits }, hold)
      return hold.repository
    })
    const readable = { hg: program, url, repository, maxFiles: limits.files }
    return { mirror: readable, names: await namesOf(readable) }
  }
  const now = moments({ read, clock: options.clock, goodMs: options.goodMs ?? defaultGoodMs })
  return {
    async open(context) {
      const moment = await now(context)
      // Another process may have made a new mirror.
      const isGone = !(await touched(moment.mirror.repository))
      return hgHost(isGone ? await now({ ...context, fresh: true }) : moment, memory)
    },
  }
}

async function made(program: Hg, repository: string, url: string): Promise<void> {
  // The directory in which hg is started is the repository, and is not there yet.
  const call: GitCall = { repository: '/', args: hgArgs(['init'], repository), asked: `mirror of ${url}`, who: 'hg' }
  const end = await program.run(call, 64 << 10)
  if (end.code !== 0) throw programRefused('hg', call, end)
}

interface Pull {
  readonly options: ProgramOptions
  readonly root: RepositoryRoot
  readonly program: Hg
  readonly limits: ProgramLimits
}

/** Brings all that the repository has, as the go command does: also what has nothing in common with what was there before. */
async function pulled({ options, root, program, limits }: Pull, hold: Hold): Promise<void> {
  const { url } = root
  await options.reach(root, (access) =>
    withHgAccess({ url, access, directory: options.owner }, async (given) => {
      const call: GitCall = {
        repository: hold.repository,
        args: hgArgs(['pull', '--force', '--quiet'], access.url ?? url),
        access: given,
        asked: `history of ${url}`,
        who: url,
        timeoutMs: limits.fetchMs,
        uncleanly: hold.spoil,
      }
      const end = await watchedFetch({ program, call, limits, report: options.report }, hold)
      if (end.code !== 0) throw programRefused('hg', call, end)
    }),
  )
}
