import { ModuleError, unescapePath, unescapeVersion } from '../module/index.ts'
import { formatRecord, parseTilePath, type Tile, TlogError } from '../tlog/index.ts'
import { SumdbError } from './error.ts'

/** A checksum database as it is kept (x/mod/sumdb, ServerOps). Absence is a `SumdbError` `not-found`. */
export interface ServerOps {
  /** Answers the signed head of the latest tree. */
  signed(): Promise<Uint8Array>
  /** Answers the texts of the records `id` to `id + n - 1`. */
  readRecords(id: number, n: number): Promise<readonly Uint8Array[]>
  /** Answers the number of the record of a module version; a later `signed` covers it. */
  lookup(path: string, version: string): Promise<number>
  /** Answers the data of a tile of hashes (`l >= 0`). */
  readTileData(tile: Tile): Promise<Uint8Array>
}

/** What to answer over HTTP. */
export interface Answer {
  readonly status: 200 | 400 | 404
  readonly contentType: string
  readonly body: Uint8Array
}

const plainText = 'text/plain; charset=UTF-8'

/** Clients read tiles of height 8; a higher one is a request for up to 2^30 hashes at a stroke. */
const maxServedHeight = 8

/** What Go's database takes for `module@version`; a version is canonical, and there is one `@`. */
const moduleVersion = /^([^@]+)@(v[0-9]+\.[0-9]+\.[0-9]+(?:-[^@]*)?(?:\+incompatible)?)$/

/**
 * Answers a request to a checksum database: `/latest`, `/lookup/<module>@<version>`, `/tile/<h>/<l>/<n>[.p/<w>]`
 * (x/mod/sumdb, Server). `path` is the URL's path after percent-decoding, below the database's own prefix. Errors of
 * `ops` other than `not-found` are thrown through: how to answer those, and how much to tell, is the caller's decision.
 */
export async function serve(ops: ServerOps, path: string): Promise<Answer> {
  try {
    if (path === '/latest') return ok(plainText, await ops.signed())
    if (path.startsWith('/lookup/')) return await serveLookup(ops, path.slice('/lookup/'.length))
    if (path.startsWith('/tile/')) return await serveTile(ops, path.slice(1))
    return refuse(404, 'not found')
  } catch (error) {
    if (error instanceof SumdbError && error.kind === 'not-found') return refuse(404, error.message)
    throw error
  }
}

async function serveLookup(ops: ServerOps, text: string): Promise<Answer> {
  const module = parseModuleVersion(text)
  if (module === undefined) return refuse(400, 'invalid module@version syntax')
  const id = await ops.lookup(module.path, module.version)
  const [record] = await readRecords(ops, id, 1)
  const message = formatRecord(id, record!)
  // Signed last, so that the head covers the record even when the lookup has just appended it.
  return ok(plainText, Buffer.concat([message, await ops.signed()]))
}

function parseModuleVersion(text: string): { readonly path: string; readonly version: string } | undefined {
  const [, path, version] = moduleVersion.exec(text) ?? []
  if (path === undefined || version === undefined) return undefined
  try {
    return { path: unescapePath(path), version: unescapeVersion(version) }
  } catch (error) {
    if (error instanceof ModuleError) return undefined
    throw error
  }
}

async function serveTile(ops: ServerOps, path: string): Promise<Answer> {
  const tile = parseTile(path)
  if (tile === undefined) return refuse(400, 'invalid tile syntax')
  if (tile.h > maxServedHeight) return refuse(404, `tiles have at most height ${maxServedHeight}`)
  if (tile.l >= 0) return ok('application/octet-stream', await ops.readTileData(tile))
  const start = tile.n * 2 ** tile.h
  if (!Number.isSafeInteger(start)) return refuse(404, 'no such records')
  const records = await readRecords(ops, start, tile.w)
  // A tile of records is their answers without ids, which its offset tells.
  const bodies = records.map((text) => formatRecord(0, text).subarray('0\n'.length))
  return ok(plainText, Buffer.concat(bodies))
}

function parseTile(path: string): Tile | undefined {
  try {
    return parseTilePath(path)
  } catch (error) {
    if (error instanceof TlogError) return undefined
    throw error
  }
}

async function readRecords(ops: ServerOps, id: number, n: number): Promise<readonly Uint8Array[]> {
  const records = await ops.readRecords(id, n)
  if (records.length !== n) throw new Error(`readRecords answered ${records.length} of ${n} records`)
  return records
}

function ok(contentType: string, body: Uint8Array): Answer {
  return { status: 200, contentType, body }
}

function refuse(status: 400 | 404, message: string): Answer {
  return { status, contentType: plainText, body: new TextEncoder().encode(`${message}\n`) }
}
