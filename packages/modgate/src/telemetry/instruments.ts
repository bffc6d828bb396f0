/** Every instrument that the gate measures with. The page docs/reference/metrics.md is made from this table. */

export interface Instrument {
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  /** UCUM: `s`, `By`, `1`, or a counted thing in braces (https://opentelemetry.io/docs/specs/semconv/general/metrics/). */
  readonly unit: string
  readonly labels: readonly string[]
  readonly meaning: string
}

const counter = (name: string, labels: readonly string[], meaning: string, unit = '{event}'): Instrument => ({
  name,
  kind: 'counter',
  unit,
  labels,
  meaning,
})
const gauge = (name: string, unit: string, meaning: string, labels: readonly string[] = []): Instrument => ({
  name,
  kind: 'gauge',
  unit,
  labels,
  meaning,
})
const seconds = (name: string, labels: readonly string[], meaning: string): Instrument => ({
  name,
  kind: 'histogram',
  unit: 's',
  labels,
  meaning,
})

export const instruments = {
  requests: counter(
    'modgate_requests_total',
    ['endpoint', 'code_class', 'cache'],
    'Answered requests by what was asked, class of the status (2xx to 5xx) and what the cache did.',
    '{request}',
  ),
  requestDuration: seconds(
    'modgate_request_duration_seconds',
    ['endpoint', 'cache'],
    'From the first line of a request to the last byte of its answer.',
  ),
  inflight: gauge('modgate_inflight', '{request}', 'Requests that are being answered.'),
  upstreamRequests: counter(
    'modgate_upstream_requests_total',
    ['upstream', 'result'],
    'Requests to upstreams by configured host and outcome: ok, or the kind of the failure.',
    '{request}',
  ),
  upstreamDuration: seconds(
    'modgate_upstream_duration_seconds',
    ['upstream', 'phase'],
    'Time of requests to upstreams by phase: connect, ttfb (to the first byte), body, total.',
  ),
  sumdbLookups: counter(
    'modgate_sumdb_lookups_total',
    ['db', 'result'],
    'Lookups in checksum databases: kept (answered from here), fetched, or the code of the failure.',
    '{lookup}',
  ),
  verifyFailures: counter(
    'modgate_verify_failures_total',
    ['kind'],
    'Content that was refused because it could not be verified, by code. Anything but zero deserves a look.',
    '{file}',
  ),
  flights: gauge('modgate_flights', '{fetch}', 'Fetches under way.'),
  coalesced: counter(
    'modgate_coalesced_total',
    [],
    'Requests that joined a fetch which another one had started.',
    '{request}',
  ),
  storeBytesWritten: counter('modgate_store_bytes_written_total', [], 'Bytes put into the store.', 'By'),
  storeBytes: gauge(
    'modgate_store_bytes',
    'By',
    'Bytes of module files in the store. Counted, and so known, only with --cache-size; absent until the first count is through.',
  ),
  evictions: counter(
    'modgate_evictions_total',
    [],
    'Entries that were removed to stay below --cache-size, or because the disk was full.',
    '{entry}',
  ),
  mirrorBytes: gauge(
    'modgate_mirror_bytes',
    'By',
    'Bytes of mirrors of repositories on disk. Absent until they were counted for the first time.',
  ),
  mirrorEvictions: counter(
    'modgate_mirror_evictions_total',
    [],
    'Mirrors of repositories that were removed to stay below --mirror-size.',
    '{mirror}',
  ),
  storeOperations: counter(
    'modgate_store_operations_total',
    ['operation', 'result'],
    'Operations on the store and how they ended: ok, absent, exists, failed.',
    '{operation}',
  ),
  leaksAverted: counter(
    'modgate_leaks_averted_total',
    ['kind'],
    'Private paths that a client asked for and that were not passed on, by code.',
    '{request}',
  ),
  prefetchedBytes: counter(
    'modgate_prefetched_bytes_total',
    ['outcome'],
    'Bytes fetched ahead of clients (ahead), of these asked for later (used), and not asked for in ten minutes (in-vain).',
    'By',
  ),
  probes: counter(
    'modgate_probes_total',
    [],
    'Absent parent paths that the go command asks for while it looks for a module: no failures.',
    '{request}',
  ),
  repeats: counter(
    'modgate_repeats_total',
    [],
    'Refused requests that came a second time at once, as the go command does over https.',
    '{request}',
  ),
  hotBytes: gauge('modgate_hot_bytes', 'By', 'Bytes of answers kept in memory.'),
  logTreeSize: gauge('modgate_log_tree_size', '{record}', "Records in the gate's own log."),
  logHeadAge: gauge(
    'modgate_log_head_age_seconds',
    's',
    "Time since the head of the gate's own log was signed. It grows while nothing new is asked for; absent while the log is empty.",
  ),
  logSigns: gauge(
    'modgate_log_signs',
    '1',
    "1 while the gate's own log takes new records, 0 where it refuses to sign or cannot be read: modgate log status says why.",
  ),
  logAppends: counter(
    'modgate_log_appends_total',
    ['result'],
    "Records for the gate's own log: appended (or found to be there by then), or the code of the failure.",
    '{record}',
  ),
  logLookups: counter(
    'modgate_log_lookups_total',
    ['result'],
    "Lookups of clients in the gate's own log: kept (it had the record), appended (it has it now), or the code of the failure.",
    '{lookup}',
  ),
  witnessRequests: counter(
    'modgate_witness_requests_total',
    ['witness', 'result'],
    'Questions to witnesses and how they ended: cosigned, ahead (it has cosigned more than the log has), forked (it has cosigned another log), ' +
      'refused, failed, invalid, conflict, or the code of a failure. Ahead and forked deserve a look at once.',
    '{question}',
  ),
  pushHooks: counter(
    'modgate_push_hooks_total',
    ['result'],
    'Push hooks by what came of them: refreshed, unknown (nothing came from that repository so far), or the code of the failure.',
    '{hook}',
  ),
  originChecks: counter(
    'modgate_origin_checks_total',
    ['result'],
    'Looks of the origin watch at repositories: ok, or the code of the failure.',
    '{look}',
  ),
  originFindings: gauge(
    'modgate_origin_findings',
    '{finding}',
    'What the origin watch found and what still stands, by kind: tag-moved, tag-deleted, repository-moved, page-moved, repository-gone. Anything ' +
      'but zero deserves a look: modgate cache origins.',
    ['kind'],
  ),
  repositoryFetches: counter(
    'modgate_repository_fetches_total',
    ['result'],
    'Fetches by git from repositories: ok, refused (git ended with an error), or the code of the failure.',
    '{fetch}',
  ),
  buildInfo: gauge('modgate_build_info', '1', 'Always 1; its labels say what runs.', ['version', 'node']),
  residentMemory: gauge('process_resident_memory_bytes', 'By', 'Memory of the process in use.'),
  cpuSeconds: counter('process_cpu_seconds_total', [], 'CPU time of the process, user and system.', 's'),
  openFds: gauge('process_open_fds', '{fd}', 'Open file descriptors, where the platform tells.'),
  startTime: gauge('process_start_time_seconds', 's', 'Start of the process, seconds since 1970.'),
  moduleFetches: counter(
    'goproxy_module_fetches',
    ['module', 'version', 'status_code'],
    'Answered requests by module and version, for dashboards of other module proxies. Modules and versions beyond a limit are "other".',
    '{request}',
  ),
  fetchLatency: seconds(
    'goproxy_fetch_latency',
    ['module', 'status_code'],
    'Time of answers by module, in seconds, for dashboards of other module proxies. Modules beyond a limit are "other".',
  ),
} as const satisfies Record<string, Instrument>

/** Upper bounds of the histograms' buckets in seconds: those of OpenTelemetry's `http.server.request.duration`, and three more for big zips. */
export const durationBuckets: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120,
]
