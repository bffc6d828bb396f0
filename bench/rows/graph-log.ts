/** Cold `go mod download` of a real graph, verified by the gate's own log, beside the same verified by the public database through the gate. */
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { goModDownload } from '../go-client.ts'
import { type Graph, rowOnGraph } from '../graph.ts'
import { gate } from '../rivals/gate.ts'
import { inTurns, ratio, type Row, type Rounds } from '../row.ts'

const [ownLog, publicDatabase] = ['own log', 'public database']
const seconds = 'seconds at 50 ms'
const delayMs = 50

export const graphLog: Row = {
  name: 'graph-log',
  title:
    'cold `go mod download` of the same graph through the gate, the upstream 50 ms away: verified by the gate’s own log, and by the public database',
  run: (bench) =>
    rowOnGraph(bench, measure, (rounds) => ({
      verdicts: ratio(rounds, { measure: seconds, of: ownLog, to: publicDatabase, atMost: 1.15 }),
      notes: ['gate and client are new each time, so that every version is new to the log'],
    })),
}

async function measure(bench: Bench, graph: Graph): Promise<Rounds> {
  const contestants = new Map([
    [publicDatabase, async () => graph.upstream.sumdb.key],
    [ownLog, pastedKey],
  ])
  // What was not asked for before is recorded first, so that nothing is fetched while it counts.
  if (!bench.quick) for (const key of contestants.values()) await cold(bench, graph, key)
  await graph.upstream.control(`delay?ms=${delayMs}`)
  try {
    return await inTurns(contestants, Math.min(bench.runs, 3), async (key, name) => {
      const took = await cold(bench, graph, key)
      console.error(`  ${name}: ${took.toFixed(1)} s`)
      return { [seconds]: took }
    })
  } finally {
    await graph.upstream.control('delay?ms=0')
  }
}

async function cold(bench: Bench, { goMod, upstream }: Graph, key: (url: string) => Promise<string>): Promise<number> {
  const directory = await bench.directory('cold')
  return bench.withServer(gate(), { ...upstream, directory: join(directory, 'data') }, async ({ url }) =>
    goModDownload({ goMod, proxy: url, sumdb: await key(url), directory }),
  )
}

/** What the gate's page says to paste. */
async function pastedKey(url: string): Promise<string> {
  const key = /^export GOSUMDB=(\S+)$/m.exec(await (await fetch(url)).text())?.[1]
  if (key === undefined) throw new Error('the page of the gate names no GOSUMDB')
  return key
}
