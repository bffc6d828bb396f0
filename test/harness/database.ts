import { generateKey, newSigner, sign } from '@modgate/gomod/note'
import { escapePath, escapeVersion } from '@modgate/gomod/module'
import {
  formatRecord,
  formatTree,
  type Hash,
  parseTilePath,
  readTileData,
  storedHashes,
  treeHash,
} from '@modgate/gomod/tlog'
import { type Corpus, recordOf } from './corpus.ts'

/** A checksum database that lives in memory and answers the paths below `/sumdb/<name>/`. */
export interface TestDatabase {
  readonly name: string
  /** What GOSUMDB is set to. */
  readonly key: string
  /** The answer to `supported`, `latest`, `lookup/…`, `tile/…`; undefined for what it does not have. */
  answer(path: string): Promise<Buffer | undefined>
}

export interface DatabaseOptions {
  readonly name?: string
  /** Makes the key; the same seed signs as the same database, so that a second tree under it is a fork. */
  readonly seed?: number
  /** Records of nobody in front, so that the tree has more than one tile. */
  readonly filler?: number
  /** Turns a true record into what the database claims; undefined leaves it out. */
  readonly claim?: (record: string) => string | undefined
}

/** A database of all public modules of the corpus. */
export async function testDatabase(corpus: Corpus, options: DatabaseOptions = {}): Promise<TestDatabase> {
  const { name = 'sumdb.example', seed = 1, filler = 300, claim = (record: string) => record } = options
  const keys = generateKey(name, new Uint8Array(32).fill(seed))
  const signer = newSigner(keys.signer)
  const records = [...fillers(filler), ...truth(corpus)].flatMap(({ id, record }) => {
    const claimed = claim(record)
    return claimed === undefined ? [] : [{ id, record: Buffer.from(claimed) }]
  })
  const hashes = await hashTree(records.map(({ record }) => record))
  const reader = { readHashes: async (indexes: readonly number[]) => indexes.map((index) => hashes[index]!) }
  const head = sign(
    { text: formatTree({ size: records.length, hash: await treeHash(records.length, reader) }) },
    signer,
  )
  const lookup = (id: string) => {
    const index = records.findIndex((record) => record.id === id)
    return index < 0 ? undefined : Buffer.concat([formatRecord(index, records[index]!.record), head])
  }
  const answer = async (path: string) => {
    if (path === 'supported') return Buffer.alloc(0)
    if (path === 'latest') return Buffer.from(head)
    if (path.startsWith('lookup/')) return lookup(decodeURIComponent(path.slice('lookup/'.length)))
    const tile = parseTilePath(path)
    if (tile.l >= 0) return Buffer.from(await readTileData(tile, reader))
    const { h, n, w } = tile
    return Buffer.from(
      records
        .slice(n * 2 ** h, n * 2 ** h + w)
        .map(({ record }) => `${record.toString()}\n`)
        .join(''),
    )
  }
  return { name, key: keys.verifier, answer }
}

interface NamedRecord {
  /** As a lookup spells it. */
  readonly id: string
  readonly record: string
}

function truth(corpus: Corpus): readonly NamedRecord[] {
  return corpus.modules
    .filter((module) => !module.private)
    .map((module) => ({ id: `${escapePath(module.path)}@${escapeVersion(module.version)}`, record: recordOf(module) }))
}

function fillers(count: number): readonly NamedRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `filler.example/n v1.0.${index}`
    return {
      id: name.replace(' ', '@'),
      record: `${name} h1:${'0'.repeat(43)}=\n${name}/go.mod h1:${'0'.repeat(43)}=\n`,
    }
  })
}

async function hashTree(records: readonly Uint8Array[]): Promise<readonly Hash[]> {
  const hashes: Hash[] = []
  const reader = { readHashes: async (indexes: readonly number[]) => indexes.map((index) => hashes[index]!) }
  for (const [index, record] of records.entries()) hashes.push(...(await storedHashes(index, record, reader)))
  return hashes
}
