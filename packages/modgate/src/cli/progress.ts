/** How far a long command has come: one line that is written over and over, on a terminal only. */

import type { Writable } from 'node:stream'
import { sizeInWords } from '../report/size-in-words.ts'

export interface Progress {
  /** So many bytes more are done. */
  done(bytes: number): void
  /** Takes the line away. */
  end(): void
}

const width = 24
const everyMs = 100

/** Progress of a work of `total` bytes, or of an unknown amount. */
export function progress(stream: Writable, verb: string, total: number): Progress {
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
      const part = total === 0 ? 0 : Math.min(1, bytes / total)
      const bar = '#'.repeat(Math.round(part * width)).padEnd(width, '.')
      stream.write(`\r\x1b[K${verb} [${bar}] ${sizeInWords(bytes)} of ${sizeInWords(total)}, ${files} files`)
    },
    end: () => void stream.write('\r\x1b[K'),
  }
}
