/** The real go as a client: `go mod download` of a module graph into an empty module cache. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
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
}

const patienceMs = 15 * 60_000

/** Downloads all of the graph. Resolves to wall seconds; rejects with go's words when it fails. */
export async function goModDownload({ goMod, proxy, sumdb, directory, moduleCache }: Download): Promise<number> {
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
  await promisify(execFile)('go', ['mod', 'download'], { cwd: directory, env, timeout: patienceMs })
  const seconds = (performance.now() - begin) / 1000
  if (moduleCache === undefined) await rm(cache, { recursive: true, force: true })
  return seconds
}
