/**
 * The checksum database as a client asks it: with the head that the go command has pinned and what it keeps of proved records and tiles.
 * Whether anything is written depends on the keeper that is handed in: the user's module cache is the go command's.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { memoryOps, sumdbClient, SumdbError, type Client, type ClientOps } from '@modgate/gomod/sumdb'
import { Failure } from '../core/failure.ts'
import type { ChecksumRoute } from '../policy/route.ts'
import type { DatabaseRemote } from '../source/database-remote.ts'
import type { SumRecords } from './checked-go-mods.ts'

export interface ModDatabaseOptions {
  /** What the settings say of a module path. */
  readonly route: (path: string) => ChecksumRoute
  /** Asks a database. */
  readonly remoteOf: (route: AskedRoute) => DatabaseRemote
  /** `$GOMODCACHE/cache/download/sumdb`, where proved records and tiles are. */
  readonly cache: string
  /** `$GOPATH/pkg/sumdb`, where heads are pinned. */
  readonly pins: string
  /** Keeps there what is proved; absent: it is remembered for this run. */
  readonly keep?: DatabaseKeeper
}

/** Writes what the go command would write; files as the two stores of the client name them. */
export interface DatabaseKeeper {
  /** Replaces a pinned head, or answers false where it is not the `old` one any more. */
  pin(file: string, old: Uint8Array, next: Uint8Array): Promise<boolean>
  /** Keeps a proved record or tile. */
  keep(file: string, bytes: Uint8Array): void
}

type AskedRoute = Extract<ChecksumRoute, { kind: 'asked' }>

export function modDatabase(options: ModDatabaseOptions): SumRecords {
  // One client: GOSUMDB names one database for all modules.
  let client: Client | undefined
  // A record speaks of a module and of its go.mod, and is proved once.
  const proved = new Map<string, Promise<readonly string[]>>()
  return {
    async lookup(line) {
      const route = options.route(line.path)
      if (route.kind === 'skipped') return undefined
      if (route.kind === 'refused')
        throw new Failure('configuration', { asked: versionString(line), who: 'GOSUMDB', why: route.message })
      client ??= clientOf(options, route)
      const module = { path: line.path, version: line.version.replace(/[/]go[.]mod$/, '') }
      const name = versionString(module)
      const lines = proved.get(name) ?? linesOf(client, module)
      proved.set(name, lines)
      return hashIn(
        await lines.catch((error: unknown) => {
          proved.delete(name)
          throw error
        }),
        line,
      )
    },
  }
}

function clientOf({ remoteOf, cache, pins, keep }: ModDatabaseOptions, route: AskedRoute): Client {
  const remote = remoteOf(route)
  const memory = memoryOps((path) => remote.read(path))
  const ops: ClientOps = {
    ...memory,
    readConfig: async (file) => memory.config.get(file) ?? (await bytesOf(join(pins, file))) ?? new Uint8Array(),
    writeConfig: async (file, old, next) => {
      if (keep && !(await keep.pin(join(pins, file), old, next))) {
        memory.config.delete(file)
        return false
      }
      memory.config.set(file, next)
      return true
    },
    readCache: async (file) => memory.cache.get(file) ?? (await bytesOf(join(cache, file))),
    writeCache: async (file, bytes) => {
      memory.cache.set(file, bytes)
      keep?.keep(join(cache, file), bytes)
    },
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

function hashIn(lines: readonly string[], { path, version }: ModuleVersion): string {
  const start = `${path} ${version} `
  const line = lines.find((each) => each.startsWith(start))
  if (line !== undefined) return line.slice(start.length)
  const why = 'its record has no line for it'
  throw new Failure('no-record', { asked: `${path}@${version}`, who: 'the checksum database', why })
}
