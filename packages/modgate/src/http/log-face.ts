/**
 * The gate's own log as C2SP has it (tlog-tiles, tlog-checkpoint): the tree of `/sumdb/<name>/` once more, at paths and in formats that
 * monitors and witnesses of any transparency log understand. Only the head differs: its first line is the log's own name, by which a
 * witness tells logs apart.
 */

import { parseTilePath, TlogError, type Tile } from '@modgate/gomod/tlog'
import { bytesBody } from '../core/body.ts'
import { Failure } from '../core/failure.ts'
import type { Resource } from '../core/resource.ts'
import type { CoveringLog } from '../gateway/log/covering-log.ts'

/** What of a log is shown: proved tiles and records, and a signed head. */
export type LogFace = Pick<CoveringLog, 'name' | 'checkpoint' | 'readTile' | 'readRecords'>

/** A checkpoint changes with every new record: caches may have it for a moment only. */
const checkpointTtlSeconds = 1
/** Full width, and the height of all tiles. */
const tileWidth = 256
const tileHeight = 8

/** Level or `entries`, and the rest as in Go's own tile paths. No tree has a longer one. */
const tileForm = /^\/tile\/(entries|[0-9]{1,2})\/([x0-9/]{3,40}(?:\.p\/[0-9]{1,3})?)$/

/** Says whether a path is one of the face, well formed or not. */
export function isLogPath(path: string): boolean {
  return path === '/checkpoint' || path.startsWith('/tile/')
}

/** Says whether a path of the face shows records: checkpoints and hashes name nothing. */
export function namesEverything(path: string): boolean {
  return path.startsWith('/tile/entries/')
}

/**
 * The answer to a path for which `isLogPath` holds. Throws a Failure: `no-such-page` where the gate has no log or the tree no such
 * tile, `bad-request` for what is no tile's path, and what reading the log throws.
 */
export async function logResource(path: string, log: LogFace | undefined): Promise<Resource> {
  if (!log) throw withoutLog(path)
  if (path === '/checkpoint') {
    const freshness = { ageSeconds: 0, ttlSeconds: checkpointTtlSeconds }
    return { ...resource(log, await log.checkpoint()), type: 'text/plain; charset=utf-8', freshness }
  }
  const tile = tileAt(path)
  try {
    if (tile.l >= 0) return resource(log, await log.readTile(tile))
    return { ...resource(log, entryBundle(await log.readRecords(tile.n * tileWidth, tile.w))), isText: true }
  } catch (error) {
    throw error instanceof Failure && error.code === 'module-not-found' ? beyondTree(path, error) : error
  }
}

/** A tile never changes, a partial one neither: a wider one has another path. */
function resource(log: LogFace, bytes: Uint8Array): Resource {
  return {
    body: bytesBody(bytes),
    type: 'application/octet-stream',
    trust: 'signed',
    source: log.name,
    cache: { status: 'hit', detail: 'log' },
  }
}

/** Records, each behind its length as a big-endian uint16. None comes near its limit: a record names one version of one URL's length. */
function entryBundle(records: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    records.flatMap((record) => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(record.length)
      return [length, record]
    }),
  )
}

function tileAt(path: string): Tile {
  const [, level, rest] = tileForm.exec(path) ?? []
  try {
    if (level === undefined)
      throw new TlogError('malformed', 'it is none of /tile/<L>/<N>[.p/<W>] and /tile/entries/<N>[.p/<W>]')
    return parseTilePath(`tile/${tileHeight}/${level === 'entries' ? 'data' : level}/${rest}`)
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    throw new Failure('bad-request', {
      asked: path.slice(0, 200),
      who: 'modgate',
      why: error.message,
      next: 'see C2SP tlog-tiles: N in groups of three digits, all but the last behind an x; W from 1 to 255',
      cause: error,
    })
  }
}

function beyondTree(path: string, cause: Failure): Failure {
  const next = 'ask for tiles of the tree whose size /checkpoint says'
  return new Failure('no-such-page', { asked: path, who: cause.who, why: 'the log has no such tile', next, cause })
}

function withoutLog(path: string): Failure {
  return new Failure('no-such-page', {
    asked: path.slice(0, 200),
    who: 'modgate --log-name off',
    why: 'this gate has no log of its own',
    next: 'ask a gate that has one, or start this one without --log-name off',
  })
}
