/** What of the log is written: its head, and tiles and lookups up to it, completed where somebody was cut off. */

import { emptyTreeHash, parseHash, tileInTree, type Tree } from '@modgate/gomod/tlog'
import type { Checkpoints } from '../../core/ports.ts'
import { grow, type GrownTree } from './grown-tree.ts'
import { parseBundle, type Bundle } from './log-bundle.ts'
import { parseHead, type LogHead } from './log-head.ts'
import type { LogNames } from './log-names.ts'
import { tileHeight, type LogTiles } from './log-tiles.ts'

export interface LogTrunk {
  /** The head as it stands now, everything below it written. */
  look(): Promise<Standing>
  /** Writes what a bundle, whose head has just been swapped in, adds to the tree before. */
  extend(id: string, bundle: Bundle, grown: GrownTree): Promise<void>
  /** Resolves when nothing is left to be settled. */
  settled(): Promise<void>
}

/** A head, and its bytes for the next swap; of an empty log there is neither. */
export interface Standing {
  readonly tree: Tree
  readonly head?: LogHead
  readonly bytes?: Uint8Array
}

interface TrunkOptions {
  readonly checkpoints: Checkpoints
  readonly names: LogNames
  readonly tiles: LogTiles
}

const emptyTree: Tree = { size: 0, hash: emptyTreeHash() }

export function logTrunk({ checkpoints, names, tiles }: TrunkOptions): LogTrunk {
  let last: Standing | undefined
  let settling: Promise<void> = Promise.resolve()

  async function look(): Promise<Standing> {
    const bytes = (await checkpoints.read(names.head))?.bytes
    if (!bytes) return (last = { tree: emptyTree })
    if (last?.bytes && Buffer.compare(last.bytes, bytes) === 0) return last
    const head = parseHead(bytes)
    await complete(head)
    return (last = { tree: head.tree, head, bytes })
  }

  /** Writes again what the bundles say that are still there, the oldest first. */
  async function complete(head: LogHead): Promise<void> {
    const chain: { readonly id: string; readonly bundle: Bundle }[] = []
    for (let id = head.bundle; id !== ''; id = chain[0]!.bundle.previous) {
      const bytes = (await checkpoints.read(names.bundle(id)))?.bytes
      if (!bytes) break
      chain.unshift({ id, bundle: parseBundle(bytes) })
    }
    for (const { id, bundle } of chain) {
      const before: Tree = { size: bundle.start, hash: parseHash(bundle.root) }
      const texts = bundle.records.map(({ text }) => Buffer.from(text))
      await write(bundle, await grow(before, tiles.reader(before), texts), id)
    }
  }

  async function write(bundle: Bundle, grown: GrownTree, id: string): Promise<void> {
    const texts = bundle.records.map(({ text }) => text)
    const written = await Promise.all([
      tiles.writeRecords(bundle.start, texts),
      ...(await grown.tiles()).map(async ([tile, data]) => [await tiles.write(tile, data)]),
      ...bundle.records.map(async ({ module, text }, i) => {
        await checkpoints.write(names.lookup(module), Buffer.from(`${bundle.start + i}\n${text}`))
        return [names.lookup(module)]
      }),
    ])
    settling = settling
      .then(() => settle(bundle, grown.tree, { id, written: written.flat() }))
      // What could not be settled now is written again at the next start, since its bundle stays.
      .catch(() => undefined)
  }

  async function settle(
    { start }: Bundle,
    after: Tree,
    { id, written }: { readonly id: string; readonly written: readonly string[] },
  ): Promise<void> {
    await checkpoints.settle(written)
    await drop(names.bundle(id))
    for (const name of edgesOf(start)) if (!edgesOf(after.size).includes(name)) await drop(name)
  }

  /** The partial tiles of a tree. */
  function edgesOf(size: number): readonly string[] {
    const edges: string[] = []
    for (let l = 0, count = size; count > 0; l++, count = Math.floor(count / 2 ** tileHeight)) {
      const tile = tileInTree({ h: tileHeight, l, n: Math.floor(count / 2 ** tileHeight) }, size)
      if (!tile) continue
      edges.push(names.tile(tile))
      if (l === 0) edges.push(names.tile({ ...tile, l: -1 }))
    }
    return edges
  }

  async function drop(name: string): Promise<void> {
    const found = await checkpoints.read(name)
    if (found) await checkpoints.remove(name, found.bytes)
  }

  return {
    look,
    extend: (id, bundle, grown) => write(bundle, grown, id),
    settled: () => settling,
  }
}
