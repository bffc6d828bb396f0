/**
 * When the log may be signed: on top of a head with its own signature that extends the last one that was signed, as the guard remembers
 * it. The guard is told of every head that this gate comes to see before it gives it out, also of those of other gates and of one whose
 * maker was killed before it could tell: who has seen a head is never to see a fork of it.
 */

import type { Verifier } from '@modgate/gomod/note'
import { equalHashes, TlogError, treeHash, type Tree } from '@modgate/gomod/tlog'
import { counted } from '../../core/counted.ts'
import { Failure } from '../../core/failure.ts'
import { closed, type Closed } from './closed.ts'
import type { Guarded, LogGuard } from './log-guard.ts'
import { isSignedHead } from './log-head.ts'
import type { LogTiles } from './log-tiles.ts'
import type { Standing } from './log-trunk.ts'

/** Where tiles of a head are not what they should be, all of these reject with a TlogError. */
export interface SigningRules {
  /** What the guard remembers, and why nothing is to be signed on top of this head, if so. */
  readonly judge: (standing: Standing) => Promise<Judgement>
  /** Throws a Failure `log-closed` where nothing is to be signed on top of this head. */
  readonly admit: (standing: Standing) => Promise<void>
  /** Throws a Failure `log-closed` where the guard does not remember this head. */
  readonly guarded: (standing: Standing) => Promise<void>
  /** Tells the guard of a head, where that may be. What is kept is served even where the guard cannot be told. */
  readonly seen: (standing: Standing) => Promise<void>
}

export interface Judgement {
  readonly guarded?: Guarded | undefined
  readonly closed?: Closed | undefined
}

interface RuleOptions {
  readonly verifier: Verifier
  readonly verifierKey: string
  readonly guard: LogGuard
  readonly tiles: LogTiles
}

export function signingRules({ verifier, verifierKey, guard, tiles }: RuleOptions): SigningRules {
  const { name } = verifier

  async function judge(standing: Standing): Promise<Judgement> {
    const read = await guard.read().then(
      (guarded) => ({ guarded }),
      (error: unknown) => ({
        closed: closed('guard-unreadable', `the guard cannot be read: ${(error as Error).message}`),
      }),
    )
    return 'closed' in read ? read : { ...read, closed: await refusal(standing, read.guarded) }
  }

  async function refusal({ tree, head }: Standing, guarded: Guarded | undefined): Promise<Closed | undefined> {
    // Whoever still has the old key must not go on: what it signed would be in no log that anybody is going to ask.
    const moved = head?.moved ?? (guarded?.name === name ? guarded.moved : undefined)
    if (moved !== undefined) return closed('moved', `the log has moved to ${moved}`)
    if (head && !isSignedHead(head, verifier)) return closed('key-changed', 'its head was not signed with this key')
    if (!guarded) return undefined
    if (guarded.name !== name) return closed('guard-of-another', `the guard is of ${guarded.name}`)
    if (guarded.verifierKey !== verifierKey) {
      return closed('key-changed', 'the key is not the one that signed before')
    }
    const before = `${guarded.tree.size} when it was signed last`
    if (guarded.tree.size > tree.size) {
      return head
        ? closed(
            'behind-guard',
            `the log has ${counted(tree.size, 'record')}, and had ${before}: a backup was restored`,
          )
        : closed('head-gone', `the log has no head, and had ${before}: its head was removed`)
    }
    return (await extendsGuarded(guarded.tree, tree))
      ? undefined
      : closed('not-the-same-log', `its first ${guarded.tree.size} records are others than were signed`)
  }

  async function extendsGuarded(guarded: Tree, tree: Tree): Promise<boolean> {
    if (guarded.size === tree.size) return equalHashes(guarded.hash, tree.hash)
    return guarded.size === 0 || equalHashes(guarded.hash, await treeHash(guarded.size, tiles.reader(tree)))
  }

  const refused = ({ why, next }: Closed, cause?: unknown) =>
    new Failure('log-closed', { asked: `append to ${name}`, who: 'modgate, by the guard of the log', why, next, cause })

  async function guarded(standing: Standing): Promise<void> {
    const { tree } = standing
    const { guarded: known, closed: reason } = await judge(standing)
    if (reason) throw refused(reason)
    if (tree.size === (known?.tree.size ?? 0)) return
    try {
      await guard.write({ name, verifierKey, tree })
    } catch (error) {
      throw refused(closed('guard-unwritable', `the guard cannot be written: ${(error as Error).message}`), error)
    }
  }

  return {
    judge,
    guarded,
    async admit(standing) {
      const { closed: reason } = await judge(standing)
      if (reason) throw refused(reason)
    },
    async seen(standing) {
      try {
        await guarded(standing)
      } catch (error) {
        // Damage, or another gate that is ahead: both show when somebody signs.
        if (!(error instanceof Failure || error instanceof TlogError)) throw error
      }
    },
  }
}
