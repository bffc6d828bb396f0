/**
 * How single commits come into a mirror: by their ids, together where that goes, and with all of the repository where a server gives
 * nothing by its id. A commit is there when its ref in `refs/modgate/` is: git writes that last.
 */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../core/failure.ts'
import { fetched, isThere, type Fetch, type Remote } from './git-fetch.ts'
import type { Hold } from './git-mirror.ts'

/** What has been learnt of a server. */
export interface Server {
  /** It did not give by its id what it has. */
  refusesIds: boolean
}

/** A fetch into a mirror that is held. */
export interface Fetching {
  readonly remote: Remote
  readonly hold: Hold
  readonly server: Server
}

/** Beneath it a ref for each commit that is whole. */
export const refsOfCommits = 'refs/modgate/'

const refOf = (commit: string) => `${refsOfCommits}${commit}`

/**
 * Fetches commits together, or where that is refused one by one. Answers the failures of those that did not come. Throws a Failure for
 * what says nothing of one of them: `origin-timeout`, `origin-too-large`, `git-missing`, `overloaded`.
 */
export async function fetchCommits(
  fetching: Fetching,
  commits: readonly string[],
): Promise<ReadonlyMap<string, Failure>> {
  const failures = new Map<string, Failure>()
  if (commits.length > 1 && (await isGiven(fetching, commits))) return failures
  for (const [at, commit] of commits.entries()) {
    try {
      if (!(await fetchOne(fetching, commit))) failures.set(commit, notThere(fetching.remote, commit))
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'origin-unreachable') throw error
      // What has come is there. The rest would be asked of a server that gives nothing any more.
      for (const rest of commits.slice(at)) failures.set(rest, error)
      break
    }
  }
  return failures
}

/**
 * By its id, which servers give that speak version 2 of the protocol, and others where a name leads to it; else all of the repository, as
 * the go command does. Why a server refused is not worth guessing from its words, so it is asked twice: what only happened once happens
 * no more, and costs no history. False where the commit is in none of it.
 */
async function fetchOne(fetching: Fetching, commit: string): Promise<boolean> {
  const { remote, hold, server } = fetching
  if (server.refusesIds && (await isKept(remote, hold, commit))) return named(remote, hold, commit)
  for (let tries = server.refusesIds ? 1 : 2; tries > 0; tries--) {
    if (await isGiven(fetching, [commit])) return true
  }
  const isShallow = await isThere(join(hold.repository, 'shallow'))
  const { end, refused } = await fetched(remote, hold, {
    options: ['--prune', ...(isShallow ? ['--unshallow'] : [])],
    refspecs: ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'],
    asked: `commit ${commit} of ${remote.url}`,
  })
  if (end.code !== 0) throw refused()
  if (!(await isKept(remote, hold, commit))) return false
  server.refusesIds = true
  return named(remote, hold, commit)
}

/** Whether a server gives commits by their ids. */
async function isGiven({ remote, hold }: Fetching, commits: readonly string[]): Promise<boolean> {
  const { url } = remote
  const asked = commits.length === 1 ? `commit ${commits[0]} of ${url}` : `${commits.length} commits of ${url}`
  const refspecs = commits.map((commit) => `${commit}:${refOf(commit)}`)
  const fetch: Fetch = { options: ['--depth=1'], refspecs, commits, asked }
  return (await fetched(remote, hold, fetch)).end.code === 0
}

async function isKept({ git }: Remote, { repository }: Hold, commit: string): Promise<boolean> {
  const args = ['cat-file', '-e', `${commit}^{commit}`]
  return (await git.run({ repository, args, asked: `commit ${commit}`, who: 'git' }, 64 << 10)).code === 0
}

async function named({ git }: Remote, { repository }: Hold, commit: string): Promise<boolean> {
  const call = { repository, args: ['update-ref', refOf(commit), commit], asked: `commit ${commit}`, who: 'git' }
  return (await git.run(call, 64 << 10)).code === 0
}

function notThere({ url }: Remote, commit: string): Failure {
  const why = `the repository does not give commit ${commit}, although it named it`
  return new Failure('origin-unreachable', { asked: `commit ${commit}`, who: url, why })
}

/** Every fetch makes a pack, and git opens all of them: beyond so many, small ones are joined. */
const maxPacks = 40

/** Joins packs so that each is at least twice as large as the next. A git that cannot has more of them, and no harm. */
export async function joinPacks({ git, limits }: Remote, hold: Hold): Promise<void> {
  const names = await readdir(join(hold.repository, 'objects', 'pack'))
  if (names.filter((name) => name.endsWith('.pack')).length <= maxPacks) return
  const args = ['repack', '--quiet', '--geometric=2', '-d']
  const call = { repository: hold.repository, args, asked: 'packs', who: 'git', timeoutMs: limits.fetchMs }
  await git.run({ ...call, uncleanly: hold.spoil }, 64 << 10).catch(() => undefined)
}
