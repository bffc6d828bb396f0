/**
 * Fossil repositories by their URL (Go: codehost/vcs.go): each has one clone, brought up to date when somebody asks. Go lists no tags of
 * it, but takes one that it is asked for by name; and it makes an empty zip of a directory, so that only the whole is a module.
 */

import { createHash } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../core/failure.ts'
import type { ProgramEnd } from '../../core/ports.ts'
import type { RepositoryRoot } from '../discovery/repository-root.ts'
import type { CodeHost, Repository, Revision } from './code-host.ts'
import { cloneName, fossil, viaProxy, type Fossil } from './fossil-command.ts'
import { archiveOf, checkInOf, namesOf, readFileOf, type FossilClone } from './fossil-read.ts'
import { programRefused, type GitCall } from './git-command.ts'
import { isThere } from './git-fetch.ts'
import { gitMemory, smallMemoryBytes, type GitMemory } from './git-memory.ts'
import { mirrorOf, type Hold } from './git-mirror.ts'
import { touched } from './mirror-shelf.ts'
import { moments } from './moment.ts'
import { defaultGoodMs, defaultProgramLimits, type ProgramLimits, type ProgramOptions } from './program-access.ts'
import { byUrl } from './repositories.ts'
import { unknownRevision } from './unknown-revision.ts'
import { watchedFetch } from './watched-fetch.ts'

/** Answers the Fossil repository at a root. */
export function fossilRepositories(options: ProgramOptions): (root: RepositoryRoot) => Repository {
  const program = fossil(options.start, options.environment)
  const memoryOf = gitMemory(smallMemoryBytes)
  return byUrl((root) => repositoryAt(options, root, { program, memoryOf }))
}

interface FossilMoment {
  readonly clone: FossilClone
  readonly names: ReadonlySet<string>
  /** Ids of check-ins are for ever, what a name leads to is not. */
  readonly sum: string
}

/** By all repositories. */
interface Shared {
  readonly program: Fossil
  readonly memoryOf: (url: string) => GitMemory
}

function repositoryAt(options: ProgramOptions, root: RepositoryRoot, { program, memoryOf }: Shared): Repository {
  const { url } = root
  const limits = { ...defaultProgramLimits, ...options.limits }
  const directory = join(options.directory, createHash('sha256').update(url).digest('hex'))
  const make = async (repository: string) => {
    await mkdir(repository, { recursive: true, mode: 0o700 })
  }
  const mirror = mirrorOf({ directory, owner: options.owner, url }, { name: 'whole', make })
  const memory = memoryOf(url)
  let count = 0
  const read = async (): Promise<FossilMoment> => {
    const repository = await mirror.exclusive(async (hold) => {
      await brought({ options, root, program, limits }, hold)
      return hold.repository
    })
    const clone = { fossil: program, url, repository, maxFiles: limits.files }
    return { clone, names: await namesOf(clone), sum: String(count++) }
  }
  const now = moments({ read, clock: options.clock, goodMs: options.goodMs ?? defaultGoodMs })
  return {
    async open(context) {
      const moment = await now(context)
      const isGone = !(await touched(moment.clone.repository))
      return fossilHost(isGone ? await now({ ...context, fresh: true }) : moment, memory)
    },
  }
}

interface Bringing {
  readonly options: ProgramOptions
  readonly root: RepositoryRoot
  readonly program: Fossil
  readonly limits: ProgramLimits
}

/**
 * Clones what is not there yet, whole or not at all; pulls what came since. A pull that could not reach anybody ends like any other, and
 * says so in words only: where it has said anything at all, a clone tells whether the repository can be had.
 */
async function brought(bringing: Bringing, hold: Hold): Promise<void> {
  const clone = join(hold.repository, cloneName)
  if (await isThere(clone)) {
    const end = await run(bringing, hold, (url) => ['pull', '--no-th-hook', '-R', cloneName, '--once', '--', url])
    if (end.code === 0 && end.stderr.trim() === '') return
  }
  const half = `half-${cloneName}`
  await rm(join(hold.repository, half), { force: true })
  const options = ['--no-th-hook', '--once', '--no-open', '--admin-user', 'modgate']
  const end = await run(bringing, hold, (url) => ['clone', ...options, '--', url, half])
  if (end.code !== 0) throw end.refused()
  await rename(join(hold.repository, half), clone)
}

async function run(
  { options, root, program, limits }: Bringing,
  hold: Hold,
  args: (url: string) => readonly string[],
): Promise<ProgramEnd & { readonly refused: () => Failure }> {
  const { url } = root
  return options.reach(root, async ({ proxy, user, url: to = url }) => {
    const call: GitCall = {
      repository: hold.repository,
      args: args(to),
      access: user ? { user } : { environment: viaProxy(proxy) },
      asked: `history of ${url}`,
      who: url,
      timeoutMs: limits.fetchMs,
      uncleanly: hold.spoil,
    }
    const end = await watchedFetch({ program, call, limits, report: options.report }, hold)
    return { ...end, refused: () => programRefused('fossil', call, end) }
  })
}

function fossilHost({ clone, names, sum }: FossilMoment, memory: GitMemory): CodeHost {
  const { url } = clone
  /** By a name that is listed, or by an id. */
  const find = (asked: string) =>
    names.has(asked)
      ? memory.recall(`name ${sum} ${asked}`, () => checkInOf(clone, `tag:${asked}`))
      : /^[0-9a-f]{7,64}$/.test(asked)
        ? memory.recall(`id ${sum} ${asked}`, () => checkInOf(clone, asked))
        : undefined

  async function stat(asked: string): Promise<Revision> {
    const found = await find(asked)
    if (found === undefined) throw unknownRevision(asked, url)
    const { commit, time } = found
    const isId = commit.startsWith(asked)
    const ref = isId && asked.length >= 12 ? {} : { ref: asked }
    return { commit, short: commit.slice(0, 12), name: isId ? commit : asked, time, tags: [], ...ref }
  }

  return {
    vcs: 'fossil',
    url,
    tags: () => [],
    stat,
    latest: () => stat('trunk'),
    readFile: (commit, file) =>
      memory.recall(`file ${commit}:${file.path}`, () => readFileOf(clone, { ...file, commit })),
    async *files(commit, directory) {
      requireWhole(url, directory)
      for await (const { name, size } of archiveOf(clone, commit)) yield { name, size, kind: 'file' }
    },
    async *archive(commit, directory) {
      requireWhole(url, directory)
      yield* archiveOf(clone, commit)
    },
    recentTag: async () => undefined,
    descendsFrom: async () => false,
  }
}

/** What go asks fossil for is the directory itself and not what is in it, and so it gets an empty archive. */
function requireWhole(url: string, directory: string): void {
  if (directory === '') return
  throw new Failure('zip-invalid', {
    asked: directory,
    who: url,
    why: 'the go command makes an empty zip of a directory in a Fossil repository, and would refuse any other',
    next: 'put the module at the root of a repository of its own',
  })
}
