import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instruments } from './instruments.ts'
import { meters } from './meters.ts'

/** Samples of Prometheus text: `name{label="value",…}` to value. Every line must be one, or a comment. */
function parsed(text: string): { samples: Map<string, number>; types: Map<string, string> } {
  const samples = new Map<string, number>()
  const types = new Map<string, string>()
  for (const line of text
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')) {
    const type = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/.exec(line)
    if (type) types.set(type[1]!, type[2]!)
    if (line.startsWith('#')) continue
    const sample = /^([a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)+\})?) (\S+)$/.exec(line)
    assert.ok(sample, line)
    assert.ok(!samples.has(sample[1]!), `twice: ${line}`)
    samples.set(sample[1]!, Number(sample[2]))
  }
  return { samples, types }
}

function used() {
  const m = meters({ moduleLimit: 2, version: '1.2.3' })
  m.requestStarted()
  m.requestStarted()
  m.requestEnded({
    endpoint: 'zip',
    status: 200,
    cache: { status: 'miss', collapsed: true },
    seconds: 0.02,
    module: 'a.example/m',
    version: 'v1.0.0',
  })
  m.upstreamRequest({
    upstream: 'https://user:secret@up.example:8443/base',
    result: 'ok',
    seconds: 2,
    phases: { ttfb: 1 },
  })
  m.sumdbLookup({ db: 'sum.golang.org', result: 'kept' })
  m.verifyFailure('checksum-mismatch')
  m.flightStarted()
  m.coalesced()
  m.storeOperation({ operation: 'put', result: 'ok', bytes: 77 })
  m.leakAverted('private-at-database')
  m.probe()
  m.repeat()
  m.observeHotBytes(() => 4096)
  m.observeStoreBytes(() => 8192)
  m.evicted()
  m.observeMirrorBytes(() => 16384)
  m.mirrorEvicted()
  m.prefetched('ahead', 5)
  m.observeLog(() => ({ size: 12, ageSeconds: 3, signs: true }))
  m.logAppend('appended')
  m.logLookup('log-closed')
  m.witnessRequest('witness.example/w1', 'cosigned')
  m.pushHook('refreshed')
  m.originChecked('ok')
  m.observeOriginFindings(() => ({ 'tag-moved': 1 }))
  m.repositoryFetch('ok')
  return m
}

const rows: [sample: string, value: number][] = [
  ['modgate_requests_total{endpoint="zip",code_class="2xx",cache="collapsed"}', 1],
  ['modgate_request_duration_seconds_count{endpoint="zip",cache="collapsed"}', 1],
  ['modgate_request_duration_seconds_bucket{endpoint="zip",cache="collapsed",le="0.01"}', 0],
  ['modgate_request_duration_seconds_bucket{endpoint="zip",cache="collapsed",le="0.025"}', 1],
  ['modgate_request_duration_seconds_bucket{endpoint="zip",cache="collapsed",le="+Inf"}', 1],
  ['modgate_inflight', 1],
  ['modgate_upstream_requests_total{upstream="up.example:8443",result="ok"}', 1],
  ['modgate_upstream_duration_seconds_sum{upstream="up.example:8443",phase="total"}', 2],
  ['modgate_upstream_duration_seconds_sum{upstream="up.example:8443",phase="ttfb"}', 1],
  ['modgate_sumdb_lookups_total{db="sum.golang.org",result="kept"}', 1],
  ['modgate_verify_failures_total{kind="checksum-mismatch"}', 1],
  ['modgate_flights', 1],
  ['modgate_coalesced_total', 1],
  ['modgate_store_bytes_written_total', 77],
  ['modgate_store_operations_total{operation="put",result="ok"}', 1],
  ['modgate_leaks_averted_total{kind="private-at-database"}', 1],
  ['modgate_probes_total', 1],
  ['modgate_repeats_total', 1],
  ['modgate_hot_bytes', 4096],
  ['modgate_store_bytes', 8192],
  ['modgate_evictions_total', 1],
  ['modgate_mirror_bytes', 16384],
  ['modgate_mirror_evictions_total', 1],
  ['modgate_prefetched_bytes_total{outcome="ahead"}', 5],
  ['modgate_log_tree_size', 12],
  ['modgate_log_head_age_seconds', 3],
  ['modgate_log_signs', 1],
  ['modgate_log_appends_total{result="appended"}', 1],
  ['modgate_log_lookups_total{result="log-closed"}', 1],
  ['modgate_witness_requests_total{witness="witness.example/w1",result="cosigned"}', 1],
  ['modgate_repository_fetches_total{result="ok"}', 1],
  [`modgate_build_info{version="1.2.3",node="${process.version}"}`, 1],
  ['goproxy_module_fetches{module="a.example/m",version="v1.0.0",status_code="200"}', 1],
  ['goproxy_fetch_latency_count{module="a.example/m",status_code="200"}', 1],
]

test('what is measured stands in the Prometheus text, with the types that the table says', async () => {
  const { samples, types } = parsed(await used().render())
  for (const [sample, value] of rows) assert.equal(samples.get(sample), value, sample)
  assert.ok(samples.get('process_resident_memory_bytes')! > 1e6)
  for (const { name, kind } of Object.values(instruments)) {
    if (name !== instruments.openFds.name) assert.equal(types.get(name), kind, name)
  }
})

test('no credentials of an upstream reach the text', async () => {
  assert.ok(!(await used().render()).includes('secret'))
})

test('a label value that looks like the text format stays one value', async () => {
  const m = meters({ moduleLimit: 2 })
  const module = 'a"} 9\n# UNIT x\ngoproxy_module_fetches_total\\'
  m.requestStarted()
  m.requestEnded({ endpoint: 'mod', status: 200, seconds: 1, module })
  const { samples } = parsed(await m.render())
  const escaped = 'a\\"} 9\\n# UNIT x\\ngoproxy_module_fetches_total\\\\'
  assert.equal(samples.get(`goproxy_module_fetches{module="${escaped}",version="",status_code="200"}`), 1)
})

test('fresh meters render', async () => {
  assert.equal(parsed(await meters({ moduleLimit: 0 }).render()).samples.get('modgate_probes_total'), 0)
})

test('more upstreams than anybody configures share a label', () => {
  const m = meters({ moduleLimit: 0 })
  for (let index = 0; index < 100; index++)
    m.upstreamRequest({ upstream: `https://h${index}.example`, result: 'ok', seconds: 1 })
  const metric = m.collect().find(({ instrument }) => instrument.name === 'modgate_upstream_requests_total')!
  assert.equal(metric.numbers.length, 65)
  assert.deepEqual(metric.numbers.at(-1), { labels: ['other', 'ok'], value: 36 })
})
