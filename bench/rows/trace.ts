/** What it costs to look: the go command under `modgate trace`, and alone. */
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { type Client, goModDownload, modgateClient } from '../go-client.ts'
import { type Graph, rowOnGraph } from '../graph.ts'
import { inTurns, ratio, type Row, type Rounds } from '../row.ts'

const [traced, alone] = ['traced', 'alone']
const [warm, atHand] = ['seconds from a warm proxy', 'seconds with all at hand']

export const trace: Row = {
  name: 'trace',
  title:
    '`go mod download` of the same graph under `modgate trace`, from a warm proxy at 0 ms, beside the same without it',
  run: (bench) =>
    rowOnGraph(bench, measure, (rounds) => ({
      verdicts: [
        ...ratio(rounds, { measure: warm, of: traced, to: alone, atMost: 1.1 }),
        ...ratio(rounds, { measure: atHand, of: traced, to: alone }),
      ],
      notes: ['with all at hand the difference is the start of modgate itself, and shown for its own sake'],
    })),
}

async function measure(bench: Bench, { goMod, upstream: { upstream } }: Graph): Promise<Rounds> {
  const contestants = new Map<string, Client>([
    [alone, ['go', 'mod', 'download']],
    [traced, modgateClient('trace', '--', 'go', 'mod', 'download')],
  ])
  return inTurns(contestants, Math.min(bench.runs, 3), async (client) => {
    const directory = await bench.directory('trace')
    const download = { goMod, proxy: upstream, directory, moduleCache: join(directory, 'mod'), client }
    return { [warm]: await goModDownload(download), [atHand]: await goModDownload(download) }
  })
}
