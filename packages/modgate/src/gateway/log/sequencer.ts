/**
 * Appends to the log, many at a time: while one batch is under way the next one gathers. A batch is staged in a bundle, then the
 * head is swapped, then the guard is told, then tiles and lookups are written. Whatever is cut off is completed by the next one who
 * looks: before the swap nothing happened, after it the bundle has all that is needed. Several gates may share one store: the swap
 * tells them apart, and who loses begins anew on the other one's head.
 */

import { randomBytes } from 'node:crypto'
import type { Signer } from '@modgate/gomod/note'
import { formatHash } from '@modgate/gomod/tlog'
import { eachOf } from '../../core/each-of.ts'
import type { Clock, ModuleVersion } from '../../core/ports.ts'
import type { LoggedRecord } from './covering-log.ts'
import { grow } from './grown-tree.ts'
import { formatBundle, type BundledRecord } from './log-bundle.ts'
import { formatHead, signedHead } from './log-head.ts'
import { tileWidth, type LogTiles } from './log-tiles.ts'
import type { LogTrunk, Standing } from './log-trunk.ts'
import { steady } from './steady.ts'

export interface SequencerOptions {
  /** In words, for messages. */
  readonly name: string
  readonly signer: Signer
  readonly tiles: LogTiles
  readonly trunk: LogTrunk
  readonly clock: Clock
  /** The record that the log has of a version under this head, by what was signed. */
  readonly find: (module: ModuleVersion, standing: Standing) => Promise<LoggedRecord | undefined>
  /** Throws where a head must not be signed on top of this one. */
  readonly admit: (before: Standing) => Promise<void>
  /** Throws where a head that stands is not guarded: nobody is told of its records then. */
  readonly guarded: (standing: Standing) => Promise<void>
}

export interface Sequencer {
  append(module: ModuleVersion, text: string): Promise<LoggedRecord>
  /** Resolves when no append is under way. */
  idle(): Promise<void>
}

/** Milliseconds for which the first append of a batch waits for more: far below what a client notices. */
const windowMs = 5
const maxBatch = 4096
/** Records that are looked for at the same time. */
const readAtOnce = 32

interface Waiting extends BundledRecord {
  readonly done: PromiseWithResolvers<LoggedRecord>
}

export function sequencer(options: SequencerOptions): Sequencer {
  const { signer, tiles, trunk, clock } = options
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
      // Before anything is looked for below a head that is none of this log.
      await steady(trunk, { first: standing, asked: options.name }, options.admit)
      left = await unknownOf(left, standing)
      if (left.length === 0) return
      if (await swapped(left, standing)) return
    }
  }

  /** Those that the log has no record of; the others are answered with the one that it has. */
  async function unknownOf(batch: readonly Waiting[], standing: Standing): Promise<readonly Waiting[]> {
    const unknown = new Set<Waiting>()
    await eachOf(batch, readAtOnce, async (each) => {
      const record = await options.find(each.module, standing)
      if (record) each.done.resolve(record)
      else unknown.add(each)
    })
    // In the order in which they came, whichever read ended first.
    return batch.filter((each) => unknown.has(each))
  }

  async function swapped(batch: readonly Waiting[], first: Standing): Promise<boolean> {
    const attempt = async (standing: Standing) => standing === first && trySwap(batch, standing)
    if (!(await steady(trunk, { first, asked: options.name }, attempt))) return false
    await steady(trunk, { first: await trunk.look(), asked: options.name }, options.guarded)
    for (const [i, { done, text }] of batch.entries()) done.resolve({ id: first.tree.size + i, text })
    return true
  }

  async function trySwap(batch: readonly Waiting[], standing: Standing): Promise<boolean> {
    await options.admit(standing)
    const { tree: before, head } = standing
    // A tile of records that was changed is found before anything is signed that would have to be written behind it.
    await tiles.readRecords(before.size - (before.size % tileWidth), before.size % tileWidth, before)
    const texts = batch.map(({ text }) => Buffer.from(text))
    const grown = await grow(before, tiles.reader(before), texts)
    const id = `${String(before.size).padStart(12, '0')}-${randomBytes(8).toString('hex')}`
    const records = batch.map(({ module, text }) => ({ module, text }))
    const signedAt = clock.now()
    const made = { start: before.size, root: formatHash(before.hash), previous: head?.bundle ?? '' }
    const bundle = { ...made, time: Math.max(0, Math.floor(signedAt * 1000)), records }
    const next = signedHead(grown.tree, signer, { signedAt, bundle: id })
    return trunk.swap(standing, { id, bundle, staged: formatBundle(bundle), head: formatHead(next), grown })
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
