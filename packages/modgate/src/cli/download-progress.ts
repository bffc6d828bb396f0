/** How far a download has come: modules, bytes, how fast, what goes on just now, and how long it will take. */

import { counted } from '../core/counted.ts'
import { sizeInWords } from '../report/size-in-words.ts'
import { bar, durationInWords, isScreen, progressLine, type Terminal } from './progress.ts'

export interface DownloadProgress {
  /** So many modules are wanted: known once the graph has been read. */
  total(modules: number): void
  readonly module: () => void
  readonly bytes: (more: number) => void
  /** Something of this kind has begun, or ended: it brings no bytes, and a line that stands still would look like an end. */
  readonly at: (work: Work, more: 1 | -1) => void
  end(): void
}

/** Zips that are unpacked, and modules that are read from their repositories. */
export type Work = 'unpacking' | 'repository'

/** Milliseconds after which the line is written again although nothing has come. */
const atLeastEveryMs = 500

/** One line on a terminal, nothing elsewhere. */
export function downloadProgress(terminal: Terminal): DownloadProgress {
  const started = performance.now()
  const counts = { modules: 0, bytes: 0, total: 0, since: started }
  const under: Record<Work, number> = { unpacking: 0, repository: 0 }
  const doing = () => [
    ...(under.unpacking === 0 ? [] : [`unpacking ${under.unpacking}`]),
    ...(under.repository === 0 ? [] : [`${under.repository} from repositories`]),
  ]
  const line = progressLine(terminal, () => {
    const now = performance.now()
    const rate = (counts.bytes / Math.max(1, now - started)) * 1000
    const amount = [sizeInWords(counts.bytes), `${sizeInWords(rate)}/s`, ...doing()].join(', ')
    if (counts.total === 0) return `download: reading the module graph, ${amount}`
    const { modules, total, since } = counts
    const left = modules === 0 ? '' : `, ${durationInWords(((now - since) / 1000 / modules) * (total - modules))} left`
    return `download ${bar(modules, total)} ${modules} of ${counted(total, 'module')}, ${amount}${left}`
  })
  const again = isScreen(terminal) ? setInterval(() => line.done(0), atLeastEveryMs).unref() : undefined
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
    at(work, more) {
      under[work] += more
      line.done(0)
    },
    end() {
      clearInterval(again)
      line.end()
    },
  }
}
