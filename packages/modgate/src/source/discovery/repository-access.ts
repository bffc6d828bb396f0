/** How git gets to a repository: to the address that was checked, as whom it should, and to where the repository is now. */

import type { Context } from '../../core/context.ts'
import { Failure } from '../../core/failure.ts'
import type { Credentials } from '../credentials/credentials.ts'
import type { GitAccess } from '../credentials/git-access.ts'
import type { Peer, QuestionPeer } from '../peer.ts'
import type { RemoteAccess } from '../vcs/git-environment.ts'
import { firstAnswer } from './moved-repository.ts'
import { pinned, type RepositoryHosts } from './repository-host.ts'
import type { RepositoryRoot } from './repository-root.ts'
import { askRepository, type AskRepository } from './upload-pack.ts'

export interface RepositoryAccessOptions {
  readonly hosts: RepositoryHosts
  /** Guarded. */
  readonly peer: Peer & QuestionPeer
  readonly credentials: Credentials
  /** GIT_SSH_COMMAND of accesses. */
  readonly ssh: (...accesses: readonly GitAccess[]) => string
  /** Throws a Failure `git-missing` for a git that would not keep to a checked address. */
  readonly requirePin?: (asked: string) => Promise<void>
  /** Whether a repository is absent that its host shows to nobody: so with public modules, while a private one may be hidden. */
  readonly provesAbsence: boolean
}

export interface RepositoryAccess {
  /** Throws a Failure where the repository must not be connected to. */
  access(root: RepositoryRoot): Promise<RemoteAccess>
  /**
   * Why a repository could not be read, as far as its web server tells. Throws a Failure `origin-unreachable` where it says 404 to a
   * stranger from whom it may hide a private repository.
   */
  lookAgain(root: RepositoryRoot, context: Context): Promise<'absent' | 'moved' | undefined>
  /** The answer of a repository to a question; undefined where git has to ask. Throws a Failure where it must not be connected to. */
  ask(root: RepositoryRoot, question: Uint8Array, signal: AbortSignal): ReturnType<AskRepository>
}

const accessMs = 60_000
const nobody: GitAccess = { config: [], ssh: [] }
/** Repositories that have moved, at most; what is forgotten is found again. */
const mostMoved = 1000

export function repositoryAccess(options: RepositoryAccessOptions): RepositoryAccess {
  const { hosts, peer, credentials, ssh } = options
  const moved = new Map<string, string>()
  const asked = askRepository(peer)
  return {
    async ask(root, question, signal) {
      const { insecure } = await hosts.check(root)
      return insecure || moved.has(root.url) ? undefined : asked(root.url, question, signal)
    },
    async access(root) {
      await options.requirePin?.(root.root)
      const url = moved.get(root.url) ?? root.url
      const checked = await hosts.check({ ...root, url })
      // Where it has moved to is a stranger's word, unless that is on the host that was named.
      const isStranger = checked.insecure || new URL(url).hostname !== new URL(root.url).hostname
      const as = isStranger ? nobody : await credentials.forGit(url, AbortSignal.timeout(accessMs))
      const to = pinned(checked)
      return {
        url,
        config: [...to.config, ...as.config],
        environment: { GIT_SSH_COMMAND: ssh(to, as) },
      }
    },
    async lookAgain(root, context) {
      if (!/^https?:/i.test(root.url)) return undefined
      const answer = await firstAnswer(root.url, peer, context.signal).catch((error: unknown) => {
        if (error instanceof Failure) return undefined
        throw error
      })
      if (answer === undefined) return undefined
      if (answer.moved === undefined) {
        // Whether it is there again or gone, the way that it went once leads nowhere any more.
        const wasElsewhere = moved.delete(root.url)
        if (answer.status === 404 || answer.status === 410) {
          const isKnown = options.provesAbsence || (await credentials.authorize(new URL(root.url), context.signal))
          if (isKnown === undefined) throw hidden(root, answer.status)
          return 'absent'
        }
        return wasElsewhere ? 'moved' : undefined
      }
      if (answer.moved === moved.get(root.url)) return undefined
      moved.set(root.url, answer.moved)
      if (moved.size > mostMoved) moved.delete(moved.keys().next().value!)
      return 'moved'
    },
  }
}

function hidden({ root, url }: RepositoryRoot, status: number): Failure {
  const { host } = new URL(url)
  return new Failure('origin-unreachable', {
    asked: root,
    who: url,
    why: `${host} answers ${status} to the gate, which has no credential for it: the repository is not there, or hidden`,
    next: `give the gate a --credential for ${host}, with "for ${root}" at its end where the module path has another host`,
  })
}
