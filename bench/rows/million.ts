/** A store of a million files beside an empty one: neither start-up nor an answer may feel how much is kept. */
import { access, link, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench, Upstream } from '../bench.ts'
import { load } from '../load.ts'
import { gate } from '../rivals/gate.ts'
import { figures, inTurns, ratio, type Row, type Rounds } from '../row.ts'
import { cacheDirectory } from '../set-up.ts'
import { filePath, small } from '../upstream/corpus.ts'
import { cpuSeconds } from '../usage.ts'

const startUp = 'CPU seconds to start'
const cpu = 'ms CPU per 1,000 requests'
const modules = 100_000
const kinds = ['info', 'mod', 'zip', 'ziphash', 'lock'].map((kind) => `v1.0.0.${kind}`)
/** As many links as ext4 allows to a file, less some. */
const linksPerFile = 60_000

export const million: Row = {
  name: 'million',
  title: 'the gate on a store of 1,000,000 files beside an empty one: start-up, warm `.mod`s',
  async run(bench) {
    const rounds = await measure(bench)
    const against = { of: 'full', to: 'empty', atMost: 1.2 }
    const verdicts = [startUp, 'seconds to start', cpu].flatMap((measured) =>
      ratio(rounds, { measure: measured, ...against }),
    )
    return {
      figures: figures(rounds),
      verdicts,
      notes: ['in both stores the 300 modules that are asked for are kept already'],
    }
  },
}

async function measure(bench: Bench): Promise<Rounds> {
  const upstream = await bench.corpusUpstream()
  const stores = new Map([
    ['empty', join(await bench.directory('store'), 'data')],
    ['full', join(cacheDirectory, 'million', 'data')],
  ])
  for (const [name, directory] of stores) await prepare(bench, upstream, { name, directory })
  const paths = small.map((module) => filePath(module, 'mod'))
  const scripts = await bench.directory('load')
  return inTurns(stores, bench.runs, async (directory) => {
    const begin = performance.now()
    return bench.withServer(gate(), { ...upstream, directory }, async ({ url, pid }) => {
      const seconds = (performance.now() - begin) / 1000
      const started = await cpuSeconds(pid)
      await load({ url, paths, seconds: 2, directory: scripts })
      const before = await cpuSeconds(pid)
      const { requests } = await load({ url, paths, seconds: bench.seconds, directory: scripts })
      const used = (await cpuSeconds(pid)) - before
      return { 'seconds to start': seconds, [startUp]: started, [cpu]: (used * 1e6) / requests }
    })
  })
}

interface NamedStore {
  readonly name: string
  readonly directory: string
}

/** Lets a gate make the directory and keep what will be asked for; then fills the full one, once for all runs. */
async function prepare(bench: Bench, upstream: Upstream, { name, directory }: NamedStore): Promise<void> {
  await bench.withServer(gate(), { ...upstream, directory }, async ({ url }) => {
    for (const module of small) await (await fetch(url + filePath(module, 'mod'))).arrayBuffer()
  })
  const complete = join(directory, '..', 'complete')
  const done = await access(complete).then(
    () => true,
    () => false,
  )
  if (name !== 'full' || done) return
  console.error('set-up: filling a store with 1,000,000 files (once)')
  await fill(join(directory, 'modules'), join(directory, '..'))
  await writeFile(complete, '')
}

async function fill(store: string, sources: string): Promise<void> {
  let files = 0
  let source = ''
  for (let module = 0; module < modules; module++) {
    const number = String(module).padStart(6, '0')
    const place = join(store, `filler.example/${number.slice(0, 3)}/m${number}/@v`)
    await mkdir(place, { recursive: true })
    const names = [...kinds, ...kinds.map((kind) => kind.replace('v1.0.0', 'v1.1.0'))]
    for (const name of names) {
      if (files++ % linksPerFile === 0)
        await writeFile((source = join(sources, `source-${files}`)), 'module filler.example\n')
      await link(source, join(place, name)).catch(ignoreExisting)
    }
  }
}

function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
}
