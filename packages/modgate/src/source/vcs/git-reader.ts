/** Reading commits from mirrors that may turn out to be damaged: such a mirror is set aside, and what was asked is read from a new one. */

import type { Git } from './git-command.ts'
import type { Content } from './git-content.ts'
import type { Remote } from './git-fetch.ts'
import { isDamage, oncemore } from './mirror-damage.ts'

/** All of it throws a Failure `mirror-damaged` where that happens once more. */
export interface Reader {
  /** What one read of a commit answers. */
  one<T>(commit: string, read: (repository: string) => Promise<T>): Promise<T>
  /**
   * What a read of a commit gives bit by bit, from a remote whose git notices damage. It begins anew only where nothing was given yet; after
   * that, whoever asks again has another mirror.
   */
  many<T>(commit: string, read: (from: Remote, repository: string) => AsyncIterable<T>): AsyncIterable<T>
}

export function reader(remote: Remote, content: Content): Reader {
  /** A failure of a read, which sets the mirror aside where that is why. */
  async function noticed(repository: string, error: unknown): Promise<unknown> {
    if (isDamage(error)) await content.setAside(repository)
    return error
  }

  const noticing = (repository: string): Git => ({
    ...remote.git,
    async *stream(call) {
      try {
        yield* remote.git.stream(call)
      } catch (error) {
        throw await noticed(repository, error)
      }
    },
  })

  return {
    one: (commit, read) =>
      oncemore(async () => {
        const repository = await content.ensure(commit)
        try {
          return await read(repository)
        } catch (error) {
          throw await noticed(repository, error)
        }
      }),

    many: (commit, read) =>
      begunAgain(async function* () {
        const repository = await content.ensure(commit)
        yield* read({ ...remote, git: noticing(repository) }, repository)
      }),
  }
}

/** What is read bit by bit, once more where it ends by damage before its first bit. */
export async function* begunAgain<T>(read: () => AsyncIterable<T>): AsyncIterable<T> {
  for (let isAgain = false; ; isAgain = true) {
    let hasBegun = false
    try {
      for await (const item of read()) {
        hasBegun = true
        yield item
      }
      return
    } catch (error) {
      if (hasBegun || isAgain || !isDamage(error)) throw error
    }
  }
}
