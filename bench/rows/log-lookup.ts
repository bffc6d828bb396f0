/** Lookups of the gate's own log beside other warm answers: what the log costs a client that asks for what is known. */
import type { Bench } from '../bench.ts'
import { load } from '../load.ts'
import { gate } from '../rivals/gate.ts'
import { figures, inTurns, ratio, type Row, type Rounds } from '../row.ts'
import { filePath, small, version } from '../upstream/corpus.ts'
import { cpuSeconds } from '../usage.ts'

const cpu = 'ms CPU per 1,000 requests'
const [info, lookup] = ['.info', 'lookup']
const logName = 'gate.bench.example'

export const logLookup: Row = {
  name: 'log-lookup',
  title:
    'warm lookups of 300 versions in the gate’s own log beside their warm `.info`, HTTP/1.1 keep-alive, 64 connections',
  async run(bench) {
    const rounds = await measure(bench)
    return {
      figures: figures(rounds),
      verdicts: ratio(rounds, { measure: cpu, of: lookup, to: info, atMost: 1.5 }),
      notes: ['one gate answers both, in turns'],
    }
  },
}

async function measure(bench: Bench): Promise<Rounds> {
  const upstream = await bench.corpusUpstream()
  const site = { ...upstream, directory: await bench.directory('log-lookup') }
  const own = gate({ flags: ['--log-name', logName] })
  const directory = await bench.directory('load')
  return bench.withServer(own, site, async ({ url, pid }) => {
    const kinds = new Map([
      [info, small.map((module) => filePath(module, 'info'))],
      [lookup, small.map(({ path }) => `/sumdb/${logName}/lookup/${path}@${version}`)],
    ])
    for (const path of [...kinds.values()].flat()) {
      const response = await fetch(url + path)
      await response.arrayBuffer()
      if (response.status !== 200) throw new Error(`${path} answers ${response.status}`)
    }
    const ask = (seconds: number) => async (paths: readonly string[]) => {
      const before = await cpuSeconds(pid)
      const { requests, requestsPerSecond, p50Ms, p99Ms } = await load({ url, paths, seconds, directory })
      const used = (await cpuSeconds(pid)) - before
      return {
        [cpu]: (used * 1e6) / requests,
        'requests per second': requestsPerSecond,
        'p50 ms': p50Ms,
        'p99 ms': p99Ms,
      }
    }
    // Once unmeasured, since a runtime that compiles as it goes needs to have gone.
    await inTurns(kinds, 1, ask(2))
    return inTurns(kinds, bench.runs, ask(bench.seconds))
  })
}
