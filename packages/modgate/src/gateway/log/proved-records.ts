/**
 * All records of a log that can be proved, in their order: each is the leaf of a tree that was signed. What is damaged, or was lost with a
 * newer head, is told and left out. One tile is in memory at a time.
 */

import { equalHashes, hashSize, recordHash, TlogError, type Tree } from '@modgate/gomod/tlog'
import type { ModuleVersion } from '../../core/ports.ts'
import type { FormerLog } from './former-log.ts'
import type { BundledRecord } from './log-bundle.ts'
import { isRecordOf, parseLookup } from './log-lookup.ts'
import { hasName } from './log-names.ts'
import { textsOf, tileHeight, tileWidth } from './log-tiles.ts'

export interface ProvedRecords {
  readonly records: readonly BundledRecord[]
  readonly lost: readonly LostRecords[]
}

/** Records that were signed once, and that nothing here proves. */
export interface LostRecords {
  /** Numbers in the log. */
  readonly first: number
  readonly last: number
  /** The version, where something that is no proof still tells it. */
  readonly module?: ModuleVersion
}

/** From the record with the number `from` on. */
export async function* provedRecords(log: FormerLog, from = 0): AsyncGenerator<ProvedRecords> {
  const end = Math.max(0, ...log.trees.map(({ size }) => size))
  for (let n = Math.floor(from / tileWidth); n * tileWidth < end; n++) {
    const found = await tileOf(log, n)
    const width = Math.min(tileWidth, end - n * tileWidth)
    const all = Array.from({ length: width }, (_, i) => ({ found: found[i], id: n * tileWidth + i }))
    const wanted = all.filter(({ id }) => id >= from)
    const records = wanted.map((each) => each.found).filter(isProved)
    const lost = wanted.flatMap((each) => (isProved(each.found) ? [] : [{ ...each.found, first: each.id }]))
    yield { records, lost: runsOf(lost) }
  }
}

type Found = BundledRecord | { readonly module?: ModuleVersion } | undefined

const isProved = (found: Found): found is BundledRecord => found !== undefined && 'text' in found

/** By the largest tree that proves anything of the tile, and where that lacks some, by the next one. */
async function tileOf(log: FormerLog, n: number): Promise<readonly Found[]> {
  const all: Found[] = []
  for (const tree of log.trees) {
    const found = await tileUnder(log, n, tree)
    for (const [i, each] of found.entries()) if (!isProved(all[i])) all[i] = each ?? all[i]
    if (found.length > 0 && found.every(isProved)) break
  }
  return all
}

/** Nothing where the tree has none, or its hashes cannot be proved. */
async function tileUnder(log: FormerLog, n: number, tree: Tree): Promise<readonly Found[]> {
  const w = Math.min(tileWidth, tree.size - n * tileWidth)
  if (w <= 0) return []
  const tile = { h: tileHeight, l: 0, n, w }
  try {
    const leaves = (await log.tiles.read(tile, tree))!
    const texts = textsOf((await log.checkpoints.read(log.names.tile({ ...tile, l: -1 })))?.bytes ?? new Uint8Array())
    return await Promise.all(Array.from({ length: w }, (_, i) => recordAt(log, texts[i] ?? '', leafAt(leaves, i))))
  } catch (error) {
    if (error instanceof TlogError) return []
    throw error
  }
}

const leafAt = (leaves: Uint8Array, i: number) => leaves.subarray(i * hashSize, (i + 1) * hashSize)

async function recordAt(log: FormerLog, text: string, leaf: Uint8Array): Promise<Found> {
  const module = versionOf(text)
  if (!module) return undefined
  if (equalHashes(recordHash(Buffer.from(text)), leaf)) return isRecordOf(text, module) ? { module, text } : undefined
  // The file by which it is looked up has the same text.
  const lookup = (await log.checkpoints.read(log.names.lookup(module)))?.bytes
  const spare = lookup && parseLookup(Buffer.from(lookup).toString(), module)?.record
  return spare && equalHashes(recordHash(Buffer.from(spare.text)), leaf) ? { module, text: spare.text } : { module }
}

function versionOf(text: string): ModuleVersion | undefined {
  const [, path, version] = /^([!-~]{1,1024}) (v[!-~]{1,256}) h1:/.exec(text) ?? []
  return path !== undefined && version !== undefined && hasName({ path, version }) ? { path, version } : undefined
}

type Lost = { readonly first: number; readonly module?: ModuleVersion }

/** Neighbours of which nothing is known are one. */
function runsOf(lost: readonly Lost[]): readonly LostRecords[] {
  const runs: LostRecords[] = []
  for (const { first, module } of lost) {
    const before = runs.at(-1)
    if (!module && before && !before.module && before.last === first - 1)
      runs[runs.length - 1] = { ...before, last: first }
    else runs.push({ first, last: first, ...(module ? { module } : {}) })
  }
  return runs
}
