/** What the checksum database client needs of the outside: the remote, the pinned head, and proved records and tiles on disk. */

import type { ClientOps } from '@modgate/gomod/sumdb'
import { Failure } from '../core/failure.ts'
import type { Checkpoints } from '../core/ports.ts'
import type { DatabaseOptions } from './database-options.ts'

export interface DatabaseOps extends ClientOps {
  /** The signed note of the pinned head, as last read or written; empty where none is pinned. */
  pinned(): Promise<Uint8Array>
}

/**
 * Names of files begin with the database's name; they stand below `sumdb/`, as GOPROXY layout has it. Of a partial tile only the
 * widest is kept, under one name: a narrower one is its beginning, and a file for each width would pile up.
 */
const keyOfFile = (file: string) => `sumdb/${file.replace(partialTile, '.partial')}`
const partialTile = /\.p\/(\d+)$/
const hashBytes = 32

export function databaseOps(options: DatabaseOptions): DatabaseOps {
  const { checkpoints, remote, report, name } = options
  let head: Uint8Array | undefined
  /** Counts what happened to the head, so that a slow reading cannot bring an old one back. */
  let moves = 0

  async function readTileOrFile(file: string): Promise<Uint8Array | undefined> {
    const bytes = await read(file)
    const width = partialTile.exec(file)?.[1]
    return width === undefined ? bytes : bytes?.subarray(0, Number(width) * hashBytes)
  }
  const read = async (file: string) => (await checkpoints.read(keyOfFile(file)))?.bytes
  async function readHead(): Promise<Uint8Array> {
    for (;;) {
      if (head) return head
      const before = moves
      const found = (await read(`${name}/latest`)) ?? new Uint8Array()
      if (moves === before) return (head = found)
    }
  }

  return {
    pinned: readHead,
    async readRemote(path) {
      if (options.offline) {
        throw new Failure('database-unreachable', {
          asked: `${name}${path}`,
          who: 'modgate --offline',
          why: 'this record or tile is not kept, and this gate asks nobody',
        })
      }
      const bytes = await remote.read(path)
      if (path.startsWith('/lookup/')) report?.lookup('fetched')
      return bytes
    },
    async readConfig(file) {
      moves++
      head = undefined
      return (await read(file)) ?? new Uint8Array()
    },
    async writeConfig(file, old, next) {
      const swapped = await checkpoints.replace(keyOfFile(file), old.byteLength === 0 ? undefined : old, next, {
        durable: true,
      })
      moves++
      head = swapped ? next : undefined
      return swapped
    },
    readCache: readTileOrFile,
    writeCache: (file, data) => overwrite(checkpoints, keyOfFile(file), data),
    log: (message) => report?.log(message),
    securityError: (message) => report?.attack(message),
  }
}

/** Only proved content is written here, so the last writer is as right as the first; but a wider tile says more than a narrower. */
async function overwrite(checkpoints: Checkpoints, key: string, data: Uint8Array): Promise<void> {
  if (!key.endsWith('.partial')) return checkpoints.write(key, data)
  for (;;) {
    const old = (await checkpoints.read(key))?.bytes
    if (old && Buffer.compare(old.subarray(0, data.byteLength), data) === 0) return
    if (await checkpoints.replace(key, old, data)) return
  }
}
