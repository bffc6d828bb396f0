/** The origin watch, constructed: what it looks at, and where it says what it has found. */

import type { ServeConfig } from '../config/index.ts'
import type { Failure } from '../core/failure.ts'
import { systemClock } from '../core/system.ts'
import { noteEarlierOrigins, type EarlierOriginsOptions } from '../gateway/earlier-origins.ts'
import { originCheck, type OriginCheckOptions } from '../gateway/origin-check.ts'
import { originWatch, type OriginWatch, type OriginWatchReport } from '../gateway/origin-watch.ts'
import type { OriginBook, OriginFinding } from '../store/origin-book.ts'
import { findingInWords } from '../report/origin-findings.ts'
import type { Telemetry } from '../telemetry/index.ts'

export interface WatchParts extends Omit<OriginCheckOptions, 'clock'>, Omit<EarlierOriginsOptions, 'book' | 'clock'> {
  readonly book: OriginBook
}

/** Begins to watch; undefined where nobody is to be asked. Nothing is asked before a module came from a repository. */
export function watchOrigins(
  { offline, originWatchMs: everyMs }: Pick<ServeConfig, 'offline' | 'originWatchMs'>,
  { book, ...parts }: WatchParts,
  watch: Telemetry,
): OriginWatch | undefined {
  if (offline || everyMs === undefined) return undefined
  const check = originCheck({ ...parts, clock: systemClock })
  const first = (closing: AbortSignal) => noteEarlierOrigins({ ...parts, book, clock: systemClock }, closing)
  const made = originWatch({ book, check, everyMs, clock: systemClock, report: reportTo(watch), first })
  watch.meters.observeOriginFindings(() => made.findings)
  void made.run()
  return made
}

function reportTo({ logger, meters }: Telemetry): OriginWatchReport {
  const said = (finding: OriginFinding, repository: string) => ({
    repository,
    ...finding,
    why: findingInWords(finding),
  })
  return {
    checked(repository, failure?: Failure) {
      meters.originChecked(failure?.code ?? 'ok')
      if (failure)
        logger.info({ repository, code: failure.code, why: failure.why }, 'a repository could not be looked at')
    },
    found: (finding, repository) =>
      logger.warn(said(finding, repository), 'origin watch: a repository is not any more what was kept of it'),
    settled: (finding, repository) =>
      logger.info(said(finding, repository), 'origin watch: a repository is again what was kept of it'),
  }
}
