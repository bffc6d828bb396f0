/** `modgate resolve` beside `go list -m all`: the build list of a graph whose go.mod files are all in the module cache. */
import type { Bench } from '../bench.ts'
import { modgateClient, type Client } from '../go-client.ts'
import { rowOnGraph, type Graph } from '../graph.ts'
import { costOf, filledProject, runIn } from '../project.ts'
import { inTurns, ratio, type Row, type Rounds } from '../row.ts'

const timesARound = 10

const commands = new Map<string, Client>([
  ['modgate', modgateClient('resolve')],
  ['go', ['go', 'list', '-m', 'all']],
])

export const resolve: Row = {
  name: 'resolve',
  title:
    '`./modgate resolve` of a graph with 675 go.mod files, all of them in the module cache, beside `go list -m all`',
  run: (bench) =>
    rowOnGraph(bench, measure, (rounds) => {
      const ofModgate = { of: 'modgate', to: 'go', atMost: 1 }
      return {
        verdicts: ['ms CPU', 'ms'].flatMap((name) => ratio(rounds, { measure: name, ...ofModgate })),
        notes: [
          'both hold all 675 files against go.sum; go reads 382 `.info` files beside them, which modgate has no use for without --json',
          '`./modgate` starts what it has compiled of itself at an earlier run, under Node',
        ],
      }
    }),
}

async function measure(bench: Bench, graph: Graph): Promise<Rounds> {
  const project = await filledProject(bench, graph, 'resolve')
  const { env } = project
  // go list wants the `.info` of each module, which a download does not bring.
  const asking = { GOPROXY: graph.upstream.upstream, GOSUMDB: graph.upstream.sumdb.key }
  const expected = await runIn({ ...project, env: { ...env, ...asking } }, commands.get('go')!)
  // Twice: the first run compiles, the second one reads what is compiled for the first time.
  for (let run = 1; run <= 2; run++) {
    if ((await runIn(project, commands.get('modgate')!)) !== expected) throw new Error('the two do not list the same')
  }
  return inTurns(commands, bench.runs, (command) => costOf(project, command, bench.quick ? 1 : timesARound))
}
