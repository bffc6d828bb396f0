/**
 * Appends to the log, many at a time: while one batch is under way the next one gathers. A batch is staged in a bundle, then the
 * head is swapped, then the guard is told, then tiles and lookups are written. Whatever is cut off is completed by the next one who
 * looks: before the swap nothing happened, after it the bundle has all that is needed. Several gates may share one store: the swap
 * tells them apart, and who loses begins anew on the other one's head.
 */

import { randomBytes } from 'node:crypto'
import type { Signer } from '@modgate/gomod/note'
import { formatHash, type Tree } from '@modgate/gomod/tlog'
import type { Checkpoints, Clock, ModuleVersion } from '../../core/ports.ts'
import type { LoggedRecord } from './covering-log.ts'
import { grow } from './grown-tree.ts'
import { formatBundle, type BundledRecord } from './log-bundle.ts'
import { formatHead, signedHead } from './log-head.ts'
import type { LogNames } from './log-names.ts'
import type { LogTiles } from './log-tiles.ts'
import type { LogTrunk, Standing } from './log-trunk.ts'

export interface SequencerOptions {
  readonly signer: Signer
  readonly checkpoints: Checkpoints
  readonly names: LogNames
  readonly tiles: LogTiles
  readonly trunk: LogTrunk
  readonly clock: Clock
  /** The record that the log has of a version in this tree. */
  readonly find: (module: ModuleVersion, standing: Standing) => Promise<LoggedRecord | undefined>
  /** Throws where a head must not be signed on top of this one. */
  readonly admit: (before: Standing) => Promise<void>
  /** Told of a head that stands, before anybody else is. */
  readonly signed: (tree: Tree) => Promise<void>
}

export interface Sequencer {
  append(module: ModuleVersion, text: string): Promise<LoggedRecord>
  /** Resolves when no append is under way. */
  idle(): Promise<void>
}

/** Milliseconds for which the first append of a batch waits for more: far below what a client notices. */
const windowMs = 5
const maxBatch = 4096

interface Waiting extends BundledRecord {
  readonly done: PromiseWithResolvers<LoggedRecord>
}

export function sequencer(options: SequencerOptions): Sequencer {
  const { signer, checkpoints, names, tiles, trunk, clock } = options
  let waiting: Waiting[] = []
  const underWay = new Map<string, Promise<LoggedRecord>>()
  let working: Promise<void> | undefined

  async function work(): Promise<void> {
    await clock.sleep(windowMs)
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch)
      waiting = waiting.slice(maxBatch)
      try {
        await commit(batch)
      } catch (error) {
        for (const { done } of batch) done.reject(error)
      }
    }
    working = undefined
  }

  /** Until all of them are in the log, by this process or by another one. */
  async function commit(batch: readonly Waiting[]): Promise<void> {
    for (let left = batch; ;) {
      const standing = await trunk.look()
      left = await unknownOf(left, standing)
      if (left.length === 0) return
      if (await swap(left, standing)) return
    }
  }

  /** Those that the log has no record of; the others are answered with the one that it has. */
  async function unknownOf(batch: readonly Waiting[], standing: Standing): Promise<readonly Waiting[]> {
    const found = await Promise.all(batch.map(({ module }) => options.find(module, standing)))
    for (const [i, record] of found.entries()) if (record) batch[i]!.done.resolve(record)
    return batch.filter((_, i) => found[i] === undefined)
  }

  async function swap(batch: readonly Waiting[], standing: Standing): Promise<boolean> {
    await options.admit(standing)
    const { tree: before, head, bytes } = standing
    const grown = await grow(
      before,
      tiles.reader(before),
      batch.map(({ text }) => Buffer.from(text)),
    )
    const id = `${String(before.size).padStart(12, '0')}-${randomBytes(8).toString('hex')}`
    const records = batch.map(({ module, text }) => ({ module, text }))
    const bundle = { start: before.size, root: formatHash(before.hash), previous: head?.bundle ?? '', records }
    const staged = formatBundle(bundle)
    await checkpoints.replace(names.bundle(id), undefined, staged, { durable: true })
    const next = formatHead(signedHead(grown.tree, signer, { signedAt: clock.now(), bundle: id }))
    if (!(await checkpoints.replace(names.head, bytes, next, { durable: true }))) {
      await checkpoints.remove(names.bundle(id), staged)
      return false
    }
    await options.signed(grown.tree)
    await trunk.extend(id, bundle, grown)
    for (const [i, { done, text }] of batch.entries()) done.resolve({ id: before.size + i, text })
    return true
  }

  return {
    append(module, text) {
      const key = `${module.path}@${module.version}`
      const joined = underWay.get(key)
      if (joined) return joined
      const done = Promise.withResolvers<LoggedRecord>()
      const over = done.promise.finally(() => underWay.delete(key))
      underWay.set(key, over)
      waiting.push({ module, text, done })
      working ??= work()
      return over
    },
    idle: async () => working,
  }
}
