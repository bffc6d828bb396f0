/**
 * The commits whose files are wanted, each whole and without its history.
 *
 * They come into one mirror, so that a server sends of the next version only what is new. Commits that are asked for while a fetch runs
 * wait and come with the next one, together. Where they are too much together, each comes alone: the one that is too large or too slow
 * fails, and no other with it.
 */

import { Failure } from '../../core/failure.ts'
import { gitRefused, type GitCall } from './git-command.ts'
import { fetchCommits, joinPacks, refsOfCommits, type Server } from './git-commits.ts'
import type { Remote } from './git-fetch.ts'
import type { Hold, Mirror } from './git-mirror.ts'
import { isDamage, requireWhole, settingAside } from './mirror-damage.ts'
import { touched } from './mirror-shelf.ts'

export interface Content {
  /** The GIT_DIR in which the commit is whole, fetched where needed. Throws a Failure where the repository does not give it. */
  ensure(commit: string): Promise<string>
  /** Says that this GIT_DIR could not be read. What is ensured from now on is in another one. */
  setAside(repository: string): Promise<void>
}

/** Refspecs of one fetch: an argument list has an end. */
const maxBatch = 64
/** For so many fetches of the longest kind anybody waits for those of others. */
const patience = 3

/** A commit that somebody waits for. */
interface Wanted {
  readonly commit: string
  readonly answer: PromiseWithResolvers<string>
  /** Milliseconds of this process. */
  readonly since: number
  /** Together with others it was too much. */
  readonly isAlone: boolean
  /** A mirror that was to have it was damaged. */
  readonly isAgain: boolean
}

export function content(remote: Remote, mirror: Mirror): Content {
  const present = new Map<string, string>()
  const waiting = new Map<string, Wanted>()
  const server: Server = { refusesIds: false }
  const setAside = settingAside(mirror)
  let isFetching = false
  /** The mirror whose commits are known. What other processes add to it is fetched once more, which costs a question. */
  let seen: string | undefined

  async function work(): Promise<void> {
    isFetching = true
    while (waiting.size > 0) {
      let batch: readonly Wanted[] | undefined
      try {
        await mirror.exclusive((hold) => {
          // Taken here and not before, so that whoever came during the wait comes along.
          batch = nextBatch([...waiting.values()])
          return serve(hold, batch).catch((error: unknown) => {
            if (isDamage(error)) hold.spoil()
            throw error
          })
        })
      } catch (error) {
        // Without a hold nobody who waits can be helped.
        leave(batch ?? [...waiting.values()], error)
      }
      refuseLate()
    }
    isFetching = false
  }

  async function serve(hold: Hold, batch: readonly Wanted[]): Promise<void> {
    await requireWhole(hold.repository, `commits of ${remote.url}`)
    if (seen !== hold.repository) {
      present.clear()
      for (const commit of await keptCommits(remote, hold)) present.set(commit, hold.repository)
      seen = hold.repository
    }
    const missing = batch.flatMap(({ commit }) => (present.has(commit) ? [] : [commit]))
    const failures = await fetchCommits({ remote, hold, server }, missing)
    // Before the repository is blamed.
    if (failures.size > 0) await keptCommits(remote, hold)
    if (missing.length > 0) await joinPacks(remote, hold)
    for (const { commit, answer } of batch) {
      const failure = failures.get(commit)
      waiting.delete(commit)
      if (failure) answer.reject(failure)
      else present.set(commit, hold.repository)
      answer.resolve(hold.repository)
    }
  }

  /** Gives those of a turn that failed its failure; or a turn of their own each, behind whoever has come meanwhile; or another mirror. */
  function leave(batch: readonly Wanted[], error: unknown): void {
    const isOfOne = batch.length > 1 && error instanceof Failure && ofOne.includes(error.code)
    for (const wanted of batch) {
      waiting.delete(wanted.commit)
      if (isDamage(error) && !wanted.isAgain) waiting.set(wanted.commit, { ...wanted, isAgain: true })
      else if (isOfOne) waiting.set(wanted.commit, { ...wanted, isAlone: true })
      else wanted.answer.reject(error)
    }
  }

  function refuseLate(): void {
    const limit = patience * remote.limits.fetchMs
    for (const { commit, answer, since } of waiting.values()) {
      if (performance.now() - since < limit) continue
      waiting.delete(commit)
      const why = `other commits of the repository took ${Math.round(limit / 1000)} s`
      answer.reject(new Failure('origin-timeout', { asked: `commit ${commit}`, who: remote.url, why }))
    }
  }

  return {
    async ensure(commit) {
      const there = present.get(commit)
      // Another process may have made a new mirror.
      if (there !== undefined && (await touched(there))) return there
      const known = waiting.get(commit)
      if (known) return known.answer.promise
      const answer = Promise.withResolvers<string>()
      waiting.set(commit, { commit, answer, since: performance.now(), isAlone: false, isAgain: false })
      if (!isFetching) void work()
      return answer.promise
    },

    async setAside(repository) {
      await setAside(repository)
      if (seen !== repository) return
      present.clear()
      seen = undefined
    },
  }
}

/** Failures of a fetch of several commits for which one of them may be the only reason. */
const ofOne: readonly Failure['code'][] = ['origin-too-large', 'origin-timeout']

/** Whoever came first, and who may come with it. */
function nextBatch(waiting: readonly Wanted[]): readonly Wanted[] {
  return waiting[0]?.isAlone === true
    ? waiting.slice(0, 1)
    : waiting.filter(({ isAlone }) => !isAlone).slice(0, maxBatch)
}

/** The commits that a mirror has. Throws a Failure `mirror-damaged` where git cannot read them all. */
async function keptCommits({ git, url }: Remote, { repository, isNew }: Hold): Promise<readonly string[]> {
  if (isNew) return []
  const args = ['for-each-ref', '--format=%(refname)', refsOfCommits]
  const call: GitCall = { repository, args, asked: `commits of ${url}`, who: 'git' }
  const end = await git.run(call, 64 << 20)
  // Git only warns of a ref that it cannot read, and cannot write it either.
  if (end.code !== 0 || end.stderr !== '') throw gitRefused(call, end)
  return end.stdout
    .toString()
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [line.slice(refsOfCommits.length)]))
}
