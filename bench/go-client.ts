/** Clients that fill an empty module cache with a module graph: the real go, and `modgate download`. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

export interface Download {
  /** The go.mod of the graph. */
  readonly goMod: string
  /** GOPROXY: one URL. */
  readonly proxy: string
  /** GOSUMDB; without it the client asks no checksum database. */
  readonly sumdb?: string
  readonly directory: string
  /** Where the module cache is to stay; without it, it is removed again. */
  readonly moduleCache?: string
  /** What downloads; without it, `go mod download`. */
  readonly client?: Client
  /**
   * Whether the module cache stays until the bench is over. ext4 looks twice at every inode that was freed in the last minutes: who
   * fills a cache after another one of 43,000 files was removed pays for its removal.
   */
  readonly isKept?: boolean
}

/** A program and its arguments. */
export type Client = readonly [program: string, ...args: string[]]

/** `./modgate` as users of a working copy run it: the set-up script, the launcher, and what that has compiled. */
export const modgateClient = (...args: readonly string[]): Client => [
  resolve(import.meta.dirname, '../modgate'),
  ...args,
]

const patienceMs = 15 * 60_000

/** Downloads all of the graph. Resolves to wall seconds; rejects with the client's words when it fails. */
export async function goModDownload(download: Download): Promise<number> {
  const { goMod, proxy, sumdb, directory, moduleCache, client = ['go', 'mod', 'download'], isKept } = download
  const cache = moduleCache ?? join(directory, 'mod')
  await mkdir(directory, { recursive: true })
  await copyFile(goMod, join(directory, 'go.mod'))
  // A client that has never been here: a pinned tree head would have it ask for other tiles.
  for (const name of ['go.sum', 'path']) await rm(join(directory, name), { recursive: true, force: true })
  const env = {
    PATH: process.env['PATH'],
    HOME: directory,
    GOPATH: join(directory, 'path'),
    GOMODCACHE: cache,
    GOFLAGS: '-mod=mod -modcacherw',
    GOTOOLCHAIN: 'local',
    GOPROXY: proxy,
    ...(sumdb === undefined ? { GONOSUMDB: '*' } : { GOSUMDB: sumdb }),
  }
  const begin = performance.now()
  const [program, ...args] = client
  await promisify(execFile)(program, args, { cwd: directory, env, timeout: patienceMs })
  const seconds = (performance.now() - begin) / 1000
  if (moduleCache === undefined && isKept !== true) await rm(cache, { recursive: true, force: true })
  return seconds
}
