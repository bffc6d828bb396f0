/**
 * How the gate is watched: log lines, metrics, traces. Nobody else imports the libraries behind them. The path of a warm answer
 * takes microseconds, so nothing here may cost one without need: counts are plain numbers that are turned into metrics when
 * somebody asks, lines are written in groups, and what only an exporter needs is loaded only where the standard `OTEL_…`
 * variables ask for one. Labels come from configuration or fixed sets, never from clients, except under a limit.
 */

export { durationBuckets, instruments, type Instrument } from './instruments.ts'
export type { LogDestination } from './log-destination.ts'
export { logger, type Level, type Logger, type LoggerOptions } from './logger.ts'
export {
  meters,
  metricsContentType,
  type Endpoint,
  type LogMeasure,
  type LookupMeasure,
  type Meters,
  type MetersOptions,
  type RequestMeasure,
  type StoreMeasure,
  type UpstreamMeasure,
} from './meters.ts'
export type { RequestEnd, RequestStart } from './observed-request.ts'
export { observer, type Observation, type Observer, type ObserverParts } from './observer.ts'
export { otelSettings, type Environment } from './otel-settings.ts'
export { scrub, type Fields } from './redact.ts'
export { telemetry, type Telemetry, type TelemetryOptions } from './telemetry.ts'
export { formatTraceparent, parseTraceparent } from './trace-context.ts'
export type { SpanAttributes } from './span.ts'
export { tracer, type Tracer } from './tracer.ts'
