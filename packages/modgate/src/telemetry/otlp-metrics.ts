/** Metrics to a collector, by OTLP over HTTP. Imported only where the environment asks for it. */

import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { emptyResource, resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { resourceMetrics } from './metric-data.ts'
import type { OtelSettings } from './otel-settings.ts'
import type { Metric } from './tally.ts'

/** Sends all metrics to the collector's `/v1/metrics` at each interval until `shutdown`, which sends them a last time and never rejects. */
export function otlpMetrics(
  url: string,
  settings: OtelSettings,
  collect: () => Metric[],
): { shutdown(): Promise<void> } {
  const interval = settings.metricsIntervalMilliseconds
  const producer = {
    collect: async () => ({ resourceMetrics: resourceMetrics(collect(), emptyResource()), errors: [] }),
  }
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url }),
    exportIntervalMillis: interval,
    exportTimeoutMillis: Math.min(interval, 30_000),
    metricProducers: [producer],
  })
  const provider = new MeterProvider({ resource: resourceFromAttributes(settings.resource), readers: [reader] })
  return { shutdown: () => provider.shutdown().catch(() => undefined) }
}
