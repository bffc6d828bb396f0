/**
 * The commits whose files are wanted, each whole and without its history.
 *
 * They come into one mirror, so that a server sends of the next version only what is new. Commits that are asked for while a fetch runs
 * wait and come with the next one, together. A commit is there when its ref in `refs/modgate/` is: git writes that last.
 */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../core/failure.ts'
import { fetched, isThere, type Fetch, type Remote } from './git-fetch.ts'
import { gitRefused, type GitCall } from './git-command.ts'
import type { Hold, Mirror } from './git-mirror.ts'

export interface Content {
  /** The GIT_DIR in which the commit is whole, fetched where needed. Throws a Failure where the repository does not give it. */
  ensure(commit: string): Promise<string>
}

/** Refspecs of one fetch: an argument list has an end. */
const maxBatch = 64

export function content(remote: Remote, mirror: Mirror): Content {
  const present = new Map<string, string>()
  const waiting = new Map<string, PromiseWithResolvers<string>>()
  let isFetching = false
  /** The mirror whose commits are known. What other processes add to it is fetched once more, which costs a question. */
  let seen: string | undefined

  async function work(): Promise<void> {
    isFetching = true
    try {
      while (waiting.size > 0) {
        await mirror.exclusive(serve).catch((error: unknown) => {
          for (const [commit, answer] of waiting) {
            waiting.delete(commit)
            answer.reject(error)
          }
        })
      }
    } finally {
      isFetching = false
    }
  }

  async function serve(hold: Hold): Promise<void> {
    // Taken here and not before, so that whoever came during the wait comes along.
    const batch = [...waiting].slice(0, maxBatch)
    if (seen !== hold.repository) {
      present.clear()
      for (const commit of await keptCommits(remote, hold)) present.set(commit, hold.repository)
      seen = hold.repository
    }
    const missing = batch.flatMap(([commit]) => (present.has(commit) ? [] : [commit]))
    const outcomes = await fetchCommits(remote, hold, missing)
    if (missing.length > 0) await joinPacks(remote, hold)
    for (const [commit, answer] of batch) {
      const failure = outcomes.get(commit)
      waiting.delete(commit)
      if (failure) answer.reject(failure)
      else present.set(commit, hold.repository)
      answer.resolve(hold.repository)
    }
  }

  return {
    async ensure(commit) {
      const there = present.get(commit)
      // Another process may have made a new mirror.
      if (there !== undefined && (await isThere(there))) return there
      const known = waiting.get(commit)
      if (known) return known.promise
      const answer = Promise.withResolvers<string>()
      waiting.set(commit, answer)
      if (!isFetching) void work()
      return answer.promise
    },
  }
}

/** Every fetch makes a pack, and git opens all of them: beyond so many, small ones are joined. */
const maxPacks = 40

/** Joins packs so that each is at least twice as large as the next. A git that cannot has more of them, and no harm. */
async function joinPacks({ git, limits }: Remote, hold: Hold): Promise<void> {
  const names = await readdir(join(hold.repository, 'objects', 'pack'))
  if (names.filter((name) => name.endsWith('.pack')).length <= maxPacks) return
  const args = ['repack', '--quiet', '--geometric=2', '-d']
  const call = { repository: hold.repository, args, asked: 'packs', who: 'git', timeoutMs: limits.fetchMs }
  await git.run({ ...call, uncleanly: hold.spoil }, 64 << 10).catch(() => undefined)
}

const refOf = (commit: string) => `refs/modgate/${commit}`

async function keptCommits({ git, url }: Remote, { repository }: Hold): Promise<readonly string[]> {
  const args = ['for-each-ref', '--format=%(refname)', 'refs/modgate/']
  const call: GitCall = { repository, args, asked: `commits of ${url}`, who: 'git' }
  const end = await git.run(call, 64 << 20)
  if (end.code !== 0) throw gitRefused(call, end)
  return end.stdout
    .toString()
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [line.slice('refs/modgate/'.length)]))
}

/** Fetches commits together, or where that fails one by one. Answers what failed; throws where nothing can be had any more. */
async function fetchCommits(
  remote: Remote,
  hold: Hold,
  commits: readonly string[],
): Promise<ReadonlyMap<string, Failure>> {
  const failures = new Map<string, Failure>()
  if (commits.length > 1 && (await tried(remote, hold, byId(remote, commits)))) return failures
  for (const commit of commits) {
    if (!(await fetchOne(remote, hold, commit))) failures.set(commit, notThere(remote, commit))
  }
  return failures
}

function byId({ url }: Remote, commits: readonly string[]): Fetch {
  const refspecs = commits.map((commit) => `${commit}:${refOf(commit)}`)
  const asked = commits.length === 1 ? `commit ${commits[0]} of ${url}` : `${commits.length} commits of ${url}`
  return { options: ['--depth=1'], refspecs, asked }
}

async function tried(remote: Remote, hold: Hold, fetch: Fetch): Promise<boolean> {
  const { end } = await fetched(remote, hold, fetch)
  return end.code === 0
}

/**
 * By its id, which servers give that speak version 2 of the protocol, and others where a name leads to it; else all of the repository, as the
 * go command does: why a server refused is not worth guessing from its words. False where the commit is in none of it.
 */
async function fetchOne(remote: Remote, hold: Hold, commit: string): Promise<boolean> {
  const fetch = byId(remote, [commit])
  if (await tried(remote, hold, fetch)) return true
  const refspecs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
  const isShallow = await isThere(join(hold.repository, 'shallow'))
  const options = ['--prune', ...(isShallow ? ['--unshallow'] : [])]
  const { end, refused } = await fetched(remote, hold, { ...fetch, options, refspecs })
  if (end.code !== 0) throw refused()
  if (!(await isKept(remote, hold, commit))) return false
  const call = { repository: hold.repository, args: ['update-ref', refOf(commit), commit], asked: fetch.asked }
  return (await remote.git.run({ ...call, who: 'git' }, 64 << 10)).code === 0
}

async function isKept({ git }: Remote, { repository }: Hold, commit: string): Promise<boolean> {
  const args = ['cat-file', '-e', `${commit}^{commit}`]
  return (await git.run({ repository, args, asked: `commit ${commit}`, who: 'git' }, 64 << 10)).code === 0
}

function notThere({ url }: Remote, commit: string): Failure {
  const why = `the repository does not give commit ${commit}, although it named it`
  return new Failure('origin-unreachable', { asked: `commit ${commit}`, who: url, why })
}
