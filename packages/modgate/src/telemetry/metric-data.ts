/** Our tallies in the form that OpenTelemetry's serializers and exporters take. */

import { ValueType, type Attributes, type HrTime } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  DataPointType,
  type DataPoint,
  type Histogram as HistogramValue,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import { durationBuckets } from './instruments.ts'
import type { Histogram, Metric, Series } from './tally.ts'

/** Cumulative since the start of the process. */
export function resourceMetrics(metrics: readonly Metric[], resource: Resource): ResourceMetrics {
  const times = { startTime: hrTime(performance.timeOrigin), endTime: hrTime(Date.now()) }
  const used = metrics.filter(({ numbers, histograms }) => numbers.length + histograms.length > 0)
  return {
    resource,
    scopeMetrics: [{ scope: { name: 'modgate' }, metrics: used.map((metric) => metricData(metric, times)) }],
  }
}

interface Times {
  readonly startTime: HrTime
  readonly endTime: HrTime
}

function metricData(metric: Metric, times: Times): MetricData {
  const { name, meaning: description, unit, kind } = metric.instrument
  const base = {
    descriptor: { name, description, unit, valueType: ValueType.DOUBLE, advice: {} },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  }
  const point = <T, V>({ labels, value }: Series<T>, convert: (value: T) => V): DataPoint<V> => ({
    ...times,
    attributes: attributes(metric, labels),
    value: convert(value),
  })
  const numbers = () => metric.numbers.map((series) => point(series, (value) => value))
  switch (kind) {
    case 'counter':
      return { ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: numbers() }
    case 'gauge':
      return { ...base, dataPointType: DataPointType.GAUGE, dataPoints: numbers() }
    case 'histogram':
      return {
        ...base,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: metric.histograms.map((series) => point(series, histogramValue)),
      }
  }
}

function histogramValue({ count, sum, buckets }: Histogram): HistogramValue {
  return { count, sum, buckets: { boundaries: [...durationBuckets], counts: [...buckets] } }
}

function attributes(metric: Metric, labels: readonly string[]): Attributes {
  return Object.fromEntries(metric.instrument.labels.map((name, index) => [name, labels[index] ?? '']))
}

/** Milliseconds as whole seconds and nanoseconds. */
export function hrTime(milliseconds: number): HrTime {
  const seconds = Math.trunc(milliseconds / 1000)
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)]
}
