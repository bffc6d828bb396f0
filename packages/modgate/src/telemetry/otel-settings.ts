/**
 * The standard variables of OpenTelemetry that the gate follows
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). What it cannot do is said, not ignored.
 */

export type Environment = Readonly<Record<string, string | undefined>>

/** Decides about traces that start here, and with `parentBased` unset about all. */
export interface Sampler {
  readonly parentBased: boolean
  /** From 0 (none) to 1 (all). */
  readonly ratio: number
}

export interface OtelSettings {
  /** The collector's full URL for spans; undefined: not asked for. */
  readonly tracesURL: string | undefined
  readonly metricsURL: string | undefined
  readonly metricsIntervalMilliseconds: number
  readonly sampler: Sampler
  /** Attributes of the resource, `service.name` among them. */
  readonly resource: Readonly<Record<string, string>>
  /** One sentence for each variable that asks for what is not there. */
  readonly warnings: readonly string[]
}

const defaultEndpoint = 'http://localhost:4318'

/** Reads the variables. Never throws: telemetry must not keep the gate from starting. */
export function otelSettings(environment: Environment): OtelSettings {
  const warnings: string[] = []
  const warn = (warning: string) => void warnings.push(warning)
  const disabled = environment['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true'
  const url = (signal: Signal) => (disabled ? undefined : signalURL(environment, signal, warn))
  return {
    tracesURL: url('TRACES'),
    metricsURL: url('METRICS'),
    metricsIntervalMilliseconds: positive(environment['OTEL_METRIC_EXPORT_INTERVAL']) ?? 60_000,
    sampler: sampler(environment, warn),
    resource: resource(environment),
    warnings,
  }
}

type Signal = 'TRACES' | 'METRICS'
type Warn = (warning: string) => void

function signalURL(environment: Environment, signal: Signal, warn: Warn): string | undefined {
  const name = `OTEL_${signal}_EXPORTER`
  const exporter = environment[name]?.trim() ?? ''
  const own = environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`] ?? ''
  const base = environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? ''
  if (exporter === 'none' || (exporter === '' && own === '' && base === '')) return undefined
  if (exporter !== '' && !exporter.split(',').includes('otlp')) {
    warn(`${name} is ${exporter}, and only otlp and none are supported: not exported`)
    return undefined
  }
  const protocol =
    environment[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`] ?? environment['OTEL_EXPORTER_OTLP_PROTOCOL'] ?? ''
  if (protocol === 'grpc') {
    warn(
      'OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and only http/json is supported: give the HTTP endpoint (port 4318 by custom)',
    )
    return undefined
  }
  return checkedURL(
    own === '' ? `${(base === '' ? defaultEndpoint : base).replace(/\/+$/, '')}/v1/${signal.toLowerCase()}` : own,
    warn,
  )
}

function checkedURL(url: string, warn: Warn): string | undefined {
  const protocol = URL.parse(url)?.protocol
  if (protocol === 'http:' || protocol === 'https:') return url
  warn('the endpoint in OTEL_EXPORTER_OTLP_ENDPOINT is no http or https URL: not exported')
  return undefined
}

function sampler(environment: Environment, warn: Warn): Sampler {
  const name = environment['OTEL_TRACES_SAMPLER']?.trim() ?? ''
  const parentBased = name === '' || name.startsWith('parentbased_')
  switch (name.replace('parentbased_', '')) {
    case '':
    case 'always_on':
      return { parentBased, ratio: 1 }
    case 'always_off':
      return { parentBased, ratio: 0 }
    case 'traceidratio':
      return { parentBased, ratio: ratio(environment['OTEL_TRACES_SAMPLER_ARG'], warn) }
    default:
      warn(`OTEL_TRACES_SAMPLER is ${name}, which is not supported: parentbased_always_on is used`)
      return { parentBased: true, ratio: 1 }
  }
}

function ratio(argument: string | undefined, warn: Warn): number {
  if (argument === undefined || argument === '') return 1
  const value = Number(argument)
  if (value >= 0 && value <= 1) return value
  warn('OTEL_TRACES_SAMPLER_ARG is no number from 0 to 1: 1 is used')
  return 1
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text)
  return Number.isInteger(value) && value > 0 ? value : undefined
}

/** `key=value` pairs with commas between them, values percent-encoded (W3C Baggage). Malformed pairs are dropped. */
function resource(environment: Environment): Record<string, string> {
  const pairs = (environment['OTEL_RESOURCE_ATTRIBUTES'] ?? '').split(',').map((pair) => pair.split('='))
  const given = pairs.flatMap(([name = '', value]) =>
    name.trim() === '' || value === undefined ? [] : [[name.trim(), decoded(value.trim())]],
  )
  const attributes = { 'service.name': 'modgate', ...(Object.fromEntries(given) as Record<string, string>) }
  const service = environment['OTEL_SERVICE_NAME']
  return service === undefined || service === '' ? attributes : { ...attributes, 'service.name': service }
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
