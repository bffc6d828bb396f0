/** The gate itself, from this working copy. */
import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Contestant, Site } from '../contestant.ts'
import { start } from '../process.ts'

const main = resolve(import.meta.dirname, '../../packages/modgate/src/cli/main.ts')

export interface GateOptions {
  readonly name?: string
  readonly conditions?: string
  /** Further flags of `modgate serve`. */
  readonly flags?: readonly string[]
  /** Flags of Node, such as a profiler's. */
  readonly nodeFlags?: readonly string[]
}

export function gate(options: GateOptions = {}): Contestant {
  const { name = 'gate', flags = [], nodeFlags = [] } = options
  return {
    name,
    conditions: options.conditions ?? 'verifies; a JSON log line a request to a file, metrics; written in groups',
    prepare: async () => {
      const { version } = JSON.parse(
        await readFile(resolve(import.meta.dirname, '../../packages/modgate/package.json'), 'utf8'),
      ) as { version: string }
      return { version: `${version}, Node ${process.versions.node}` }
    },
    start: async (site) => {
      await mkdir(site.directory, { recursive: true })
      const command = [process.execPath, '--conditions=modgate-source', ...nodeFlags, main, 'serve']
      return start([...command, ...gateFlags(site), ...flags], {
        log: join(site.directory, '..', `${name}.log`),
        // Nothing of the machine's own Go settings, nor of its proxies.
        env: { HOME: site.directory, GOPROXY: '', GOSUMDB: '', ...site.env },
      })
    },
  }
}

function gateFlags({ directory, upstream, sumdb, tls }: Site): readonly string[] {
  const listen = ['--listen', '127.0.0.1:0', '--data', directory, '--log-format', 'json']
  const secure = tls === undefined ? [] : ['--tls-cert', tls.cert, '--tls-key', tls.key]
  return [...listen, '--upstream', upstream, '--sumdb', sumdb.key, ...secure]
}
