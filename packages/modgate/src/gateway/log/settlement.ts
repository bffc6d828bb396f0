/**
 * Appends that are written and might not survive a power cut yet. They are settled in their order, many at a time: as long as one is not,
 * its bundle and those after it stay, from which it is written again.
 */

import { tileInTree } from '@modgate/gomod/tlog'
import type { Checkpoints } from '../../core/ports.ts'
import type { LogNames } from './log-names.ts'
import { tileHeight } from './log-tiles.ts'

export interface WrittenAppend {
  /** Of its bundle. */
  readonly id: string
  /** The names of all that was written. */
  readonly written: readonly string[]
  /** Records of the tree before and after it. */
  readonly start: number
  readonly size: number
}

export interface Settlement {
  has(id: string): boolean
  /** Begins to settle it, without waiting. */
  add(append: WrittenAppend): void
  /** Resolves when so little is left to settle that more may come. */
  room(): Promise<void>
  /** Resolves when what was begun has ended. */
  readonly settled: () => Promise<void>
}

/** Files written and not settled, over all appends. */
const mostUnsettled = 20_000

export function settlement(checkpoints: Checkpoints, names: LogNames): Settlement {
  const left = new Map<string, WrittenAppend>()
  let working: Promise<void> = Promise.resolve()
  let begun = false

  async function settle(): Promise<void> {
    begun = false
    const all = [...left.values()]
    await checkpoints.settle(all.flatMap(({ written }) => written))
    for (const { id, start, size } of all) {
      await drop(names.bundle(id))
      const edges = edgesOf(size)
      for (const name of edgesOf(start)) if (!edges.includes(name)) await drop(name)
      left.delete(id)
    }
  }

  /** The partial tiles of a tree. */
  function edgesOf(size: number): readonly string[] {
    const edges: string[] = []
    for (let l = 0, count = size; count > 0; l++, count = Math.floor(count / 2 ** tileHeight)) {
      const tile = tileInTree({ h: tileHeight, l, n: Math.floor(count / 2 ** tileHeight) }, size)
      if (!tile) continue
      edges.push(names.tile(tile))
      if (l === 0) edges.push(names.tile({ ...tile, l: -1 }), names.times(tile))
    }
    return edges
  }

  async function drop(name: string): Promise<void> {
    const found = await checkpoints.read(name)
    if (found) await checkpoints.remove(name, found.bytes)
  }

  const count = () => [...left.values()].reduce((sum, { written }) => sum + written.length, 0)

  return {
    has: (id) => left.has(id),
    add(append) {
      left.set(append.id, append)
      if (begun) return
      begun = true
      // What could not be settled is tried again with the next append, or written again at the next start.
      working = working.then(settle).catch(() => undefined)
    },
    async room() {
      if (count() > mostUnsettled) await working
    },
    settled: () => working,
  }
}
