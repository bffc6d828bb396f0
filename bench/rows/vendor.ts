/** `modgate vendor` beside `go mod vendor`: from a module cache that has everything to a vendor directory. */
import { execFile } from 'node:child_process'
import { copyFile, glob, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { hashGoMod } from '@modgate/gomod/dirhash'
import { unescapePath, unescapeVersion } from '@modgate/gomod/module'
import type { Bench } from '../bench.ts'
import { modgateClient } from '../go-client.ts'
import { withGraph, type Graph } from '../graph.ts'
import { figures, inTurns, ratio, type Row, type Rounds } from '../row.ts'

const wall = 'seconds'

export const vendor: Row = {
  name: 'vendor',
  title: '`modgate vendor` of a graph with 158 zips, all of them unpacked in the module cache, beside `go mod vendor`',
  async run(bench) {
    const rounds = await withGraph(bench, (graph) => measure(bench, graph))
    if (typeof rounds === 'string') return { figures: {}, verdicts: [], notes: [rounds] }
    return {
      figures: figures(rounds),
      verdicts: ratio(rounds, { measure: wall, of: 'modgate', to: 'go', atMost: 1 }),
      notes: [
        '930 packages, 5,571 files, 103 MB; modgate runs from its sources, whose types are taken out at each start',
      ],
    }
  },
}

async function measure(bench: Bench, graph: Graph): Promise<Rounds> {
  const directory = await bench.directory('vendor')
  await copyFile(graph.goMod, join(directory, 'go.mod'))
  await writeFile(join(directory, 'go.sum'), await sumsOf(graph.folder))
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const settings = { GOMODCACHE: resolve(graph.folder, '../..'), GOPROXY: 'off', GOTOOLCHAIN: 'local', GOENV: 'off' }
  const env = { PATH, NODE_COMPILE_CACHE, HOME: directory, GOFLAGS: '-modcacherw', ...settings }
  const commands = new Map<string, readonly [string, ...string[]]>([
    ['modgate', modgateClient('vendor')],
    ['go', ['go', 'mod', 'vendor']],
  ])
  const lists = new Set<string>()
  const once = async ([program, ...args]: readonly [string, ...string[]]) => {
    await rm(join(directory, 'vendor'), { recursive: true, force: true })
    const begin = performance.now()
    await promisify(execFile)(program, args, { cwd: directory, env })
    const seconds = (performance.now() - begin) / 1000
    lists.add(await readFile(join(directory, 'vendor/modules.txt'), 'utf8'))
    return { [wall]: seconds }
  }
  // Once unmeasured: go indexes the module cache then, and files get into memory.
  await inTurns(commands, 1, once)
  const rounds = await inTurns(commands, bench.runs, once)
  if (lists.size !== 1) throw new Error('the two do not vendor the same')
  return rounds
}

/** A go.sum that knows all that was downloaded: what is vendored has to be in it. */
async function sumsOf(downloads: string): Promise<string> {
  const lines: string[] = []
  for await (const file of glob('**/@v/*.{ziphash,mod}', { cwd: downloads })) {
    const [, path, name, kind] = /^(.*)\/@v\/(.*)\.(ziphash|mod)$/.exec(file) ?? []
    if (path === undefined || name === undefined) continue
    const module = `${unescapePath(path)} ${unescapeVersion(name)}`
    const bytes = await readFile(join(downloads, file))
    lines.push(kind === 'mod' ? `${module}/go.mod ${hashGoMod(bytes)}\n` : `${module} ${bytes.toString()}\n`)
  }
  return lines.join('')
}
