/** Records in the order of time, for whoever follows what the gate serves. */

import type { CoveringLog, IndexedRecord } from './covering-log.ts'
import { tileWidth, type LogTiles } from './log-tiles.ts'
import type { LogTimes } from './log-times.ts'
import type { LogTrunk, Standing } from './log-trunk.ts'
import { steady } from './steady.ts'

interface IndexOptions {
  readonly trunk: Pick<LogTrunk, 'look' | 'recent'>
  readonly tiles: LogTiles
  readonly times: LogTimes
  /** The log's, for messages. */
  readonly name: string
}

/** What `CoveringLog.index` promises. */
export function servedIndex({ trunk, tiles, times, name }: IndexOptions): CoveringLog['index'] {
  return async (from, most) => {
    const read = async ({ tree }: Standing): Promise<readonly IndexedRecord[]> => {
      const id = 'id' in from ? from.id : await times.since(from.time, tree.size)
      const n = Math.min(most, tree.size - id)
      if (n <= 0) return []
      const [texts, dates] = await Promise.all([tiles.readRecords(id, n, tree), timesOf(id, n, tree.size)])
      return texts.map((text, i) => ({ id: id + i, text, time: dates[i]! }))
    }
    return steady(trunk, { first: await trunk.recent(), asked: `the index of ${name}` }, read)
  }

  async function timesOf(id: number, n: number, size: number): Promise<readonly number[]> {
    const first = Math.floor(id / tileWidth)
    const tiles = Array.from({ length: Math.ceil((id + n) / tileWidth) - first }, (_, i) => times.read(first + i, size))
    return (await Promise.all(tiles)).flat().slice(id - first * tileWidth, id - first * tileWidth + n)
  }
}
