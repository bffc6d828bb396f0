/** How far a download has come: modules, bytes, how fast, and how long it will take. */

import { counted } from '../core/counted.ts'
import { sizeInWords } from '../report/size-in-words.ts'
import { bar, durationInWords, progressLine, type Terminal } from './progress.ts'

export interface DownloadProgress {
  /** So many modules are wanted: known once the graph has been read. */
  total(modules: number): void
  readonly module: () => void
  readonly bytes: (more: number) => void
  end(): void
}

/** One line on a terminal, nothing elsewhere. */
export function downloadProgress(terminal: Terminal): DownloadProgress {
  const started = performance.now()
  const counts = { modules: 0, bytes: 0, total: 0, since: started }
  const line = progressLine(terminal, () => {
    const now = performance.now()
    const rate = (counts.bytes / Math.max(1, now - started)) * 1000
    const amount = `${sizeInWords(counts.bytes)}, ${sizeInWords(rate)}/s`
    if (counts.total === 0) return `download: reading the module graph, ${amount}`
    const { modules, total, since } = counts
    const left = modules === 0 ? '' : `, ${durationInWords(((now - since) / 1000 / modules) * (total - modules))} left`
    return `download ${bar(modules, total)} ${modules} of ${counted(total, 'module')}, ${amount}${left}`
  })
  return {
    total(modules) {
      counts.total = modules
      counts.since = performance.now()
    },
    module() {
      counts.modules++
      line.done(0)
    },
    bytes(more) {
      counts.bytes += more
      line.done(more)
    },
    end: () => line.end(),
  }
}
