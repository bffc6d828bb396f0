/**
 * When each record was appended, in a file beside each tile of records. Nothing proves these times, and nothing rests on them but the
 * index. They grow from record to record, so that whoever reads the index page by page misses nothing and comes to its end; a clock that
 * is set back makes them later than they were, never earlier.
 */

import { TlogError, type Tile } from '@modgate/gomod/tlog'
import type { Checkpoints } from '../../core/ports.ts'
import { hotBytes } from './hot-bytes.ts'
import type { LogNames } from './log-names.ts'
import { tileHeight, tileWidth } from './log-tiles.ts'

/** Times are microseconds since the epoch. What is read rejects with a TlogError `inconsistent` where a file is gone or no such file. */
export interface LogTimes {
  /** Times of the records of a tile, as many as a tree of `size` records has there. */
  read(n: number, size: number): Promise<readonly number[]>
  /** The first record of a tree that was not appended before a time, `size` where there is none; the cost grows with log size. */
  since(time: number, size: number): Promise<number>
  /** Keeps the times of `count` records behind the first `size`, from `time` on; answers the names of what was written. */
  write(size: number, count: number, time: number): Promise<readonly string[]>
}

/** Some hundred files. */
const bytesInMemory = 1 << 20

export function logTimes(checkpoints: Checkpoints, names: LogNames): LogTimes {
  const hot = hotBytes(bytesInMemory)

  async function load(tile: Tile): Promise<readonly number[] | undefined> {
    const name = names.times(tile)
    const bytes = hot.get(name) ?? (await checkpoints.read(name))?.bytes
    const times = bytes && parseTimes(bytes)
    if (times?.length !== tile.w) return undefined
    hot.keep(name, bytes!)
    return times
  }

  async function read(n: number, size: number): Promise<readonly number[]> {
    const tile = tileOf(n, size)
    const times = await load(tile)
    if (!times) throw new TlogError('inconsistent', `${names.times(tile)} does not hold the times of its records`)
    return times
  }

  /**
   * The times that stand before the records behind the first `size`: those of their tile, or the one before it. Where they are lost the
   * records of the tile are in the index once more, as of `time`: that harms nobody, and must not keep anybody from appending.
   */
  async function before(size: number, { tile, time }: { readonly tile: Tile; readonly time: number }) {
    const old = size % tileWidth
    const last = size === 0 ? [] : await load(tileOf(Math.floor((size - 1) / tileWidth), size))
    if (old === 0) return { kept: [], last: last?.at(-1) ?? 0 }
    // Another gate may have written the wider file, and have removed the narrower one.
    const kept = last ?? (await load(tile))?.slice(0, old) ?? new Array<number>(old).fill(time)
    return { kept, last: kept.at(-1)! }
  }

  return {
    read,
    async since(time, size) {
      let [low, high] = [0, Math.ceil(size / tileWidth)]
      while (low < high) {
        const middle = Math.floor((low + high) / 2)
        if ((await read(middle, size)).at(-1)! < time) low = middle + 1
        else high = middle
      }
      if (low * tileWidth >= size) return size
      return low * tileWidth + (await read(low, size)).findIndex((each) => each >= time)
    },
    async write(size, count, time) {
      const written: string[] = []
      for (let [done, next] = [0, time]; done < count;) {
        const from = size + done
        const n = Math.floor(from / tileWidth)
        const tile = tileOf(n, size + count)
        const { kept, last } = await before(from, { tile, time })
        next = Math.max(next, last + 1)
        const data = formatTimes([...kept, ...Array.from({ length: tile.w - kept.length }, () => next++)])
        await checkpoints.write(names.times(tile), data)
        hot.keep(names.times(tile), data)
        written.push(names.times(tile))
        done += tile.w - kept.length
      }
      return written
    },
  }
}

const tileOf = (n: number, size: number): Tile => ({
  h: tileHeight,
  l: -1,
  n,
  w: Math.min(tileWidth, size - n * tileWidth),
})

export const formatTimes = (times: readonly number[]): Uint8Array =>
  Buffer.from(times.map((time) => `${time}\n`).join(''))

/** Undefined for what is no such file. */
export function parseTimes(bytes: Uint8Array): readonly number[] | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  if (!/^(?:\d{1,16}\n)*$/.test(text)) return undefined
  const times = text.split('\n').slice(0, -1).map(Number)
  return times.every((time, i) => Number.isSafeInteger(time) && (i === 0 || time >= times[i - 1]!)) ? times : undefined
}
