/** Warm `go mod download` of a real graph: what a build machine with an empty module cache waits for. */
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { goModDownload } from '../go-client.ts'
import { type Graph, rowOnGraph } from '../graph.ts'
import type { Running } from '../process.ts'
import { inTurns, ratio, type Row, type Rounds } from '../row.ts'
import { cpuSeconds } from '../usage.ts'

const wall = 'seconds'

export const graphWarm: Row = {
  name: 'graph-warm',
  title: 'warm `go mod download` of a graph with 675 `mod`s and 158 zips, GONOSUMDB on the client',
  run: (bench) =>
    rowOnGraph(bench, measure, (rounds) => {
      const verdicts = [
        ...ratio(rounds, { measure: wall, to: 'nginx', atMost: 1.05 }),
        ...ratio(rounds, { measure: wall, to: 'file', atMost: 1.5 }),
        ...ratio(rounds, { measure: wall, to: 'none' }),
      ]
      return {
        verdicts,
        notes: [clientNote, goproxyNote],
      }
    }),
}

const clientNote =
  'seconds are mostly those of the go command itself, which hashes and unpacks 197 MB; none: straight to the replaying upstream'
const goproxyNote =
  'goproxy takes no part: to answer the `mod`s it fetches some 500 zips that go never asks for, 1.3 GB'

async function measure(bench: Bench, graph: Graph): Promise<Rounds> {
  const directory = await bench.directory('go')
  const servers = bench.contestants.filter(({ name }) => name !== 'goproxy')
  return bench.withAll({ ...graph.upstream, contestants: servers }, async (running) => {
    const download = async (proxy: string) =>
      goModDownload({ goMod: graph.goMod, proxy, directory: join(directory, 'client') })
    for (const { url } of running.values()) await download(url)
    const proxies = new Map<string, Running | string>([
      ...running,
      ['file', `file://${graph.folder}`],
      ['none', graph.upstream.upstream],
    ])
    return inTurns(proxies, bench.runs, async (proxy) => {
      if (typeof proxy === 'string') return { [wall]: await download(proxy) }
      const before = await cpuSeconds(proxy.pid)
      const seconds = await download(proxy.url)
      return { [wall]: seconds, 'CPU seconds of the server': (await cpuSeconds(proxy.pid)) - before }
    })
  })
}
