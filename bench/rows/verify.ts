/** `modgate verify --cache` beside `go mod verify`: every zip and every unpacked file of a module cache, hashed. */
import type { Bench } from '../bench.ts'
import { modgateClient, type Client } from '../go-client.ts'
import { rowOnGraph, type Graph } from '../graph.ts'
import { costOf, filledProject } from '../project.ts'
import { inTurns, ratio, type Row, type Rounds } from '../row.ts'

const commands = new Map<string, Client>([
  ['modgate', modgateClient('verify', '--cache')],
  ['go', ['go', 'mod', 'verify']],
])

export const verify: Row = {
  name: 'verify',
  title:
    '`./modgate verify --cache` of 158 zips (197 MB) and the trees that they were unpacked to, beside `go mod verify`',
  run: (bench) =>
    rowOnGraph(bench, measure, (rounds) => ({
      verdicts: [
        ...ratio(rounds, { measure: 'ms', of: 'modgate', to: 'go', atMost: 0.5 }),
        ...ratio(rounds, { measure: 'ms CPU', of: 'modgate', to: 'go' }),
      ],
      notes: ['go compares what it unpacked with the hash of the zip; modgate names the file that differs, too'],
    })),
}

/** Rejects where one of the two finds something to complain about. */
async function measure(bench: Bench, graph: Graph): Promise<Rounds> {
  const project = await filledProject(bench, graph, 'verify')
  // Once unmeasured: files get into memory.
  await inTurns(commands, 1, (command) => costOf(project, command, 1))
  return inTurns(commands, bench.runs, (command) => costOf(project, command, 1))
}
