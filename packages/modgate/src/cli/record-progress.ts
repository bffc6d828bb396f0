/** How far a work on the records of a log has come: one line that is written over and over, on a terminal only. */

import type { Writable } from 'node:stream'

const width = 24
const everyMs = 100

export interface RecordProgress {
  /** So many records more are done. */
  done(count: number): void
  /** Takes the line away. */
  end(): void
}

export function recordProgress(stream: Writable, verb: string, total: number): RecordProgress {
  if ((stream as { isTTY?: boolean }).isTTY !== true) return { done: () => undefined, end: () => undefined }
  let count = 0
  let shownAt = -Infinity
  return {
    done(more) {
      count += more
      const now = performance.now()
      if (now - shownAt < everyMs) return
      shownAt = now
      const part = total === 0 ? 1 : Math.min(1, count / total)
      stream.write(
        `\r\x1b[K${verb} [${'#'.repeat(Math.round(part * width)).padEnd(width, '.')}] ${count} of ${total} records`,
      )
    },
    end: () => void stream.write('\r\x1b[K'),
  }
}
