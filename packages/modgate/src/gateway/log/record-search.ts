/**
 * Where the record of a version is found: in memory; in a file of its own, which costs one read and is proved before it is believed; and where
 * that is not there or says something else, in the tiles of records by the index. The file is then written again, and once its tile is full
 * with a seal, so that the next proof needs no tile.
 */

import { equalHashes, hashSize, recordHash, type Tree } from '@modgate/gomod/tlog'
import { Failure } from '../../core/failure.ts'
import type { Checkpoints, ModuleVersion } from '../../core/ports.ts'
import type { LoggedRecord } from './covering-log.ts'
import type { LogIndex } from './log-index.ts'
import { formatLookup, isRecordOf, parseLookup, type LookupFile } from './log-lookup.ts'
import type { LogNames } from './log-names.ts'
import { tileHeight, tileWidth, type LogTiles } from './log-tiles.ts'
import type { LogTrunk, Standing } from './log-trunk.ts'
import type { LookupSeals } from './lookup-seals.ts'
import { steady } from './steady.ts'

export interface RecordSearch {
  /**
   * The record of a version, where this process or the head of a moment ago has one. Throws a Failure `log-damaged` where that cannot be
   * known any more.
   */
  readonly find: (module: ModuleVersion) => Promise<LoggedRecord | undefined>
  /** The same under this head or a newer one, by what was signed alone: before anything is signed on top of it. */
  readonly findSigned: (module: ModuleVersion, standing: Standing) => Promise<LoggedRecord | undefined>
  /** Keeps a record in memory for those who ask next; answers it. */
  readonly remember: (module: ModuleVersion, record: LoggedRecord) => LoggedRecord
}

export interface RecordSearchOptions {
  /** In words, for messages. */
  readonly name: string
  readonly checkpoints: Checkpoints
  readonly names: LogNames
  readonly tiles: LogTiles
  /** Its heads are signed by the log's key. */
  readonly trunk: Pick<LogTrunk, 'look' | 'recent'>
  /** Throws a Failure for a head that is not. */
  readonly believed: (standing: Standing) => Standing
  readonly index: LogIndex
  readonly seals: LookupSeals
}

const recordsInMemory = 20_000

export function recordSearch(options: RecordSearchOptions): RecordSearch {
  const { name, checkpoints, names, tiles, trunk, believed, index, seals } = options
  const recent = new Map<string, LoggedRecord>()

  const keyOf = ({ path, version }: ModuleVersion) => `${path}@${version}`
  const askedFor = (module: ModuleVersion) => `${keyOf(module)} in ${name}`

  function remember(module: ModuleVersion, record: LoggedRecord): LoggedRecord {
    recent.set(keyOf(module), record)
    if (recent.size > recordsInMemory) recent.delete(recent.keys().next().value!)
    return record
  }

  async function find(module: ModuleVersion): Promise<LoggedRecord | undefined> {
    const known = recent.get(keyOf(module))
    if (known) return known
    const file = await readFile(module)
    const recently = await trunk.recent()
    // Another gate may have written it a moment ago.
    const first = !file || file.record.id < recently.tree.size ? recently : await trunk.look()
    const found = await steady(trunk, { first, asked: askedFor(module) }, ({ tree }) => search(module, file, tree))
    if (!found) return undefined
    const { record, better } = found
    // Only where to look next time: without it the index is asked again.
    if (better) await checkpoints.write(names.lookup(module), better).catch(() => undefined)
    return remember(module, record)
  }

  async function readFile(module: ModuleVersion): Promise<LookupFile | undefined> {
    const bytes = (await checkpoints.read(names.lookup(module)))?.bytes
    return bytes && parseLookup(Buffer.from(bytes).toString(), module)
  }

  /** The file is only where to look: what counts is what was signed. `better` is what the file should be. */
  async function search(module: ModuleVersion, file: LookupFile | undefined, tree: Tree) {
    const told = file?.record
    if (told && file.seal && (await seals.holds(told, file.seal, tree))) return { record: told }
    const isTrue = told !== undefined && (await isInTree(told, tree))
    const record = isTrue ? told : await inTiles(module, tree)
    if (!record) {
      if (told && told.id >= tree.size) throw beyond(module, told, tree)
      return undefined
    }
    const seal = await seals.of(record, tree)
    return { record, ...(isTrue && !seal ? {} : { better: formatLookup(record, seal) }) }
  }

  async function isInTree({ id, text }: LoggedRecord, tree: Tree): Promise<boolean> {
    if (id >= tree.size) return false
    const [n, at] = [Math.floor(id / tileWidth), id % tileWidth]
    const leaves = await tiles.read({ h: tileHeight, l: 0, n, w: at + 1 }, tree)
    return equalHashes(leaves!.subarray(at * hashSize), recordHash(Buffer.from(text)))
  }

  async function inTiles(module: ModuleVersion, tree: Tree): Promise<LoggedRecord | undefined> {
    for (const id of await index.numbers(module, tree)) {
      const [text = ''] = await tiles.readRecords(id, 1, tree)
      if (isRecordOf(text, module)) return { id, text }
    }
    return undefined
  }

  /** What a file says of a record that the log does not have any more cannot be refuted. */
  function beyond(module: ModuleVersion, { id }: LoggedRecord, { size }: Tree): Failure {
    const why = `its file says that it is record ${id}, and the log has ${size}`
    return new Failure('log-damaged', { asked: askedFor(module), who: 'modgate', why })
  }

  return {
    find,
    remember,
    findSigned: async (module, standing) =>
      steady(trunk, { first: believed(standing), asked: askedFor(module) }, ({ tree }) => inTiles(module, tree)),
  }
}
