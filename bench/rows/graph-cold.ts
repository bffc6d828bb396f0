/** Cold `go mod download` of a real graph from far away, checksum database on: the gate has to make distance disappear. */
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { goModDownload } from '../go-client.ts'
import { type Graph, withGraph } from '../graph.ts'
import { gate } from '../rivals/gate.ts'
import { figures, type Row, type Sample, type Verdict } from '../row.ts'

export const graphCold: Row = {
  name: 'graph-cold',
  title:
    'cold `go mod download` of the same graph, checksum database on, the upstream 0, 50 and 150 ms away; once each',
  async run(bench) {
    const measured = await withGraph(bench, (graph) => measure(bench, graph))
    if (typeof measured === 'string') return { figures: {}, verdicts: [], notes: [measured] }
    const { samples, missed } = measured
    return {
      figures: figures(new Map(Object.entries(samples).map(([name, sample]) => [name, [sample]]))),
      verdicts: verdicts(samples, bench.delays),
      notes:
        missed > 0 ? [goproxyNote, `${missed} answers were not recorded yet and came from far away`] : [goproxyNote],
    }
  },
}

const goproxyNote = 'goproxy takes no part: it does not finish in minutes, since it fetches every zip of the graph'

const secondsAt = (delay: number) => `seconds at ${delay} ms`
const requestsAt = (delay: number) => `upstream requests at ${delay} ms`

type Samples = Readonly<Record<'gate' | 'none', Sample>>

async function measure(bench: Bench, graph: Graph): Promise<{ readonly samples: Samples; readonly missed: number }> {
  const none: Record<string, number> = {}
  const ours: Record<string, number> = {}
  let missed = 0
  // What a former version of the gate did not ask for is recorded first, so that nothing is fetched while it counts.
  if (!bench.quick) await coldGate(bench, graph)
  for (const delay of bench.delays) {
    await graph.upstream.control(`delay?ms=${delay}`)
    for (const [sample, work] of [
      [none, () => coldNone(bench, graph)],
      [ours, () => coldGate(bench, graph)],
    ] as const) {
      await graph.upstream.control('reset')
      const seconds = await work()
      sample[secondsAt(delay)] = seconds
      // Minutes each: whoever waits should see that it goes on.
      console.error(`  ${sample === ours ? 'gate' : 'none'}, ${delay} ms away: ${seconds.toFixed(1)} s`)
      const { requests, fetched } = await graph.upstream.control('counts')
      sample[requestsAt(delay)] = requests
      missed += fetched
    }
  }
  await graph.upstream.control('delay?ms=0')
  return { samples: { gate: ours, none }, missed }
}

async function coldNone(bench: Bench, { goMod, upstream }: Graph): Promise<number> {
  const directory = await bench.directory('cold')
  return goModDownload({ goMod, proxy: upstream.upstream, sumdb: upstream.sumdb.key, directory })
}

async function coldGate(bench: Bench, { goMod, upstream }: Graph): Promise<number> {
  const directory = await bench.directory('cold')
  return bench.withServer(gate(), { ...upstream, directory: join(directory, 'data') }, ({ url }) =>
    goModDownload({ goMod, proxy: url, sumdb: upstream.sumdb.key, directory }),
  )
}

function verdicts(samples: Samples, delays: readonly number[]): readonly Verdict[] {
  const found: Verdict[] = delays.map((delay) => ({
    what: `${secondsAt(delay)}: gate / none`,
    value: samples.gate[secondsAt(delay)]! / samples.none[secondsAt(delay)]!,
    ...(delay === 150 ? { atMost: 0.12 } : {}),
  }))
  if (!delays.includes(0) || !delays.includes(150)) return found
  const distance = samples.gate[secondsAt(150)]! / samples.gate[secondsAt(0)]!
  return [...found, { what: 'seconds of the gate: at 150 ms / at 0 ms', value: distance, atMost: 1.2 }]
}
