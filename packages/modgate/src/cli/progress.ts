/** How far a long command has come: one line that is written over and over, on a terminal only. */

import type { Writable } from 'node:stream'
import { sizeInWords } from '../report/size-in-words.ts'

export interface Progress {
  /** So many bytes, or things, more are done. */
  done(bytes: number): void
  /** Takes the line away. */
  end(): void
}

const width = 24
const everyMs = 100

/** Progress of a work of `total` things of a kind, a few of which are done at a time. */
export function countProgress(stream: Writable, verb: string, total: number, noun: string): Progress {
  if ((stream as { isTTY?: boolean }).isTTY !== true) return { done: () => undefined, end: () => undefined }
  let count = 0
  let shownAt = -Infinity
  return {
    done(more) {
      count += more
      const now = performance.now()
      if (now - shownAt < everyMs) return
      shownAt = now
      const bar = '#'.repeat(Math.round(Math.min(1, count / total) * width)).padEnd(width, '.')
      stream.write(`\r\x1b[K${verb} [${bar}] ${count} of ${total} ${noun}`)
    },
    end: () => void stream.write('\r\x1b[K'),
  }
}

/** Progress of a work of `total` bytes, 0 if that is not known; `noun` is what comes done one by one, none if that says nothing. */
export function progress(stream: Writable, verb: string, total: number, noun = 'files'): Progress {
  if ((stream as { isTTY?: boolean }).isTTY !== true) return { done: () => undefined, end: () => undefined }
  let bytes = 0
  let files = 0
  let shownAt = -Infinity
  return {
    done(more) {
      bytes += more
      files++
      const now = performance.now()
      if (now - shownAt < everyMs) return
      shownAt = now
      const part = Math.min(1, bytes / total)
      const bar = total === 0 ? '' : ` [${'#'.repeat(Math.round(part * width)).padEnd(width, '.')}]`
      const whole = total === 0 ? '' : ` of ${sizeInWords(total)}`
      stream.write(`\r\x1b[K${verb}${bar} ${sizeInWords(bytes)}${whole}${noun === '' ? '' : `, ${files} ${noun}`}`)
    },
    end: () => void stream.write('\r\x1b[K'),
  }
}
