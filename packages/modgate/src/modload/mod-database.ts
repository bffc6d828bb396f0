/**
 * The checksum database as a client asks it about go.mod files: with the head that the go command has pinned and what it keeps of
 * proved records and tiles. Nothing is written: the user's module cache is the go command's.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { memoryOps, sumdbClient, SumdbError, type Client, type ClientOps } from '@modgate/gomod/sumdb'
import { Failure } from '../core/failure.ts'
import type { ChecksumRoute } from '../policy/route.ts'
import type { DatabaseRemote } from '../source/database-remote.ts'
import type { GoModRecords } from './checked-go-mods.ts'

export interface ModDatabaseOptions {
  /** What the settings say of a module path. */
  readonly route: (path: string) => ChecksumRoute
  /** Asks a database. */
  readonly remoteOf: (route: AskedRoute) => DatabaseRemote
  /** `$GOMODCACHE/cache/download/sumdb`, where proved records and tiles are. */
  readonly cache: string
  /** `$GOPATH/pkg/sumdb`, where heads are pinned. */
  readonly pins: string
}

type AskedRoute = Extract<ChecksumRoute, { kind: 'asked' }>

export function modDatabase(options: ModDatabaseOptions): GoModRecords {
  // One client: GOSUMDB names one database for all modules.
  let client: Client | undefined
  return {
    async lookup(module) {
      const route = options.route(module.path)
      if (route.kind === 'skipped') return undefined
      if (route.kind === 'refused')
        throw new Failure('configuration', { asked: versionString(module), who: 'GOSUMDB', why: route.message })
      client ??= clientOf(options, route)
      return goModHash(module, await linesOf(client, module))
    },
  }
}

function clientOf({ remoteOf, cache, pins }: ModDatabaseOptions, route: AskedRoute): Client {
  const remote = remoteOf(route)
  const memory = memoryOps((path) => remote.read(path))
  const ops: ClientOps = {
    ...memory,
    readConfig: async (file) => memory.config.get(file) ?? (await bytesOf(join(pins, file))) ?? new Uint8Array(),
    writeConfig: async (file, _old, next) => {
      memory.config.set(file, next)
      return true
    },
    readCache: async (file) => memory.cache.get(file) ?? (await bytesOf(join(cache, file))),
  }
  return sumdbClient(route.key, ops)
}

/** A file of the go command's; what cannot be read is asked for again. */
async function bytesOf(file: string): Promise<Uint8Array | undefined> {
  return readFile(file).catch(() => undefined)
}

async function linesOf(client: Client, { path, version }: ModuleVersion): Promise<readonly string[]> {
  try {
    return await client.lookup(path, version)
  } catch (error) {
    if (!(error instanceof SumdbError)) throw error
    const why = error.message.split('\n', 1)[0] ?? ''
    const code = error.kind === 'missing-line' || error.kind === 'not-found' ? 'no-record' : 'database-untrusted'
    throw new Failure(code, { asked: `${path}@${version}`, who: client.name, why, cause: error })
  }
}

function goModHash({ path, version }: ModuleVersion, lines: readonly string[]): string {
  const start = `${path} ${version}/go.mod `
  const line = lines.find((each) => each.startsWith(start))
  if (line !== undefined) return line.slice(start.length)
  const why = 'its record has no line for the go.mod'
  throw new Failure('no-record', { asked: `${path}@${version}`, who: 'the checksum database', why })
}
