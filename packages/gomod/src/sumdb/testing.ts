import { createHash } from 'node:crypto'
import { generateKey } from '../note/index.ts'
import { type Client, sumdbClient } from './client.ts'
import { memoryDatabase } from './memory-database.ts'
import { memoryOps, type MemoryOps } from './memory-ops.ts'
import { serve, type ServerOps } from './server.ts'

/** The name and key that the databases of the tests share, so that they can contradict each other. */
export const databaseName = 'sum.example'
export const keys = generateKey(databaseName, new Uint8Array(32).fill(1))

/** What a proxy in between may do to an answer. */
export type Tamper = (path: string, body: Uint8Array) => Uint8Array | Promise<Uint8Array>

/** Returns honest go.sum lines, which differ by `salt`. */
export const goSum =
  (salt = '') =>
  async (path: string, version: string): Promise<string> => {
    const h1 = (what: string): string => `h1:${createHash('sha256').update(what).digest('base64')}`
    return `${path} ${version} ${h1(`${salt}${path}${version}`)}\n${path} ${version}/go.mod ${h1(`${path}${version}mod`)}\n`
  }

/** A client and what stands behind it; all of it can be exchanged. */
export interface World {
  readonly client: Client
  readonly ops: MemoryOps
  /** Every path asked of the database. */
  readonly asked: string[]
  database: ServerOps
  tamper: Tamper
}

/** Returns an honest world, with tiles so low that a few records make several levels. `seen` are the stores of another world. */
export function world(database = memoryDatabase(keys.signer, goSum()), seen?: Pick<World, 'ops'>): World {
  const asked: string[] = []
  const ops = memoryOps(async (path) => {
    asked.push(path)
    const { status, body } = await serve(made.database, path)
    if (status !== 200) throw new Error(`status ${status}`)
    return made.tamper(path, body)
  })
  const stores = seen?.ops ?? ops
  const shared = { ...stores, readRemote: ops.readRemote.bind(ops) }
  const client = sumdbClient(keys.verifier, shared, { tileHeight: 2 })
  const made: World = { client, ops: stores, asked, database, tamper: (_path, body) => body }
  return made
}

/** Fills a database with `n` records of its own: `example.test/m0@v1.0.0` and so on. */
export async function fill(database: ServerOps, n: number): Promise<void> {
  for (let i = 0; i < n; i++) await database.lookup(`example.test/m${i}`, 'v1.0.0')
}
