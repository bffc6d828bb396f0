/** Warm answers: all is in the cache of every contestant, and one wrk asks for it again and again. */
import { filePath, medium, small } from '../upstream/corpus.ts'
import type { Bench } from '../bench.ts'
import { load } from '../load.ts'
import type { Running } from '../process.ts'
import { figures, inTurns, type RatioTarget, ratio, type Row, type RowResult, type Sample } from '../row.ts'
import { cpuSeconds } from '../usage.ts'

const cpu = 'ms CPU per 1,000 requests'

export const warmSmall: Row = {
  name: 'warm-small',
  title: 'warm `.info` and `.mod` of 300 modules, HTTP/1.1 keep-alive, 64 connections',
  run: (bench) =>
    warm(
      bench,
      small.flatMap((module) => [filePath(module, 'info'), filePath(module, 'mod')]),
      [
        { measure: cpu, to: 'goproxy', atMost: 0.5 },
        { measure: cpu, to: 'nginx', atMost: 1.4 },
      ],
    ),
}

export const warmZip: Row = {
  name: 'warm-zip',
  title: 'warm zips of 200 KB of 64 modules, HTTP/1.1 keep-alive, 64 connections',
  run: (bench) =>
    warm(
      bench,
      medium.map((module) => filePath(module, 'zip')),
      [
        { measure: cpu, to: 'goproxy', atMost: 1 },
        { measure: cpu, to: 'nginx' },
      ],
    ),
}

async function warm(bench: Bench, paths: readonly string[], targets: readonly RatioTarget[]): Promise<RowResult> {
  const directory = await bench.directory('warm')
  const upstream = await bench.corpusUpstream()
  const rounds = await bench.withAll(upstream, async (servers) => {
    const measure = (seconds: number) => async (server: Running) => {
      const before = await cpuSeconds(server.pid)
      const result = await load({ url: server.url, paths, seconds, directory })
      return sample(result, (await cpuSeconds(server.pid)) - before)
    }
    for (const { url } of servers.values()) await fill(url, paths)
    // Once unmeasured, since a runtime that compiles as it goes needs to have gone.
    await inTurns(servers, 1, measure(2))
    return inTurns(servers, bench.runs, measure(bench.seconds))
  })
  return { figures: figures(rounds), verdicts: targets.flatMap((target) => ratio(rounds, target)), notes: [] }
}

function sample(result: Awaited<ReturnType<typeof load>>, seconds: number): Sample {
  return {
    [cpu]: (seconds * 1e6) / result.requests,
    'requests per second': result.requestsPerSecond,
    'p50 ms': result.p50Ms,
    'p99 ms': result.p99Ms,
  }
}

/** Asks for each thing twice: nginx keeps from the first time on, others may not. Throws where an answer is not 200. */
async function fill(url: string, paths: readonly string[]): Promise<void> {
  for (const path of [...paths, ...paths]) {
    const response = await fetch(url + path)
    await response.arrayBuffer()
    if (response.status !== 200) throw new Error(`${url}${path} answers ${response.status}`)
  }
}
