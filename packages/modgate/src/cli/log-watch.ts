/** How the log of a running gate stands, for the meters; and a line when it stops to take records, or takes them again. */

import type { Clock } from '../core/ports.ts'
import type { CoveringLog, LogStatus } from '../gateway/log/covering-log.ts'
import type { LogMeasure, Telemetry } from '../telemetry/index.ts'

export interface LogWatch {
  /** Looks, unless somebody has just looked. Never rejects, and takes as long as the disk does. */
  look(): Promise<void>
  close(): void
}

export interface LogWatchOptions {
  readonly log: Pick<CoveringLog, 'name' | 'status'>
  readonly clock: Pick<Clock, 'now'>
  readonly watch: Pick<Telemetry, 'logger' | 'meters'>
}

/** What was seen last; `trouble` is empty where there is none. */
type Found = Pick<LogStatus, 'size' | 'signedAt'> & { readonly trouble: string }

/** Milliseconds between two looks that nobody has asked for. */
const lookEveryMs = 15_000
const freshMs = 1000

/** Looks now, and every now and then. What it finds first is not said: who starts a gate has said it. */
export function watchLog({ log, clock, watch: { logger, meters } }: LogWatchOptions): LogWatch {
  let found: Found | undefined
  let lookedAt = -Infinity
  let looking: Promise<void> | undefined

  meters.observeLog(() => found && measured(found, clock.now()))

  async function lookNow(): Promise<void> {
    const before = found
    try {
      const status = await log.status()
      found = { ...status, trouble: status.signs ? '' : status.closed.why }
      if (before && before.trouble !== found.trouble) say(status)
    } catch (error) {
      const trouble = (error as Error).message
      found = { size: 0, signedAt: 0, ...before, trouble }
      if (before?.trouble !== trouble) logger.error({ log: log.name, err: error }, 'the covering log cannot be read')
    }
    lookedAt = clock.now()
  }

  function say(status: LogStatus): void {
    const said = { log: status.name, size: status.size }
    if (status.signs) logger.info(said, 'the covering log takes records again')
    else logger.error({ ...said, ...status.closed }, 'the covering log refuses to sign')
  }

  async function look(): Promise<void> {
    if (Math.abs(clock.now() - lookedAt) < freshMs) return
    looking ??= lookNow().finally(() => (looking = undefined))
    await looking
  }

  void look()
  const timer = setInterval(() => void look(), lookEveryMs).unref()
  return { look, close: () => clearInterval(timer) }
}

function measured({ size, signedAt, trouble }: Found, now: number): LogMeasure {
  return {
    size,
    ageSeconds: signedAt === 0 ? undefined : Math.max(0, (now - signedAt) / 1000),
    signs: trouble === '',
  }
}
