/** The covering log over checkpoints: what covering-log.ts promises, made of trunk, tiles, sequencer and guard. */

import { newSigner, newVerifier } from '@modgate/gomod/note'
import { formatHash } from '@modgate/gomod/tlog'
import { Failure } from '../../core/failure.ts'
import type { Checkpoints, Clock } from '../../core/ports.ts'
import type { CoveringLog, LoggedRecord } from './covering-log.ts'
import { indexRuns } from './index-runs.ts'
import type { BundledRecord } from './log-bundle.ts'
import type { LogGuard } from './log-guard.ts'
import { isSignedHead, signedHead, type LogHead } from './log-head.ts'
import { logIndex } from './log-index.ts'
import { isRecordOf } from './log-lookup.ts'
import { logNames } from './log-names.ts'
import { logTiles } from './log-tiles.ts'
import { logTimes } from './log-times.ts'
import { isSame, logTrunk, type LogTrunk, type Standing } from './log-trunk.ts'
import { lookupSeals } from './lookup-seals.ts'
import { recordSearch } from './record-search.ts'
import { sequencer } from './sequencer.ts'
import { servedIndex } from './served-index.ts'
import { signingRules } from './signing-rules.ts'
import { steady } from './steady.ts'

export interface OwnLogOptions {
  /** `PRIVATE+KEY+name+hash+key`. */
  readonly signerKey: string
  readonly verifierKey: string
  readonly checkpoints: Checkpoints
  readonly guard: LogGuard
  readonly clock: Clock
}

/** Opens the log that signs with a key, empty where nothing of it is kept. Throws a NoteError for a key that is none. */
export function ownLog({ signerKey, verifierKey, checkpoints, guard, clock }: OwnLogOptions): CoveringLog {
  const signer = newSigner(signerKey)
  const verifier = newVerifier(verifierKey)
  const { name } = verifier
  const names = logNames(name)
  const tiles = logTiles(checkpoints, names)
  const times = logTimes(checkpoints, names)
  const rules = signingRules({ verifier, verifierKey, guard, tiles })
  const trunk = logTrunk({ ...{ checkpoints, names, tiles, times, clock }, seen: rules.seen })
  const index = logIndex(tiles, indexRuns({ checkpoints, names, tiles, signerKey }))
  const seals = lookupSeals(tiles, signerKey)
  const proved = new WeakSet<LogHead>()
  /** For all that reads: below a head that somebody else signed anything may stand. */
  const signed: Pick<LogTrunk, 'look' | 'recent'> = {
    look: async () => believed(await trunk.look()),
    recent: async () => believed(await trunk.recent()),
  }
  const records = recordSearch({ ...{ name, checkpoints, names, tiles, index, seals }, trunk: signed, believed })

  function believed(standing: Standing): Standing {
    if (standing.head) checked(standing.head)
    return standing
  }

  /** A head to give out: signed by this log's key. Of an empty log it is made, unless there was more before. */
  async function head(): Promise<LogHead> {
    const { head: recently } = await trunk.recent()
    return recently
      ? checked(recently)
      : steady(trunk, { first: await trunk.look(), asked: name }, async (standing) => {
          if (standing.head) return checked(standing.head)
          await rules.admit(standing)
          return signedHead(standing.tree, signer, { signedAt: 0, bundle: '' })
        })
  }

  function checked(head: LogHead): LogHead {
    if (proved.has(head) || isSignedHead(head, verifier)) {
      proved.add(head)
      return head
    }
    if (head.moved !== undefined) {
      throw new Failure('log-moved', { asked: name, who: 'modgate', why: `this log has moved to ${head.moved}` })
    }
    const why = 'it was not signed with the key of this log'
    throw new Failure('log-damaged', { asked: `the head of ${name}`, who: 'modgate', why })
  }

  /** A guard that is ahead means nothing while another gate appends. */
  async function judged() {
    for (let standing = await trunk.look(); ;) {
      const judgement = await steady(trunk, { first: standing, asked: name }, rules.judge)
      const now = await trunk.look()
      if (!judgement.closed || isSame(now, standing)) return { standing, ...judgement }
      standing = now
    }
  }

  const appends = sequencer({
    ...{ name, signer, tiles, trunk, clock },
    find: records.findSigned,
    admit: rules.admit,
    guarded: rules.guarded,
  })

  async function appended({ module, text }: BundledRecord): Promise<LoggedRecord> {
    if (!isRecordOf(text, module)) throw new TypeError(`not the go.sum lines of ${module.path}@${module.version}`)
    return records.remember(module, await appends.append(module, text))
  }

  return {
    name,
    verifierKey,
    find: records.find,
    append: (module, text) => appended({ module, text }),
    appendAll: (all) => Promise.all(all.map(appended)),
    latest: async () => Buffer.from((await head()).note),
    checkpoint: async () => Buffer.from((await head()).checkpoint),
    async readTile(tile) {
      const asked = `tile ${tile.h}/${tile.l}/${tile.n}, ${tile.w} wide`
      const read = ({ tree }: Standing) => tiles.read(tile, tree)
      const found =
        (await steady(signed, { first: await signed.recent(), asked }, read)) ??
        (await steady(signed, { first: await signed.look(), asked }, read))
      if (!found) throw absent(asked, name)
      return found
    },
    async readRecords(id, n) {
      const asked = `records ${id} to ${id + n - 1}`
      const recently = await signed.recent()
      const first = id + n <= recently.tree.size ? recently : await signed.look()
      if (n < 1 || id + n > first.tree.size) throw absent(asked, name)
      const texts = await steady(signed, { first, asked }, ({ tree }) => tiles.readRecords(id, n, tree))
      return texts.map((text) => Buffer.from(text))
    },
    index: servedIndex({ ...{ tiles, times, name }, trunk: signed }),
    async status() {
      const { standing, guarded, closed } = await judged()
      const { tree, head } = standing
      return {
        ...{ name, size: tree.size, root: formatHash(tree.hash), signedAt: head?.signedAt ?? 0 },
        guard: guarded && { path: guard.place, size: guarded.tree.size, root: formatHash(guarded.tree.hash) },
        ...(closed ? { signs: false, closed } : { signs: true }),
      }
    },
    async close() {
      await appends.idle()
      await trunk.settled()
    },
  }
}

function absent(what: string, log: string): Failure {
  return new Failure('module-not-found', { asked: `${what} of ${log}`, who: log, why: 'the log has no such thing' })
}
