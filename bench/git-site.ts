/** The code host of git rows, at a distance, and who fetches from it: servers, and the real go by itself. */
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Bench } from './bench.ts'
import { loopbackCertificate } from './certificate.ts'
import type { Contestant, Site } from './contestant.ts'
import { gate } from './rivals/gate.ts'
import { goproxy } from './rivals/goproxy.ts'
import { cacheDirectory } from './set-up.ts'
import { databaseKey, databaseName } from './upstream/database.ts'
import { codeHost, repositories } from './upstream/repositories.ts'

/** A code host that runs. */
export interface GitSite {
  /** What a server is told, but for its directory. */
  readonly site: Omit<Site, 'directory'>
  /** Requests since the last call. */
  requests(): Promise<number>
}

/** How far away it is: each answer waits so long, a handshake does not. */
export const distanceMs = 50

const program = resolve(import.meta.dirname, 'upstream/git-main.ts')

export async function withGitSite<T>(bench: Bench, work: (host: GitSite) => Promise<T>): Promise<T> {
  const directory = await repositories(join(cacheDirectory, 'git'))
  const { cert, key } = await loopbackCertificate(await bench.directory('git'), ['github.com', codeHost])
  return bench.withProcess('git-host', [process.execPath, program, directory, cert, key], async ({ url }) => {
    const control = async (command: string) =>
      (await (await fetch(`${url}/-/${command}`)).json()) as { readonly requests: number }
    await control(`delay?ms=${distanceMs}`)
    const proxies = { HTTPS_PROXY: url, https_proxy: url, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' }
    const trust = { SSL_CERT_FILE: cert, GIT_SSL_CAINFO: cert, NODE_EXTRA_CA_CERTS: cert }
    const sumdb = { name: databaseName, key: databaseKey }
    return work({
      site: { upstream: 'direct', sumdb, env: { ...proxies, ...trust } },
      async requests() {
        const { requests } = await control('counts')
        await control('reset')
        return requests
      },
    })
  })
}

/** The gate as its guide for private modules has it. */
export const privateGate: Contestant = gate({
  flags: ['--private', `github.com/bench,${codeHost}`],
  conditions:
    'its own log vouches for what it fetches; a JSON log line a request to a file, metrics; written in groups',
})

/** Servers that take part in git rows, as far as they could be prepared. */
export function gitServers(bench: Bench): ReadonlyMap<string, Contestant> {
  const rivals = bench.contestants.filter(({ name }) => name === goproxy.name)
  return new Map([privateGate, ...rivals].map((contestant) => [contestant.name, contestant]))
}

const patienceMs = 10 * 60_000

/** Runs the real go in a directory that keeps its module cache. Resolves to wall seconds; rejects where it ends with another code. */
export async function timeGo(
  args: readonly string[],
  options: { readonly directory: string; readonly env: Readonly<Record<string, string>>; readonly code?: number },
): Promise<number> {
  const { directory, env, code = 0 } = options
  await mkdir(directory, { recursive: true })
  const own = {
    ...{ PATH: process.env['PATH'], HOME: directory, GOPATH: join(directory, 'go') },
    ...{ GOFLAGS: '-mod=mod -modcacherw', GOTOOLCHAIN: 'local' },
  }
  const begin = performance.now()
  const ended = await promisify(execFile)('go', args, {
    cwd: directory,
    env: { ...own, ...env },
    timeout: patienceMs,
    maxBuffer: 64 << 20,
  }).then(
    () => ({ code: 0, stderr: '' }),
    (error: unknown) => error as { readonly code?: unknown; readonly stderr: string },
  )
  if (ended.code !== code) throw new Error(`go ${args.join(' ')} ended with ${String(ended.code)}:\n${ended.stderr}`)
  return (performance.now() - begin) / 1000
}

/** What makes the go command fetch from repositories by itself. */
export const directEnvironment = { GOPROXY: 'direct', GOSUMDB: 'off' } as const
