/** `modgate vendor` beside `go mod vendor`: from a module cache that has everything to a vendor directory. */
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { modgateClient, type Client } from '../go-client.ts'
import { rowOnGraph, type Graph } from '../graph.ts'
import { filledProject, runIn } from '../project.ts'
import { inTurns, ratio, type Row, type Rounds } from '../row.ts'

const wall = 'seconds'

export const vendor: Row = {
  name: 'vendor',
  title: '`modgate vendor` of a graph with 158 zips, all of them unpacked in the module cache, beside `go mod vendor`',
  run: (bench) =>
    rowOnGraph(bench, measure, (rounds) => ({
      verdicts: ratio(rounds, { measure: wall, of: 'modgate', to: 'go', atMost: 1 }),
      notes: [
        '930 packages, 5,571 files, 103 MB; `./modgate` starts what it has compiled of itself at an earlier run, under Node',
      ],
    })),
}

async function measure(bench: Bench, graph: Graph): Promise<Rounds> {
  const project = await filledProject(bench, graph, 'vendor')
  const directory = join(project.directory, 'vendor')
  const commands = new Map<string, Client>([
    ['modgate', modgateClient('vendor')],
    ['go', ['go', 'mod', 'vendor']],
  ])
  const lists = new Set<string>()
  const once = async (command: Client) => {
    const begin = performance.now()
    await runIn(project, command)
    const seconds = (performance.now() - begin) / 1000
    lists.add(await readFile(join(directory, 'modules.txt'), 'utf8'))
    // Not removed: ext4 has whoever makes files soon after a removal pay for it.
    await rename(directory, join(await bench.directory('vendored'), 'vendor'))
    return { [wall]: seconds }
  }
  // Once unmeasured: go indexes the module cache then, and files get into memory.
  await inTurns(commands, 1, once)
  const rounds = await inTurns(commands, bench.runs, once)
  if (lists.size !== 1) throw new Error('the two do not vendor the same')
  return rounds
}
