/**
 * A covering log of so many records, written straight to the disk: tiles of hashes and of records, and a signed head. Appending ten million
 * would take hours of syncing. There are no files of single records and no index: the log makes them when it needs them.
 */
import { hash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generateKey, newSigner } from '@modgate/gomod/note'
import {
  hashFromTile,
  hashSize,
  nodeHash,
  recordHash,
  type Tile,
  tileForIndex,
  tileInTree,
  treeHash,
} from '@modgate/gomod/tlog'
import { formatHead, signedHead } from '../packages/modgate/src/gateway/log/log-head.ts'
import { logNames } from '../packages/modgate/src/gateway/log/log-names.ts'

export interface BigVersion {
  readonly path: string
  readonly version: string
}

/** The same at each run: what was made once is read again. */
export const bigLogKeys = generateKey('big-log.bench.example', new Uint8Array(32).fill(9))

const height = 8
const width = 2 ** height

/** The version of a record by its number. */
export function bigVersion(number: number): BigVersion {
  return { path: `m${Math.floor(number / 40)}.bench.example/team/repository`, version: `v1.${number % 40}.0` }
}

export function bigRecord(number: number): string {
  const { path, version } = bigVersion(number)
  const h1 = (kind: string) => `h1:${Buffer.from(hash('sha256', `${kind}${number}`), 'hex').toString('base64')}`
  return `${path} ${version} ${h1('z')}\n${path} ${version}/go.mod ${h1('m')}\n`
}

/** Writes the log below `modules`, a directory in the layout of a store. */
export async function writeBigLog(modules: string, size: number): Promise<void> {
  const names = logNames('big-log.bench.example')
  const kept = new Map<string, Uint8Array>()
  const write = async (tile: Tile, data: Uint8Array) => {
    const path = join(modules, names.tile(tile))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, data)
    // What the root is made of; the tiles of the lowest level would be gigabytes.
    if (tile.l > 0 || (tile.l === 0 && tile.w < width)) kept.set(names.tile(tile), data)
  }
  await writeTiles(size, write)
  const reader = {
    readHashes: async (indexes: readonly number[]) =>
      indexes.map((index) => {
        const tile = tileInTree(tileForIndex(height, index), size)!
        return hashFromTile(tile, kept.get(names.tile(tile))!, index)
      }),
  }
  const tree = { size, hash: await treeHash(size, reader) }
  const head = signedHead(tree, newSigner(bigLogKeys.signer), { signedAt: Date.now(), bundle: '' })
  await writeFile(join(modules, names.head), formatHead(head))
}

async function writeTiles(size: number, write: (tile: Tile, data: Uint8Array) => Promise<void>): Promise<void> {
  const levels: Uint8Array[][] = []
  const counts: number[] = []
  /** Waits for the disk where a tile is full, and for nothing else: ten million promises are half of the time. */
  function add(l: number, node: Uint8Array): Promise<void> | undefined {
    const level = (levels[l] ??= [])
    level.push(node)
    if (level.length < width) return undefined
    const n = (counts[l] ??= 0)
    counts[l] = n + 1
    levels[l] = []
    return write({ h: height, l, n, w: width }, Buffer.concat(level)).then(() => add(l + 1, rootOf(level)))
  }
  for (let first = 0; first < size; first += width) {
    const texts = Array.from({ length: Math.min(width, size - first) }, (_, i) => bigRecord(first + i))
    const data = Buffer.from(texts.map((text) => `${text}\n`).join(''))
    await write({ h: height, l: -1, n: first / width, w: texts.length }, data)
    for (const text of texts) {
      const full = add(0, recordHash(Buffer.from(text)))
      if (full) await full
    }
  }
  for (const [l, level] of levels.entries()) {
    if (level.length > 0) await write({ h: height, l, n: counts[l] ?? 0, w: level.length }, Buffer.concat(level))
  }
}

function rootOf(nodes: readonly Uint8Array[]): Uint8Array {
  let level = nodes
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, i) => nodeHash(level[2 * i]!, level[2 * i + 1]!))
  }
  return level[0]!.subarray(0, hashSize)
}
