/** Git repositories by their URL: each has one directory of mirrors, one list of names and one fetch at a time. */

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../core/context.ts'
import type { Clock, StartProgram } from '../../core/ports.ts'
import type { Repository } from './code-host.ts'
import { byHand, git, gitRefused, type Git, type GitCall } from './git-command.ts'
import { content, type Content } from './git-content.ts'
import {
  gitEnvironment,
  type GitEnvironment,
  type GitProtocol,
  type GitWorld,
  type RemoteAccess,
} from './git-environment.ts'
import { originAccess, type FetchReport, type GitLimits, type Remote } from './git-fetch.ts'
import { history, type History } from './git-history.ts'
import { gitRepository } from './git-host.ts'
import { listings, type Listings } from './git-listings.ts'
import { gitMemory, type GitMemory } from './git-memory.ts'
import { mirror, type MirrorPlace } from './git-mirror.ts'
import { askedNames } from './git-names.ts'
import type { Ask } from './git-packets.ts'
import { parseRefs, type ObjectFormat, type Refs } from './git-refs.ts'
import type { PlaceLimits } from './places.ts'
import { checkRepositoryUrl } from './repository-url.ts'
import type { RepositoryRoot } from '../discovery/repository-root.ts'

export interface GitOptions {
  /** Mirrors are below it, in a directory named by the hash of the repository's URL. */
  readonly directory: string
  /** The spool directory of this process, which tells other processes whether it lives. */
  readonly owner: string
  readonly start: StartProgram
  readonly clock: Clock
  /** The environment of this process. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Credentials and settings for a repository; asked for each connection. Throws a Failure where it must not be connected to. */
  readonly access?: (root: RepositoryRoot) => Promise<RemoteAccess>
  /**
   * Looks again at a repository that could not be read: `absent` where the web server behind it says 404 to whom it knows, `moved` where
   * the next `access` leads to where it is now. Without it no repository is ever absent, nor followed.
   */
  readonly lookAgain?: (root: RepositoryRoot, context: Context) => Promise<'absent' | 'moved' | undefined>
  /**
   * The answer of a repository to a question in packet lines (gitprotocol-v2), got without git; undefined where that cannot be had. Throws a
   * Failure where it must not be connected to.
   */
  readonly ask?: (root: RepositoryRoot, ...question: Parameters<Ask>) => ReturnType<Ask>
  /** Default https and ssh. */
  readonly protocols?: readonly GitProtocol[]
  /** What git runs in; by default a closed world, in which nothing is configured. */
  readonly environmentIn?: (world: GitWorld) => GitEnvironment
  /** How many processes of git run at a time. */
  readonly places?: PlaceLimits
  readonly limits?: Partial<GitLimits>
  /** Told of each fetch. */
  readonly report?: (report: FetchReport) => void
  /** Milliseconds for which the list of names is good, default 5,000. */
  readonly refsMs?: number
}

const defaultLimits: GitLimits = { listMs: 60_000, fetchMs: 10 * 60_000, fetchBytes: 2 * 2 ** 30, files: 500_000 }
const defaultRefsMs = 5_000
/** A repository in memory is a few hundred bytes, and the commits that it has. */
const maxKnown = 1_000
/** 100,000 tags take 10 MB. */
const maxListingBytes = 16 << 20
/** Bytes of listings, and of what was read of commits, that are remembered of all repositories together. */
const maxRemembered = { listings: 32 << 20, commits: 32 << 20 }

/** Answers the repository at a root. Throws a Failure `origin-refused` for one that git is not to be used for. */
export function gitRepositories(options: GitOptions): (root: RepositoryRoot) => Repository {
  const known = new Map<string, Repository>()
  const protocols = options.protocols ?? ['https', 'ssh']
  const { environmentIn = closedWorld, places } = options
  const world: GitWorld = {
    ...{ inherited: options.environment, protocols, owner: options.owner },
    home: join(options.directory, 'home'),
  }
  const runner = git(options.start, environmentIn(world), places)
  const shared: Shared = {
    git: runner,
    names: listings(options.clock, { goodMs: options.refsMs ?? defaultRefsMs, bytes: maxRemembered.listings }),
    memory: gitMemory(maxRemembered.commits),
  }
  return (found) => {
    const { url, vcs, root } = found
    if (vcs !== 'git') {
      throw new Failure('origin-refused', {
        asked: root,
        who: 'modgate',
        why: `the module is kept in ${vcs}, not in git`,
      })
    }
    checkRepositoryUrl(url, protocols)
    const repository = known.get(url) ?? repositoryAt(options, found, shared)
    // The most recently used one stands last.
    known.delete(url)
    known.set(url, repository)
    for (const oldest of known.keys()) {
      if (known.size <= maxKnown) break
      known.delete(oldest)
    }
    return repository
  }
}

function closedWorld(world: GitWorld): GitEnvironment {
  return (repository, access) => gitEnvironment(world, repository, access)
}

/** What all repositories have in common. */
interface Shared {
  readonly git: Git
  readonly names: Listings
  readonly memory: (url: string) => GitMemory
}

function repositoryAt(options: GitOptions, root: RepositoryRoot, { git, names, memory }: Shared): Repository {
  const { url } = root
  const { access, report = () => undefined } = options
  const limits = { ...defaultLimits, ...options.limits }
  const ask = options.ask && ((...question: Parameters<Ask>) => options.ask!(root, ...question))
  const remote: Remote = { url, git, limits, access: async () => (access ? access(root) : {}), report, ask }
  const directory = join(options.directory, createHash('sha256').update(url).digest('hex'))
  const place: MirrorPlace = { directory, owner: options.owner, url }
  const contents = new Map<ObjectFormat, Content>()
  const histories = new Map<ObjectFormat, History>()
  const namesOf = askedNames(remote, maxListingBytes)
  const list = async (context: Context) => {
    const names = await namesOf(context.signal)
    if (names) return parseRefs(names)
    return listed(remote, { signal: context.signal, lookAgain: () => options.lookAgain?.(root, context) })
  }
  return gitRepository({
    remote,
    memory: memory(url),
    names: (context, since) => names.of(url, list, { ...context, ...(since === undefined ? {} : { since }) }),
    clock: options.clock,
    content: ({ format }) => kept(contents, format, () => content(remote, mirror(place, 'content', format))),
    history: ({ format }) => kept(histories, format, () => history(remote, mirror(place, 'history', format))),
  })
}

function kept<K, T>(known: Map<K, T>, key: K, make: () => T): T {
  const value = known.get(key) ?? make()
  known.set(key, value)
  return value
}

interface Listing {
  /** Gives up a place in the line. */
  readonly signal: AbortSignal
  /** Why it could not be read. */
  readonly lookAgain: () => Promise<'absent' | 'moved' | undefined> | undefined
}

async function listed(remote: Remote, { signal, lookAgain }: Listing): Promise<Refs> {
  for (let isSecond = false; ; isSecond = true) {
    const call: GitCall = {
      // There is none yet, and none is needed.
      repository: '/dev/null',
      args: ['ls-remote', '--quiet', '--end-of-options', 'origin'],
      access: await originAccess(remote),
      asked: `branches and tags of ${remote.url}`,
      who: remote.url,
      timeoutMs: remote.limits.listMs,
      signal,
    }
    const end = await remote.git.run(call, maxListingBytes)
    if (end.code === 0) return parsed(remote, call, end.stdout)
    const refused = gitRefused(call, end)
    const seen = isSecond ? undefined : await lookAgain()
    if (seen === undefined) throw refused
    if (seen === 'moved') continue
    const { asked, who } = refused
    const why = 'there is no repository at this URL'
    const next = 'check the module path, and that whoever the credential of the gate belongs to may see the repository'
    throw new Failure('module-not-found', { asked, who, why, next, cause: refused })
  }
}

/**
 * A login page with status 200 is to git a server of old that has nothing. Who took that for an empty repository would call all of its
 * versions absent.
 */
function parsed({ url }: Remote, { asked, who }: GitCall, listing: Buffer): Refs {
  const refs = parseRefs(listing)
  if (refs.commits.size > 0 || !/^https?:/.test(url)) return refs
  const why = 'the server shows no branch and no tag: the repository is empty, or what answers at its URL is not git'
  throw new Failure('origin-unreachable', { asked, who, why, next: byHand('git', url) })
}
