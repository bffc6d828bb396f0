/** How many files have come from the network: shown once it has taken longer than a person waits without wondering. */

import { progress, type Progress, type Terminal } from './progress.ts'

export interface FetchProgress {
  /** One more file came, of so many bytes. */
  readonly file: (bytes: number) => void
  end(): void
}

const silentMs = 1000

export function fetchProgress(terminal: Terminal): FetchProgress {
  const started = performance.now()
  let line: Progress | undefined
  let early = 0
  return {
    file(bytes) {
      early += bytes
      if (!line && performance.now() - started < silentMs) return
      line ??= progress(terminal, 'resolve', 0)
      line.done(early)
      early = 0
    },
    end: () => line?.end(),
  }
}
