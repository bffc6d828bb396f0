/**
 * What of the log is written: its head, and tiles and lookups up to it. A head is given out when all below it is written, by whoever
 * was cut off or by who looks next; and only then are bundles and narrower tiles removed, oldest first, when the rest survives a power
 * cut. Other gates do the same on the same store at the same time.
 */

import { emptyTreeHash, parseHash, TlogError, type Tree } from '@modgate/gomod/tlog'
import { eachOf } from '../../core/each-of.ts'
import { Failure } from '../../core/failure.ts'
import type { Checkpoints, Clock } from '../../core/ports.ts'
import { grow, type GrownTree } from './grown-tree.ts'
import { parseBundle, type Bundle } from './log-bundle.ts'
import { parseHead, type LogHead } from './log-head.ts'
import { formatLookup } from './log-lookup.ts'
import type { LogNames } from './log-names.ts'
import type { LogTiles } from './log-tiles.ts'
import type { LogTimes } from './log-times.ts'
import { settlement } from './settlement.ts'

export interface LogTrunk {
  /** The head as it stands now, everything below it written. Throws `log-damaged` where that cannot be read. */
  look(): Promise<Standing>
  /** The same as it stood a moment ago: it covers all that this process has answered. */
  recent(): Promise<Standing>
  /** Stages an append and puts its head in the place of another one; false where that one stands no longer. */
  swap(before: Standing, append: StagedAppend): Promise<boolean>
  /** Resolves when nothing is left to be settled that can be. */
  settled(): Promise<void>
}

/** A head, and its bytes for the next swap; of an empty log there is neither. */
export interface Standing {
  readonly tree: Tree
  readonly head?: LogHead
  readonly bytes?: Uint8Array
}

export interface StagedAppend {
  readonly id: string
  readonly bundle: Bundle
  /** The bundle as bytes. */
  readonly staged: Uint8Array
  /** The head as bytes. */
  readonly head: Uint8Array
  readonly grown: GrownTree
}

export interface TrunkOptions {
  readonly checkpoints: Checkpoints
  readonly names: LogNames
  readonly tiles: LogTiles
  readonly times: LogTimes
  readonly clock: Clock
  /** Told of each head that is new to this process, before anybody hears of it. */
  readonly seen: (standing: Standing) => Promise<void>
}

/** How long other gates' appends may stay unseen where nobody asks for them, milliseconds. */
const momentMs = 100
/** Small files that are written at the same time. */
const writtenAtOnce = 32

type Link = Pick<StagedAppend, 'id' | 'bundle'>

export function logTrunk({ checkpoints, names, tiles, times, clock, seen }: TrunkOptions): LogTrunk {
  const unsettled = settlement(checkpoints, names)
  const own = new Map<string, StagedAppend>()
  let last: Standing | undefined
  let lookedAt = -Infinity
  let looking: Promise<unknown> = Promise.resolve()
  let nextLook: Promise<Standing> | undefined

  /** One look at a time: who asks while one is under way shares the one after it. */
  function look(): Promise<Standing> {
    nextLook ??= looking.then(() => {
      nextLook = undefined
      return refreshed()
    })
    looking = nextLook.catch(() => undefined)
    return nextLook
  }

  async function refreshed(): Promise<Standing> {
    const standing = await readHead()
    if (!last || !isSame(last, standing)) {
      if (standing.head) await complete(standing.head)
      await seen(standing)
      last = standing
      // Between two gates the one that tells its guard last may tell less; whoever told looks again.
      if (!isSame(await readHead(), standing)) void look().catch(() => undefined)
    }
    lookedAt = clock.now()
    return last
  }

  async function readHead(): Promise<Standing> {
    const bytes = (await checkpoints.read(names.head))?.bytes
    if (!bytes) return { tree: { size: 0, hash: emptyTreeHash() } }
    const head = parsed(names.head, () => parseHead(bytes))
    return { tree: head.tree, head, bytes }
  }

  async function recent(): Promise<Standing> {
    const age = clock.now() - lookedAt
    if (last && age >= 0 && age < momentMs) return last
    try {
      return await look()
    } catch (error) {
      // Where a disk is full the head before is as good for readers as it was.
      if (last && error instanceof Failure && error.code === 'store-failed') return last
      throw error
    }
  }

  /** Writes what the bundles say that are still there and that this process has not written, the oldest first. */
  async function complete(head: LogHead): Promise<void> {
    for (const { id, bundle } of await chainTo(head)) {
      try {
        await write(id, bundle)
      } catch (error) {
        if (!(error instanceof TlogError)) throw error
        // Another gate has settled it meanwhile, and has removed what it was to be made of.
        if ((await checkpoints.read(names.bundle(id))) !== undefined) throw damaged(names.bundle(id), error.message)
      }
      own.delete(id)
    }
  }

  async function chainTo({ bundle: newest }: LogHead): Promise<readonly Link[]> {
    const chain: Link[] = []
    for (let id = newest; id !== '' && !unsettled.has(id); id = chain[0]!.bundle.previous) {
      const bundle = own.get(id)?.bundle ?? (await readBundle(id))
      if (!bundle) break
      chain.unshift({ id, bundle })
    }
    return chain
  }

  async function readBundle(id: string): Promise<Bundle | undefined> {
    const bytes = (await checkpoints.read(names.bundle(id)))?.bytes
    return bytes && parsed(names.bundle(id), () => parseBundle(bytes))
  }

  async function write(id: string, bundle: Bundle): Promise<void> {
    const before: Tree = { size: bundle.start, hash: parseHash(bundle.root) }
    const texts = bundle.records.map(({ text }) => text)
    const buffers = texts.map((text) => Buffer.from(text))
    const grown = own.get(id)?.grown ?? (await grow(before, tiles.reader(before), buffers))
    const written = [...(await tiles.writeRecords(before, texts))]
    written.push(...(await times.write(bundle.start, texts.length, bundle.time)))
    await eachOf(await grown.tiles(), writtenAtOnce, async ([tile, data]) => {
      written.push(await tiles.write(tile, data))
    })
    await eachOf(bundle.records.entries(), writtenAtOnce, async ([i, { module, text }]) => {
      // One that is lost, or whose name is too long for the disk, is no harm: the records have all that it says.
      await checkpoints.write(names.lookup(module), formatLookup({ id: bundle.start + i, text })).catch(() => undefined)
    })
    unsettled.add({ id, written, start: bundle.start, size: grown.tree.size })
  }

  async function swap(before: Standing, { id, ...append }: StagedAppend): Promise<boolean> {
    await unsettled.room()
    await checkpoints.replace(names.bundle(id), undefined, append.staged, { durable: true })
    own.set(id, { id, ...append })
    try {
      if (await checkpoints.replace(names.head, before.bytes, append.head, { durable: true })) return true
    } catch (error) {
      own.delete(id)
      if (!(await mayStand(id))) await checkpoints.remove(names.bundle(id), append.staged)
      throw error
    }
    own.delete(id)
    await checkpoints.remove(names.bundle(id), append.staged)
    return false
  }

  /** A swap that failed may have happened: then its bundle is all that there is of the records. */
  async function mayStand(id: string): Promise<boolean> {
    try {
      const { head } = await readHead()
      return head !== undefined && (head.bundle === id || (await chainTo(head)).some((link) => link.id === id))
    } catch {
      return true
    }
  }

  return { look, recent, swap, settled: unsettled.settled }
}

/** Whether two looks saw the very same head. */
export function isSame(a: Standing, b: Standing): boolean {
  if (a.bytes === undefined || b.bytes === undefined) return a.bytes === b.bytes
  return Buffer.compare(a.bytes, b.bytes) === 0
}

function parsed<T>(name: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw damaged(name, 'it is not in the format in which it was written', error)
  }
}

function damaged(asked: string, why: string, cause?: unknown): Failure {
  return new Failure('log-damaged', { asked, who: 'modgate', why, cause })
}
