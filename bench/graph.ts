/** A real graph with 675 `mod`s and 158 zips, recorded once from the machine's own module proxy, then replayed at any distance. */
import { execFile } from 'node:child_process'
import { access, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Bench, type Upstream, upstreamAt, upstreamCommand } from './bench.ts'
import { goModDownload } from './go-client.ts'
import { gate } from './rivals/gate.ts'
import { figures, type Rounds, type RowResult } from './row.ts'
import { cacheDirectory } from './set-up.ts'

export interface Graph {
  readonly goMod: string
  readonly upstream: Upstream
  /** A directory that `GOPROXY=file://…` reads. */
  readonly folder: string
}

/** sum.golang.org's key is built into go and into the gate. */
const sumdb = { name: 'sum.golang.org', key: 'sum.golang.org' }

/** Runs `work` before the recorded graph. Resolves to a note where there is none and none can be recorded. */
export async function withGraph<T>(bench: Bench, work: (graph: Graph) => Promise<T>): Promise<T | string> {
  const goMod = resolve(bench.graph)
  const moduleProxy = await machineModuleProxy()
  if (!(await exists(goMod))) return `left out: no graph at ${bench.graph}; name a go.mod with --graph`
  if (moduleProxy === undefined) return 'left out: go env GOPROXY names no module proxy to record from'
  const home = join(cacheDirectory, 'graph')
  const recorder = upstreamCommand('recorded', join(home, 'recorded'), moduleProxy)
  return bench.withProcess('recorded', recorder, async ({ url }) => {
    const graph = { goMod, upstream: upstreamAt(url, sumdb), folder: join(home, 'mod/cache/download') }
    if (!(await exists(join(home, 'complete')))) await record(bench, graph, home)
    await graph.upstream.control('reset')
    return work(graph)
  })
}

/** The result of a row that runs rounds before the graph: its figures, and what `tell` says of them; or why there are none. */
export async function rowOnGraph(
  bench: Bench,
  measure: (bench: Bench, graph: Graph) => Promise<Rounds>,
  tell: (rounds: Rounds) => Pick<RowResult, 'verdicts' | 'notes'>,
): Promise<RowResult> {
  const rounds = await withGraph(bench, (graph) => measure(bench, graph))
  if (typeof rounds === 'string') return { figures: {}, verdicts: [], notes: [rounds] }
  return { figures: figures(rounds), ...tell(rounds) }
}

/** Once by go and once by the gate: they ask for different tiles, and what is asked for is recorded. */
async function record(bench: Bench, { goMod, upstream }: Graph, home: string): Promise<void> {
  console.error('set-up: recording the graph from the machine’s module proxy (200 MB, once)')
  const directory = await bench.directory('record')
  const proxy = upstream.upstream
  await goModDownload({ goMod, proxy, sumdb: sumdb.key, directory, moduleCache: join(home, 'mod') })
  await bench.withServer(gate(), { ...upstream, directory: join(directory, 'data') }, ({ url }) =>
    goModDownload({ goMod, proxy: url, sumdb: sumdb.key, directory }).then(() => undefined),
  )
  await writeFile(join(home, 'complete'), '')
}

async function machineModuleProxy(): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)('go', ['env', 'GOPROXY']).catch(() => ({ stdout: '' }))
  return stdout
    .trim()
    .split(/[,|]/)
    .find((entry) => /^https?:/.test(entry))
    ?.replace(/\/$/, '')
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
