/**
 * Where modules come from that no proxy gives: their repositories, as the go command reads them for its user. That is with his git and its
 * configuration, under his settings of go, and at any address that this machine reaches: whom his go.mod names he has chosen.
 *
 * Constructed when the first such module is asked for: most projects have none.
 */

import { join } from 'node:path'
import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import type { Machine } from '../config/machine.ts'
import type { FailureCode } from '../core/failure-codes.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { programStarter } from '../core/program.ts'
import { shellWord } from '../core/shell-word.ts'
import { systemClock } from '../core/system.ts'
import type { VersionControl } from '../core/version-control.ts'
import { trustedAuthorities } from '../inspect/evidence/network-trust.ts'
import type { Credentials } from '../inspect/evidence/network-credentials.ts'
import type { FetchSettings } from '../policy/fetch-settings.ts'
import { vcsForbidden } from '../policy/vcs-rules.ts'
import { describeRequest } from '../source/describe.ts'
import { direct } from '../source/direct.ts'
import { findRoot, type FindRootOptions } from '../source/discovery/find-root.ts'
import { pages } from '../source/discovery/page.ts'
import { rememberedPages } from '../source/discovery/remembered-pages.ts'
import { peer, type PeerLimits } from '../source/peer.ts'
import { trustingPeer } from '../source/trusting-peer.ts'
import { upstream } from '../source/upstream.ts'
import { fossilRepositories } from '../source/vcs/fossil-repositories.ts'
import type { FetchReport } from '../source/vcs/git-fetch.ts'
import { gitRepositories } from '../source/vcs/git-repositories.ts'
import { userGitEnvironment } from '../source/vcs/git-user-environment.ts'
import { hgRepositories } from '../source/vcs/hg-repositories.ts'
import type { ProgramOptions } from '../source/vcs/program-access.ts'
import { repositories as everyRepository } from '../source/vcs/repositories.ts'
import { svnRepositories } from '../source/vcs/svn-repositories.ts'
import { userReach } from '../source/vcs/user-reach.ts'
import type { VcsSourceOptions } from '../source/vcs/vcs-source.ts'
import { userWorkplace, type Workplace } from './user-workplace.ts'

export interface UserOrigins extends Source {
  /** Ends connections and programs. */
  close(): Promise<void>
}

export interface UserOriginOptions {
  readonly machine: Machine
  readonly settings: FetchSettings
  /** For pages of import paths, and for proxies that these name. */
  readonly credentials: Credentials
  readonly limits: PeerLimits
}

/** Milliseconds for which names and pages are good: in one run a repository stays what it was at first, as to the go command. */
const runMs = 15 * 60_000
const pageMemory = { ttlMs: runMs, absentTtlMs: runMs, staleMs: runMs, deadlineMs: 60_000, limit: 2000 }
/** A large repository keeps others waiting, and there is nobody to send away. */
const places = { inAll: 24, forHost: 8, waitMs: runMs }

/** What one fetch may cost: more than a gate lets a stranger have, since go has no bound at all. */
const fetchLimits = { fetchMs: 30 * 60_000, fetchBytes: 8 * 2 ** 30 }

/** Constructs them. Throws where nothing can be written at all. */
export async function userOrigins(options: UserOriginOptions): Promise<UserOrigins> {
  const { machine, settings, credentials, limits } = options
  const workplace = await userWorkplace(machine)
  const known = { limits, clock: systemClock, authorize: async (url: URL) => credentials(url) }
  const asking = trustingPeer({
    make: (authorities) => peer({ ...known, ...(authorities ? { authorities } : {}) }),
    authorities: () => trustedAuthorities(machine),
  })
  const insecurePeer = peer({ limits, clock: systemClock, unchecked: true })
  const isInsecure = (path: string) => matchPrefixPatterns(settings.GOINSECURE, path)
  let fetched = 0
  const repository = repositories(options, workplace, (bytes) => (fetched += bytes))
  const page = pages({ peer: asking, insecurePeer, isInsecure })
  const proxy = (url: URL) => upstream(url, asking, { resumes: true })
  const source = direct({
    findRoot: findRoot({
      ...{ pages: rememberedPages(page, { ...pageMemory, clock: systemClock }), isInsecure },
      ...{ checkHost: async () => undefined, answers: answering(repository), takesPlain: true },
    }),
    // To their user all repositories are alike: git knows which login belongs where.
    ...{ private: '', mayName: () => false, tellsMore: true },
    repositories: { private: repository, unknown: repository, public: repository },
    proxies: { private: proxy, unknown: proxy, public: proxy },
  })
  return {
    async get(request, context) {
      try {
        return await source.get(request, context)
      } catch (error) {
        throw error instanceof Failure ? about(request, error) : error
      }
    },
    async close() {
      await Promise.all([asking.close(), insecurePeer.close()])
      await workplace.leave(fetched)
    },
  }
}

/** What its user can do, where the advice of a failure is for the operator of a gate or about proxies. */
const steps: Partial<Record<FailureCode, (who: string) => string>> = {
  'upstream-unreachable': () =>
    'the settings keep this module from proxies (GOPRIVATE, GONOPROXY), or no proxy has it: check the way to its host, or give a proxy that may see it',
  'upstream-timeout': () => 'check the way to the host of the module path',
  'upstream-unauthorized': () => 'give the host of the module path a login in netrc',
  'origin-too-large': () => 'fetch it through a proxy, or fill the module cache first: go mod download',
  'store-failed': () =>
    'make room on the disk of XDG_CACHE_HOME (~/.cache/modgate has what was fetched of repositories), and see that it can be written',
  'origin-unreachable': (who) =>
    `try it by hand (git ls-remote ${shellWord(who)}): a login or another URL belongs into the configuration of git, hg, svn or fossil`,
}

/** A failure on the way to a repository as one of the module, which is what its user knows. */
function about(request: ModuleRequest, failure: Failure): Failure {
  const next = steps[failure.code]?.(failure.who) ?? failure.next
  return failure.with({ asked: describeRequest(request), next })
}

type Repositories = VcsSourceOptions['repository']

/** Under GOVCS, which is asked before any program is run. */
function repositories(
  { machine, settings }: UserOriginOptions,
  { mirrors, spool }: Workplace,
  grew: (bytes: number) => void,
): Repositories {
  const { environment } = machine
  const start = programStarter()
  const commonTo = (vcs: VersionControl) => ({
    ...{ directory: join(mirrors, vcs), owner: spool, start, clock: systemClock, environment },
    ...{ limits: fetchLimits, report: ({ bytes }: FetchReport) => grew(bytes) },
  })
  const of = (vcs: VersionControl): ProgramOptions => ({
    ...{ ...commonTo(vcs), reach: userReach(environment, spool), goodMs: runMs },
  })
  const all = everyRepository({
    git: gitRepositories({
      ...{ ...commonTo('git'), environmentIn: userGitEnvironment, places, refsMs: runMs },
      protocols: ['https', 'ssh', 'http'],
    }),
    ...{ hg: hgRepositories(of('hg')), svn: svnRepositories(of('svn')), fossil: fossilRepositories(of('fossil')) },
  })
  return (root) => {
    const { vcs, root: asked } = root
    const why = vcsForbidden(settings, asked, vcs)
    if (why !== undefined) {
      const next = `allow it, for example GOVCS=${asked}:${vcs}`
      throw new Failure('vcs-unsupported', { asked, who: 'GOVCS', why, next })
    }
    return all(root)
  }
}

/** Which failures mean that a repository is not at a URL: what else goes wrong would go wrong at the next URL, too. */
const elsewhere: readonly string[] = ['origin-unreachable', 'origin-timeout', 'origin-refused', 'module-not-found']

function answering(repository: Repositories): NonNullable<FindRootOptions['answers']> {
  return async (root, context) => {
    try {
      await repository(root).open(context)
      return true
    } catch (error) {
      if (error instanceof Failure && elsewhere.includes(error.code)) return false
      throw error
    }
  }
}
