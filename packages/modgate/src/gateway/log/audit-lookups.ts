/** The second half of an audit: the lookup file of each proved record, files of records that are none, and the public database. */

import { hash } from 'node:crypto'
import { eachOf } from '../../core/each-of.ts'
import type { ModuleVersion } from '../../core/ports.ts'
import type { AuditPlace } from './audit-place.ts'
import { recordTile } from './audit-tree.ts'
import type { LoggedRecord } from './covering-log.ts'
import { formatLookup, isRecordOf, parseLookup } from './log-lookup.ts'
import { hasName } from './log-names.ts'
import { tileWidth } from './log-tiles.ts'
import { fingerprintBits, recordTable } from './record-table.ts'

/** Lookups that are read, and questions to the public database, at the same time. */
const atOnce = 32

/** Lookup files as far as they were compared. */
interface Compared {
  /** How many records had a file. */
  files: number
  /** Files that were told to be wrong. */
  readonly wrong: Set<string>
}

/** So much damage is mended first: what is surplus then is told by the next audit. */
const mostWrong = 100_000

export interface Standing {
  /** Tiles whose records are not proved, and so left out. */
  readonly unproved: ReadonlySet<number>
  /** Whether the tree is the last one that was signed: what is not in it is surplus. */
  readonly isNewest: boolean
}

/** Answers how many records were compared. */
export async function auditLookups(place: AuditPlace, standing: Standing): Promise<number> {
  const { unproved } = standing
  const { files, tree, signal } = place
  const compared: Compared = { files: 0, wrong: new Set() }
  const first = firstRecords(place)
  let audited = 0
  for (let n = 0; n * tileWidth < tree.size; n++) {
    signal?.throwIfAborted()
    const tile = recordTile(n, tree.size)
    const texts = unproved.has(n) ? [] : ((await files.texts(tile)) ?? [])
    const all = texts.map((text, i) => ({ id: n * tileWidth + i, text }))
    const repeated = await first.except(all)
    await eachOf(all, atOnce, async (record) => {
      if (!repeated.has(record.id)) await auditRecord(place, compared, record)
      audited++
    })
    place.onRecords?.(tile.w, tree.size)
  }
  if (compared.wrong.size < mostWrong) await auditSurplus(place, compared, standing)
  return audited
}

async function auditRecord(place: AuditPlace, compared: Compared, { id, text }: LoggedRecord): Promise<void> {
  const { names, tree, found, compare } = place
  const module = moduleOf(text)
  if (!module) {
    const file = names.tile(recordTile(Math.floor(id / tileWidth), tree.size))
    await found({ file, why: `record ${id} is that of no version` })
    return
  }
  const file = names.lookup(module)
  const kept = await place.files.read(file)
  // One that is not there is no damage: the records tell as much, and the gate writes it again for whoever asks.
  if (kept) {
    compared.files++
    const told = parseLookup(Buffer.from(kept).toString(), module)?.record
    if (told?.id !== id || told.text !== text) {
      compared.wrong.add(file)
      await found({ file, why: `does not hold record ${id}`, rebuilt: formatLookup({ id, text }) })
    }
  }
  await compare?.(module, text)
}

/** Tells records of versions of which the log has one already; some bytes of memory for each record that was seen. */
function firstRecords(place: AuditPlace) {
  const { names, files, tree, found } = place
  const seen = recordTable()

  async function earlier(text: string, ids: readonly number[]): Promise<number | undefined> {
    const [version] = text.split(' h1:', 1)
    for (const id of ids) {
      const texts = await files.texts(recordTile(Math.floor(id / tileWidth), tree.size))
      if (texts?.[id % tileWidth]?.startsWith(`${version} h1:`)) return id
    }
    return undefined
  }

  return {
    /** The numbers of those that are not the first of their version. */
    async except(records: readonly LoggedRecord[]): Promise<ReadonlySet<number>> {
      const repeated = new Set<number>()
      for (const { id, text } of records) {
        const mark = parseInt(hash('sha256', text.split(' h1:', 1)[0]!).slice(0, fingerprintBits / 4), 16)
        const before = await earlier(text, seen.numbers(mark))
        seen.add(mark, id)
        if (before === undefined) continue
        repeated.add(id)
        const file = names.tile(recordTile(Math.floor(id / tileWidth), tree.size))
        await found({ file, why: `the log has a version twice, as record ${before} and as record ${id}` })
      }
      return repeated
    },
  }
}

/** The version that a record is of; undefined for what the log would never have appended. */
function moduleOf(text: string): ModuleVersion | undefined {
  const [path = '', version = ''] = text.split('\n', 1)[0]!.split(' ')
  const module = { path, version }
  return isRecordOf(text, module) && hasName(module) ? module : undefined
}

async function isInLog({ files, tree }: AuditPlace, { id, text }: LoggedRecord): Promise<boolean> {
  const texts = id < tree.size ? await files.texts(recordTile(Math.floor(id / tileWidth), tree.size)) : undefined
  return texts?.[id % tileWidth] === text
}

/** Files of versions that the log does not have: such a version could not come into the log any more. */
async function auditSurplus(place: AuditPlace, compared: Compared, standing: Standing): Promise<void> {
  const { unproved, isNewest } = standing
  const { names, found, signal } = place
  const listed = () => place.list(names.lookups)
  let count = 0
  for await (const { key } of listed()) if (!key.endsWith('.lock')) count++
  if (count === compared.files && unproved.size === 0) return
  for await (const { key } of listed()) {
    signal?.throwIfAborted()
    if (key.endsWith('.lock') || compared.wrong.has(key)) continue
    if (!(await belongs(place, key, unproved))) {
      await found({ file: key, why: 'is that of no record of the log', ...(isNewest ? { rebuilt: null } : {}) })
    }
  }
}

async function belongs(place: AuditPlace, key: string, unproved: ReadonlySet<number>): Promise<boolean> {
  const { files, names, tree } = place
  const bytes = await files.read(key)
  if (!bytes) return true
  const content = Buffer.from(bytes).toString()
  const [, zip = '', goMod = ''] = content.split('\n', 3)
  const module = moduleOf(`${zip}\n${goMod}\n`)
  const record = module && names.lookup(module) === key ? parseLookup(content, module)?.record : undefined
  if (!record) return false
  // What a gate has appended meanwhile is behind the tree that is audited.
  if (record.id >= tree.size) return record.id < ((await files.head().catch(() => undefined))?.tree.size ?? 0)
  return unproved.has(Math.floor(record.id / tileWidth)) || isInLog(place, record)
}
