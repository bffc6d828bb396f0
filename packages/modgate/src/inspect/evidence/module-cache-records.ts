/** What the go command has cached of a checksum database, below GOMODCACHE/cache/download/sumdb. */

import { escapePath, escapeVersion, ModuleError } from '@modgate/gomod/module'
import { parseRecord } from '@modgate/gomod/tlog'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { judged } from './tree-head.ts'

export interface RecordsOptions {
  /** GOMODCACHE */
  readonly cache: string
  readonly database: { readonly name: string; readonly key: string }
  /** Those whose records are read; undefined: all. */
  readonly modules?: readonly { readonly path: string; readonly version: string }[]
}

type Damaged = { readonly file: string; readonly message: string }
const hashBytes = 32
const tileWidth = 256
const maxFiles = 50_000

/** Records that are none or that the database's key has not signed, and tiles of a wrong size. An empty file counts as absent to go. */
export async function damagedRecords({ cache, database, modules }: RecordsOptions): Promise<readonly Damaged[]> {
  const root = join(cache, 'cache', 'download', 'sumdb', ...database.name.split('/'))
  const lookups = modules
    ? modules.flatMap((module) => lookupFile(root, module))
    : await filesBelow(join(root, 'lookup'))
  const found: Damaged[] = []
  for (const file of lookups) {
    const bytes = await readFile(file).catch(() => undefined)
    const message = bytes === undefined || bytes.length === 0 ? undefined : recordFault(bytes, database.key)
    if (message !== undefined) found.push({ file, message })
  }
  return [...found, ...(await damagedTiles(join(root, 'tile')))]
}

function lookupFile(
  root: string,
  { path, version }: { readonly path: string; readonly version: string },
): readonly string[] {
  try {
    return [join(root, 'lookup', ...`${escapePath(path)}@${escapeVersion(version)}`.split('/'))]
  } catch (error) {
    if (error instanceof ModuleError) return []
    throw error
  }
}

function recordFault(bytes: Uint8Array, key: string): string | undefined {
  try {
    const { rest } = parseRecord(bytes)
    return judged(Buffer.from(rest).toString(), key).fault?.message
  } catch (error) {
    return (error as Error).message
  }
}

/** The path says how wide a tile is: `8/0/x001/234`, or `8/0/x001/234.p/17`. */
async function damagedTiles(root: string): Promise<readonly Damaged[]> {
  const found: Damaged[] = []
  for (const file of await filesBelow(root)) {
    const name = relative(root, file).split(sep).join('/')
    if (!/^8\/\d+\//.test(name)) continue
    const width = Number(/\.p\/(\d{1,3})$/.exec(name)?.[1] ?? tileWidth)
    const size = (await stat(file).catch(() => undefined))?.size ?? 0
    if (size !== 0 && size !== width * hashBytes) {
      found.push({ file, message: `${size} bytes instead of ${width * hashBytes}` })
    }
  }
  return found
}

async function filesBelow(directory: string): Promise<readonly string[]> {
  const items = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  return items
    .filter((item) => item.isFile())
    .slice(0, maxFiles)
    .map((item) => join(item.parentPath, item.name))
}
