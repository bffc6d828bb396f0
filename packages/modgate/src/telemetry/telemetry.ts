/** Everything that watches the gate, opened and closed together. */

import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../core/ports.ts'
import { logger, type Logger, type LoggerOptions } from './logger.ts'
import { meters, type Meters } from './meters.ts'
import { observer, type Observer } from './observer.ts'
import { otelSettings, type Environment, type OtelSettings } from './otel-settings.ts'
import { tracer, type Tracer } from './tracer.ts'

export interface TelemetryOptions {
  readonly log: LoggerOptions
  /** Distinct modules that get series of their own. */
  readonly moduleLimit: number
  /** The product's version. */
  readonly version: string
  /** The process's variables, of which the `OTEL_…` ones count. */
  readonly environment: Environment
  readonly clock: Clock
}

export interface Telemetry {
  readonly logger: Logger
  readonly meters: Meters
  readonly tracer: Tracer
  readonly observer: Observer
  /** Sends and writes what is waiting, within 3 s where a collector does not take it. Never rejects. */
  shutdown(): Promise<void>
}

const patienceMilliseconds = 3000

/** Opens logs, metrics and traces. Exporters are loaded only where the environment asks for them. */
export async function telemetry(options: TelemetryOptions): Promise<Telemetry> {
  const settings = otelSettings(options.environment)
  const log = logger(options.log)
  const counts = meters({ moduleLimit: options.moduleLimit, version: options.version })
  for (const warning of settings.warnings) log.warn({}, warning)
  const traces = await tracer(options.environment, settings)
  const exporter = await metricsExporter(settings, counts)
  if (traces.exporting || exporter) await reportExportTrouble(log)
  return {
    logger: log,
    meters: counts,
    tracer: traces,
    observer: observer({ logger: log, meters: counts, tracer: traces, clock: options.clock }),
    async shutdown() {
      await Promise.race([Promise.all([traces.shutdown(), exporter?.shutdown()]), patience()])
      await log.drain()
    },
  }
}

/** A collector that is away must not hold up the end of the gate, which has a limit of its own. */
async function patience(): Promise<void> {
  await setTimeout(patienceMilliseconds, undefined, { ref: false })
}

async function metricsExporter(settings: OtelSettings, { collect }: Meters) {
  if (settings.metricsURL === undefined) return undefined
  const { otlpMetrics } = await import('./otlp-metrics.ts')
  return otlpMetrics(settings.metricsURL, settings, collect)
}

/** The libraries tell of spans and metrics that they could not send to one place in the process, and by default nobody listens. */
async function reportExportTrouble(log: Logger): Promise<void> {
  const { diag, DiagLogLevel } = await import('@opentelemetry/api')
  const warn = (message: string) => {
    log.warn({ trouble: message }, 'telemetry was not exported')
  }
  const ignore = () => undefined
  diag.setLogger(
    { error: warn, warn, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
}
