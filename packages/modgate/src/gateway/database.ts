/**
 * A checksum database as the gate uses it: asked with suspicion, kept, and answered to clients from what was proved.
 *
 * All lookups are answered under one head, the pinned one, so that every tile that a client needs to check an answer is one that
 * the gate has read itself. That is what makes a kept module verifiable without network.
 */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { sumdbClient, SumdbError, type VerifiedRecord } from '@modgate/gomod/sumdb'
import { formatRecord, parseTilePath } from '@modgate/gomod/tlog'
import { bytesBody } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { maxFieldBytes } from '../core/failure-text.ts'
import { Failure } from '../core/failure.ts'
import type { ModuleHashes, ModuleVersion, Records, Source } from '../core/ports.ts'
import type { Resource } from '../core/resource.ts'
import { describeRequest, mediaTypes } from '../source/describe.ts'
import { databaseOps } from './database-ops.ts'
import type { DatabaseOptions } from './database-options.ts'

const recordsInMemory = 20_000
/** Eight kilobytes each. */
const tilesInMemory = 1024
/** How long an answer under the pinned head, and the head itself, may be kept by others. */
const ttlSeconds = 60

export function database(options: DatabaseOptions): Records & Source {
  const { name, clock, report } = options
  const known = new Map<string, VerifiedRecord>()
  const ops = databaseOps(options)
  const client = sumdbClient(options.key, ops)
  const tiles = new Map<string, Uint8Array>()
  let headAskedAt = -Infinity

  async function record(module: ModuleVersion): Promise<VerifiedRecord> {
    const key = `${module.path}@${module.version}`
    const kept = known.get(key)
    if (kept) return kept
    const found = await client.lookupRecord(module.path, module.version)
    known.set(key, found)
    if (known.size > recordsInMemory) known.delete(known.keys().next().value!)
    return found
  }

  /** The pinned head, at most a minute behind where the database can be asked. */
  async function head(): Promise<Uint8Array> {
    const pinned = await ops.pinned()
    if (options.offline && pinned.byteLength === 0) throw neverAsked(name)
    const isRecent = Math.abs(clock.now() - headAskedAt) < ttlSeconds * 1000
    if (options.offline || (isRecent && pinned.byteLength > 0)) return pinned
    headAskedAt = clock.now()
    try {
      await client.merge(await options.remote.read('/latest'))
    } catch (error) {
      if (pinned.byteLength === 0 || error instanceof SumdbError) throw error
    }
    return ops.pinned()
  }

  /** A proved tile. A client may know a newer head than the gate, so a tile that is not there yet has the gate look again. */
  async function tile(path: string): Promise<Uint8Array> {
    const kept = tiles.get(path)
    if (kept) return kept
    const wanted = parseTilePath(path)
    const bytes = await client.readTile(wanted).catch(async (error: unknown) => {
      const isBeyond = error instanceof SumdbError && error.kind === 'not-found'
      if (!isBeyond || options.offline) throw error
      await client.merge(await options.remote.read('/latest'))
      return client.readTile(wanted)
    })
    tiles.set(path, bytes)
    if (tiles.size > tilesInMemory) tiles.delete(tiles.keys().next().value!)
    return bytes
  }

  /** Runs a question, and turns what the client throws into a Failure that says who is to blame. */
  async function asked<T>(what: string, question: () => Promise<T>): Promise<T> {
    try {
      return await question()
    } catch (error) {
      const failure = asDatabaseFailure(name, what, error)
      report?.lookup(failure)
      throw failure
    }
  }

  return {
    name,
    async lookup(module) {
      const { lines } = await asked(`${module.path}@${module.version}`, () => record(module))
      return hashesOf(module, lines, name)
    },
    async get(request, context) {
      if (request.kind !== 'sumdb' || request.name !== name) throw unknownDatabase(request, name)
      const { resource } = request
      switch (resource.kind) {
        case 'supported':
          return answer(name, new Uint8Array(), ttlSeconds)
        case 'latest':
          return answer(name, await asked(`head of ${name}`, head), ttlSeconds)
        case 'lookup': {
          if (matchPrefixPatterns(options.private, resource.path)) throw refusedPrivate(options, request, context)
          const { id, text } = await asked(describeRequest(request), () => record(resource)).catch(absentForClients)
          return answer(name, Buffer.concat([formatRecord(id, Buffer.from(text)), await ops.pinned()]), ttlSeconds)
        }
        case 'tile':
          return answer(name, await asked(describeRequest(request), () => tile(resource.path)).catch(absentForClients))
      }
    },
  }
}

function answer(source: string, bytes: Uint8Array, ttl?: number): Resource {
  return {
    body: bytesBody(bytes),
    type: mediaTypes.sumdb,
    trust: 'signed',
    source,
    cache: { status: 'hit', detail: 'database' },
    ...(ttl === undefined ? {} : { freshness: { ageSeconds: 0, ttlSeconds: ttl } }),
  }
}

function hashesOf({ path, version }: ModuleVersion, lines: readonly string[], name: string): ModuleHashes {
  const hashFor = (suffix: string) => {
    const start = `${path} ${version}${suffix} `
    const line = lines.find((each) => each.startsWith(start))
    if (line !== undefined) return line.slice(start.length)
    throw new Failure('no-record', {
      asked: `${path}@${version}`,
      who: name,
      why: `the database's record has no line for ${version}${suffix}`,
    })
  }
  return { zip: hashFor(''), goMod: hashFor('/go.mod') }
}

function refusedPrivate(options: DatabaseOptions, request: ModuleRequest, { client }: Context): Failure {
  options.report?.leak(request, client)
  return new Failure('private-at-database', {
    asked: describeRequest(request),
    who: `modgate, --private ${options.private}`,
    why: `the path is private, so ${options.name} was not asked about it`,
    ...(options.ownKey === undefined ? {} : { next: lineToPaste(options.ownKey) }),
  })
}

/** Whole in any case, since half a key is none: the go command shows so much of a line and no more. */
function lineToPaste(key: string): string {
  const whole = `go env -w GOSUMDB=${key} GOPRIVATE= GONOSUMDB=`
  return Buffer.byteLength(whole) <= maxFieldBytes ? whole : `GOSUMDB=${key}`
}

function neverAsked(name: string): Failure {
  const why = `no head of ${name} is kept, and this gate asks nobody`
  return new Failure('database-unreachable', { asked: `head of ${name}`, who: 'modgate --offline', why })
}

function unknownDatabase(request: ModuleRequest, name: string): Failure {
  return new Failure('database-unknown', {
    asked: describeRequest(request),
    who: 'modgate',
    why: `this gate serves the checksum database ${name} only`,
  })
}

/** For the gate a version without a record is not to be trusted; for a client that asks the database it is just not there. */
function absentForClients(error: unknown): never {
  if (!(error instanceof Failure) || error.code !== 'no-record') throw error
  throw new Failure('module-not-found', { asked: error.asked, who: error.who, why: error.why, cause: error })
}

function asDatabaseFailure(name: string, asked: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof SumdbError) {
    const why = error.message.split('\n', 1)[0] ?? ''
    if (error.kind === 'missing-line' || error.kind === 'not-found')
      return new Failure('no-record', { asked, who: name, why, cause: error })
    return new Failure(error.kind === 'conflict' ? 'store-failed' : 'database-untrusted', {
      asked,
      who: name,
      why,
      cause: error,
    })
  }
  return new Failure('internal-error', { asked, who: 'modgate', why: `asking ${name} failed`, cause: error })
}
