/** github.com/goproxy/goproxy, as a small program of ours around the library. */
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Contestant } from '../contestant.ts'
import { start } from '../process.ts'
import { cacheDirectory } from '../set-up.ts'

const source = resolve(import.meta.dirname, 'goproxy')
const program = join(cacheDirectory, 'goproxy')

export const goproxy: Contestant = {
  name: 'goproxy',
  conditions: 'verifies; cache on disk, sendfile; a log line a request to a file, written in groups',
  prepare: async () => {
    try {
      await mkdir(cacheDirectory, { recursive: true })
      await promisify(execFile)('go', ['build', '-o', program, '.'], { cwd: source })
      const { stdout } = await promisify(execFile)('go', ['version', '-m', program])
      const library = /github\.com\/goproxy\/goproxy\t(\S+)/.exec(stdout)?.[1] ?? 'unknown'
      return { version: `${library}, ${/: (go\S+)/.exec(stdout)?.[1] ?? 'go'}` }
    } catch (error) {
      return { missing: `goproxy cannot be built: ${(error as Error).message}` }
    }
  },
  start: async ({ directory, upstream, sumdb, tls, env = {} }) => {
    const temporary = join(directory, 'temporary')
    await mkdir(temporary, { recursive: true })
    const flags = ['-cache', join(directory, 'cache'), '-temp', temporary, '-access-log', join(directory, 'access.log')]
    const database =
      upstream === 'direct' ? [] : ['-sumdb', sumdb.key, '-proxied', `${sumdb.name} ${upstream}/sumdb/${sumdb.name}`]
    const secure = tls === undefined ? [] : ['-tls-cert', tls.cert, '-tls-key', tls.key]
    const log = join(directory, 'goproxy.log')
    // It has the go command fetch what comes from repositories, which keeps what it fetched in its module cache.
    const go = { HOME: directory, GOPATH: join(directory, 'go'), GOFLAGS: '-modcacherw', GOTOOLCHAIN: 'local' }
    return start([program, ...flags, '-upstream', upstream, ...database, ...secure], { log, env: { ...go, ...env } })
  },
}
