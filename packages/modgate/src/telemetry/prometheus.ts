/** Metrics as Prometheus text. Imported when somebody asks for the first time: its library is no part of the start-up. */

import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { emptyResource } from '@opentelemetry/resources'
import { resourceMetrics } from './metric-data.ts'
import type { Metric } from './tally.ts'

/** Prometheus text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export function prometheusText(metrics: readonly Metric[]): string {
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true)
  return `${fitted(serializer.serialize(resourceMetrics(metrics, emptyResource()))).trimEnd()}\n`
}

/**
 * The serializer ends every counter in `_total`; the dashboards that know this one know it without. Its UNIT lines belong to
 * another format. A label's value never begins a line, so these patterns cannot meet one.
 */
function fitted(text: string): string {
  return text
    .replace(/^# UNIT .*\n/gm, '')
    .replace(/^(# [A-Z]+ )?goproxy_module_fetches_total\b/gm, '$1goproxy_module_fetches')
}
