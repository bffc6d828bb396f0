/** A project with the real graph beside a module cache that one download has filled, for commands that need no network. */
import { execFile } from 'node:child_process'
import { copyFile, glob, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { hashGoMod } from '@modgate/gomod/dirhash'
import { unescapePath, unescapeVersion } from '@modgate/gomod/module'
import type { Bench } from './bench.ts'
import type { Client } from './go-client.ts'
import type { Graph } from './graph.ts'
import type { Sample } from './row.ts'
import { cpuSeconds } from './usage.ts'

export interface Project {
  readonly directory: string
  /** Of the commands that run in it: nobody may be asked. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Makes one in a directory of its own. */
export async function filledProject(bench: Bench, graph: Graph, name: string): Promise<Project> {
  const directory = await bench.directory(name)
  await copyFile(graph.goMod, join(directory, 'go.mod'))
  await writeFile(join(directory, 'go.sum'), await sumsOf(graph.folder))
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const settings = { GOMODCACHE: resolve(graph.folder, '../..'), GOPROXY: 'off', GOTOOLCHAIN: 'local', GOENV: 'off' }
  return { directory, env: { PATH, NODE_COMPILE_CACHE, HOME: directory, GOFLAGS: '-modcacherw', ...settings } }
}

/** Runs a command in it. Resolves to what it printed; rejects with its words when it fails. */
export async function runIn({ directory, env }: Project, [program, ...args]: Client): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { cwd: directory, env, maxBuffer: 1 << 24 })
  return stdout
}

/** What one run of a command costs: the average of several in a row, since the kernel counts CPU in hundredths of a second. */
export async function costOf(project: Project, command: Client, times: number): Promise<Sample> {
  const begin = { wall: performance.now(), ...(await cpuOfChildren()) }
  for (let i = 0; i < times; i++) await runIn(project, command)
  const wall = performance.now() - begin.wall
  const { cpu } = await cpuOfChildren()
  return { 'ms CPU': ((cpu - begin.cpu) * 1000) / times, ms: wall / times }
}

/** Seconds, of children that have ended; those that still run have nothing to do meanwhile. */
async function cpuOfChildren(): Promise<{ readonly cpu: number }> {
  const { user, system } = process.cpuUsage()
  return { cpu: (await cpuSeconds(process.pid)) - (user + system) / 1e6 }
}

/** A go.sum that knows all that was downloaded. */
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
