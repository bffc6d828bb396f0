/** What rows share: who takes part, where things are, and how to end it all. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Contestant, Site } from './contestant.ts'
import { type Running, start } from './process.ts'
import { cacheDirectory } from './set-up.ts'
import { corpus } from './upstream/corpus.ts'
import { databaseKey, databaseName } from './upstream/database.ts'

export interface BenchOptions {
  readonly runs: number
  /** Seconds of one load. */
  readonly seconds: number
  readonly quick: boolean
  readonly contestants: readonly Contestant[]
  /** Path of the go.mod of the recorded graph. */
  readonly graph: string
  /** Milliseconds that an upstream of the cold graph waits before each answer. */
  readonly delays: readonly number[]
}

/** An upstream that runs, and what its clients are told of it. */
export interface Upstream extends Omit<Site, 'directory' | 'tls'> {
  control(command: string): Promise<{ readonly requests: number; readonly fetched: number }>
}

export interface AllSite extends Omit<Site, 'directory'> {
  /** Those that take part where not all do. */
  readonly contestants?: readonly Contestant[]
}

export interface Bench extends BenchOptions {
  /** A new directory that is gone after the run. */
  directory(name: string): Promise<string>
  /** The upstream over the corpus, started at its first use. */
  corpusUpstream(): Promise<Upstream>
  /** Runs `work` with a process that says where it listens; it ends after it, whatever happens. */
  withProcess<T>(name: string, command: readonly string[], work: (server: Running) => Promise<T>): Promise<T>
  /** Runs `work` with a server that ends after it, whatever happens. */
  withServer<T>(contestant: Contestant, site: Site, work: (server: Running) => Promise<T>): Promise<T>
  /** Runs `work` with all contestants at once, each with a fresh cache before that upstream. */
  withAll<T>(site: AllSite, work: (servers: ReadonlyMap<string, Running>) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export async function bench(options: BenchOptions): Promise<Bench> {
  const root = await mkdtemp(join(tmpdir(), 'modgate-bench-'))
  const running = new Set<Running>()
  let corpusRuns: Promise<Upstream> | undefined
  const own = async (starting: Promise<Running>) => {
    const server = await starting
    running.add(server)
    return server
  }
  const withRunning = async <T>(starting: Promise<Running>, work: (server: Running) => Promise<T>) => {
    const server = await own(starting)
    try {
      return await work(server)
    } finally {
      running.delete(server)
      await server.stop()
    }
  }
  const self: Bench = {
    ...options,
    directory: async (name) => {
      await mkdir(join(root, name), { recursive: true })
      return mkdtemp(join(root, name, '-'))
    },
    corpusUpstream: () => (corpusRuns ??= startCorpus(root, own)),
    withProcess: (name, command, work) => withRunning(start(command, { log: join(root, `${name}.log`) }), work),
    withServer: (contestant, site, work) => withRunning(contestant.start(site), work),
    async withAll({ contestants = options.contestants, ...site }, work) {
      const servers = new Map<string, Running>()
      try {
        for (const contestant of contestants) {
          const directory = join(await self.directory(contestant.name), 'data')
          servers.set(contestant.name, await own(contestant.start({ ...site, directory })))
        }
        return await work(servers)
      } finally {
        for (const server of servers.values()) running.delete(server)
        await Promise.all([...servers.values()].map((server) => server.stop()))
      }
    },
    async close() {
      await Promise.all([...running].map((server) => server.stop()))
      await rm(root, { recursive: true, force: true })
    },
  }
  return self
}

async function startCorpus(root: string, own: (starting: Promise<Running>) => Promise<Running>): Promise<Upstream> {
  const directory = await corpus(join(cacheDirectory, 'corpus'))
  const server = await own(start(upstreamCommand('corpus', directory), { log: join(root, 'corpus.log') }))
  return upstreamAt(server.url, { name: databaseName, key: databaseKey })
}

export function upstreamCommand(...args: readonly string[]): readonly string[] {
  return [
    process.execPath,
    '--conditions=modgate-source',
    fileURLToPath(import.meta.resolve('./upstream/main.ts')),
    ...args,
  ]
}

export function upstreamAt(url: string, sumdb: Upstream['sumdb']): Upstream {
  return {
    upstream: url,
    sumdb,
    control: async (command) => {
      const response = await fetch(`${url}/-/${command}`)
      return (await response.json()) as { requests: number; fetched: number }
    },
  }
}
