/** `modgate download` beside `go mod download`: a real graph into an empty module cache, checksum database on. */
import type { Bench } from '../bench.ts'
import { type Client, goModDownload, modgateClient } from '../go-client.ts'
import { type Graph, rowOnGraph } from '../graph.ts'
import { inTurns, ratio, type Rounds, type Row, type Verdict } from '../row.ts'

const clients = new Map<string, Client>([
  ['go', ['go', 'mod', 'download']],
  ['modgate', modgateClient('download')],
])

/** At most so much of go's time, by distance in milliseconds. */
const targets: Readonly<Record<number, number>> = { 0: 0.7, 50: 0.2, 150: 0.1 }

const secondsAt = (delay: number) => `seconds at ${delay} ms`

export const download: Row = {
  name: 'download',
  title: 'an empty module cache filled with the same graph, checksum database on, the upstream 0, 50 and 150 ms away',
  run: (bench) =>
    rowOnGraph(bench, measure, (measured) => ({
      verdicts: verdicts(measured, bench.delays),
      notes: [],
    })),
}

async function measure(bench: Bench, { goMod, upstream }: Graph): Promise<Rounds> {
  // What modgate asks for and go does not is recorded first, so that nothing is fetched while it counts.
  const once = async (client: Client) =>
    goModDownload({
      ...{ goMod, client, proxy: upstream.upstream, sumdb: upstream.sumdb.key },
      directory: await bench.directory('download'),
      isKept: true,
    })
  if (!bench.quick) await once(clients.get('modgate')!)
  return inTurns(clients, bench.quick ? 1 : bench.runs, async (client, name) => {
    const sample: Record<string, number> = {}
    for (const delay of bench.delays) {
      await upstream.control(`delay?ms=${delay}`)
      sample[secondsAt(delay)] = await once(client)
      console.error(`  ${name}, ${delay} ms away: ${sample[secondsAt(delay)]!.toFixed(1)} s`)
    }
    await upstream.control('delay?ms=0')
    return sample
  })
}

function verdicts(rounds: Rounds, delays: readonly number[]): readonly Verdict[] {
  return delays.flatMap((delay) => {
    const atMost = targets[delay]
    return ratio(rounds, {
      ...{ measure: secondsAt(delay), of: 'modgate', to: 'go' },
      ...(atMost === undefined ? {} : { atMost }),
    })
  })
}
