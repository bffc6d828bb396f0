/** What the gate counts, as methods with typed labels: no call site spells a metric's name. */

import type { FailureCode } from '../core/failure-codes.ts'
import type { FailureKind } from '../core/failure-kinds.ts'
import type { CacheOutcome } from '../core/resource.ts'
import { hostLabels } from './host-labels.ts'
import { instruments } from './instruments.ts'
import { ModuleLimit } from './module-labels.ts'
import { processMetrics } from './process-metrics.ts'
import { DurationTally, NumberTally, observed, type Metric } from './tally.ts'

/** What a request asked for, as a label. */
export type Endpoint = 'list' | 'latest' | 'query' | 'info' | 'mod' | 'zip' | 'sumdb' | 'page' | 'other'

export interface MetersOptions {
  /** Distinct modules that get series of their own in the `goproxy_…` metrics; the rest is `other`. */
  readonly moduleLimit: number
  /** The product's version, for `modgate_build_info`. */
  readonly version?: string
}

export interface RequestMeasure {
  readonly endpoint: Endpoint
  readonly status: number
  readonly cache?: CacheOutcome | undefined
  readonly seconds: number
  readonly module?: string | undefined
  readonly version?: string | undefined
}

export interface UpstreamMeasure {
  /** The configured URL or host of the upstream; only its host becomes a label. */
  readonly upstream: string
  readonly result: 'ok' | 'aborted' | FailureKind
  /** The whole of it. */
  readonly seconds: number
  /** Parts of it, in seconds, where they are known. */
  readonly phases?: Partial<Record<'connect' | 'ttfb' | 'body', number>>
}

export interface LookupMeasure {
  /** The database's configured name. */
  readonly db: string
  readonly result: 'kept' | 'fetched' | FailureCode
}

/** The gate's own log as it stands. */
export interface LogMeasure {
  readonly size: number
  /** Of its head; undefined for an empty log. */
  readonly ageSeconds: number | undefined
  readonly signs: boolean
}

export interface StoreMeasure {
  readonly operation: 'open' | 'put' | 'list' | 'remove' | 'quarantine'
  readonly result: 'ok' | 'absent' | 'exists' | 'failed'
  /** Bytes that a put wrote. */
  readonly bytes?: number
}

const mediaType = 'text/plain; version=0.0.4; charset=utf-8'

/** What the answers of `/metrics` say they are (Prometheus text format 0.0.4). */
export const metricsContentType = mediaType

export type Meters = ReturnType<typeof meters>

/** Fresh meters, all at zero. */
export function meters(options: MetersOptions) {
  const requests = requestMeters(options.moduleLimit)
  const work = workMeters()
  const log = logMeters()
  let hotBytes = () => 0
  let storeBytes = (): number | undefined => undefined
  let originFindings = (): Readonly<Record<string, number>> | undefined => undefined
  let mirrorBytes = (): number | undefined => undefined
  let logMeasure = (): LogMeasure | undefined => undefined
  const stored = (): Metric[] => {
    const [bytes, ofMirrors] = [storeBytes(), mirrorBytes()]
    return [
      ...(bytes === undefined ? [] : [observed(instruments.storeBytes, bytes)]),
      ...(ofMirrors === undefined ? [] : [observed(instruments.mirrorBytes, ofMirrors)]),
    ]
  }
  const collect = (): Metric[] => [
    ...requests.read(),
    ...work.read(),
    observed(instruments.hotBytes, hotBytes()),
    ...stored(),
    ...watched(originFindings()),
    ...log.read(),
    ...logged(logMeasure()),
    observed(instruments.buildInfo, 1, [options.version ?? 'unknown', process.version]),
    ...processMetrics(),
  ]
  return {
    ...requests.methods,
    ...work.methods,
    ...log.methods,
    /** Says where to ask for the bytes of answers that are kept in memory. */
    observeHotBytes(read: () => number): void {
      hotBytes = read
    },
    /** Says where to ask for the bytes of module files on disk; undefined while they are not known. */
    observeStoreBytes(read: () => number | undefined): void {
      storeBytes = read
    },
    /** Says where to ask how many findings of the origin watch stand, by kind; undefined while that is not known. */
    observeOriginFindings(read: () => Readonly<Record<string, number>> | undefined): void {
      originFindings = read
    },
    /** The same for mirrors of repositories. */
    observeMirrorBytes(read: () => number | undefined): void {
      mirrorBytes = read
    },
    /** Says where to ask how the log stands; undefined where the gate has none, or nothing is known of it yet. */
    observeLog(read: () => LogMeasure | undefined): void {
      logMeasure = read
    },
    /** All metrics as they stand. */
    collect,
    /** All metrics in Prometheus text, to be sent as `metricsContentType`. */
    async render(): Promise<string> {
      const { prometheusText } = await import('./prometheus.ts')
      return prometheusText(collect())
    },
  }
}

function watched(findings: Readonly<Record<string, number>> | undefined): Metric[] {
  if (!findings) return []
  const numbers = Object.entries(findings).map(([kind, value]) => ({ labels: [kind], value }))
  return [{ instrument: instruments.originFindings, numbers, histograms: [] }]
}

function logged(log: LogMeasure | undefined): Metric[] {
  if (!log) return []
  const { size, ageSeconds, signs } = log
  return [
    observed(instruments.logTreeSize, size),
    ...(ageSeconds === undefined ? [] : [observed(instruments.logHeadAge, ageSeconds)]),
    observed(instruments.logSigns, signs ? 1 : 0),
  ]
}

/** Counts of the gate's own log. */
function logMeters() {
  const appends = new NumberTally(instruments.logAppends)
  const lookups = new NumberTally(instruments.logLookups)
  const witnesses = new NumberTally(instruments.witnessRequests)
  const methods = {
    logAppend: (result: 'appended' | FailureCode): void => appends.add([result]),
    logLookup: (result: 'kept' | 'appended' | FailureCode): void => lookups.add([result]),
    /** The witness by its configured name; the results are a fixed set. */
    witnessRequest: (witness: string, result: string): void => witnesses.add([witness, result]),
  }
  return { methods, read: () => [appends, lookups, witnesses].map((tally) => tally.read()) }
}

function requestMeters(moduleLimit: number) {
  const requests = new NumberTally(instruments.requests)
  const duration = new DurationTally(instruments.requestDuration)
  const inflight = new NumberTally(instruments.inflight)
  const probes = new NumberTally(instruments.probes)
  const repeats = new NumberTally(instruments.repeats)
  const fetches = new NumberTally(instruments.moduleFetches)
  const latency = new DurationTally(instruments.fetchLatency)
  const modules = new ModuleLimit(moduleLimit)
  const module = (path: string, { version, status, seconds }: RequestMeasure): void => {
    const labels = modules.labels(path, version, status)
    const code = String(status)
    fetches.add([labels.module, labels.version, code])
    latency.record([labels.module, code], seconds)
  }
  const methods = {
    requestStarted: (): void => inflight.add([]),
    /** Counts and times an answered request. */
    requestEnded(measure: RequestMeasure): void {
      const cache = cacheLabel(measure.cache)
      inflight.add([], -1)
      requests.add([measure.endpoint, codeClass(measure.status), cache])
      duration.record([measure.endpoint, cache], measure.seconds)
      if (measure.module !== undefined) module(measure.module, measure)
    },
    probe: (): void => probes.add([]),
    repeat: (): void => repeats.add([]),
  }
  const tallies = [requests, duration, inflight, probes, repeats, fetches, latency]
  return { methods, read: () => tallies.map((tally) => tally.read()) }
}

function workMeters() {
  const upstreams = upstreamMeters()
  const lookups = new NumberTally(instruments.sumdbLookups)
  const verifyFailures = new NumberTally(instruments.verifyFailures)
  const flights = new NumberTally(instruments.flights)
  const coalesced = new NumberTally(instruments.coalesced)
  const written = new NumberTally(instruments.storeBytesWritten)
  const operations = new NumberTally(instruments.storeOperations)
  const evictions = new NumberTally(instruments.evictions)
  const mirrorEvictions = new NumberTally(instruments.mirrorEvictions)
  const averted = new NumberTally(instruments.leaksAverted)
  const prefetched = new NumberTally(instruments.prefetchedBytes)
  const repositories = new NumberTally(instruments.repositoryFetches)
  const checks = new NumberTally(instruments.originChecks)
  const hooks = new NumberTally(instruments.pushHooks)
  const methods = {
    upstreamRequest: upstreams.request,
    sumdbLookup: ({ db, result }: LookupMeasure): void => lookups.add([db, result]),
    verifyFailure: (kind: FailureCode): void => verifyFailures.add([kind]),
    flightStarted: (): void => flights.add([]),
    flightEnded: (): void => flights.add([], -1),
    coalesced: (): void => coalesced.add([]),
    storeOperation({ operation, result, bytes }: StoreMeasure): void {
      operations.add([operation, result])
      if (bytes !== undefined) written.add([], bytes)
    },
    evicted: (): void => evictions.add([]),
    mirrorEvicted: (): void => mirrorEvictions.add([]),
    leakAverted: (kind: FailureCode): void => averted.add([kind]),
    prefetched: (outcome: 'ahead' | 'used' | 'in-vain', bytes: number): void => prefetched.add([outcome], bytes),
    originChecked: (result: 'ok' | FailureCode): void => checks.add([result]),
    pushHook: (result: 'refreshed' | 'unknown' | FailureCode): void => hooks.add([result]),
    repositoryFetch: (result: string): void => repositories.add([result]),
  }
  const refusals = [verifyFailures, averted]
  const stored = [written, operations, evictions, mirrorEvictions, prefetched]
  const tallies = [lookups, flights, coalesced, ...refusals, ...stored, repositories, hooks, checks]
  return { methods, read: () => [...upstreams.read(), ...tallies.map((tally) => tally.read())] }
}

function upstreamMeters() {
  const requests = new NumberTally(instruments.upstreamRequests)
  const duration = new DurationTally(instruments.upstreamDuration)
  const hosts = hostLabels()
  const request = ({ upstream, result, seconds, phases }: UpstreamMeasure): void => {
    const host = hosts(upstream)
    requests.add([host, result])
    duration.record([host, 'total'], seconds)
    for (const [phase, time] of Object.entries(phases ?? {})) duration.record([host, phase], time)
  }
  return { request, read: () => [requests.read(), duration.read()] }
}

const classes = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'] as const

function codeClass(status: number): string {
  return classes[Math.trunc(status / 100)] ?? 'other'
}

function cacheLabel(cache: CacheOutcome | undefined): string {
  if (!cache) return 'none'
  return cache.collapsed === true ? 'collapsed' : cache.status
}
