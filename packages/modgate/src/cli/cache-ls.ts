/** `modgate cache ls [PATTERN[@VERSION]…]` */

import { compare } from '@modgate/gomod/semver'
import { buildCommand } from '@stricli/core'
import { counted } from '../core/counted.ts'
import { sizeInWords } from '../report/size-in-words.ts'
import { mirrorsBelow } from '../source/vcs/mirror-shelf.ts'
import type { DataDirectory } from '../store/data-directory.ts'
import type { StoredEntry } from '../store/entries.ts'
import type { EntryFacts, FileKind } from '../store/entry-facts.ts'
import { cacheConfig, cacheFlags, chooser, withStore, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'
import { vcsIn } from './mirror-parts.ts'

type Order = 'name' | 'size' | 'asked'
type Flags = CacheFlags & { readonly sort: Order }

/** One entry, as the list shows it. */
interface ListedEntry {
  readonly module: string
  readonly version: string
  readonly bytes: number
  readonly files: Readonly<Partial<Record<FileKind, number>>>
  /** Why its module files are believed; absent where no facts are known. */
  readonly trust?: string
  readonly source?: string
  /** RFC 3339. */
  readonly firstSeen?: string
  readonly lastAsked: string
}

export const lsCommand = buildCommand<Flags, string[], CommandLine>({
  docs: {
    brief: 'List what is kept',
    customUsage: ['[FLAGS] [PATTERN[@VERSION]...]'],
    fullDescription: [
      'Lists what is kept: size, files, why it is believed, when it was first seen and last asked for, who gave it.',
      'An entry without files was removed or evicted; what is left is the hash of its first sight.',
      '',
      'Example:',
      '  modgate cache ls --sort size',
      "  modgate cache ls 'github.com/*/toml' golang.org/x@v0.42.0",
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...cacheFlags(),
      sort: {
        kind: 'enum',
        values: ['name', 'size', 'asked'],
        default: 'name',
        brief: 'By name and version, largest first, or longest not asked first',
      },
    },
    positional: {
      kind: 'array',
      parameter: {
        parse: String,
        placeholder: 'PATTERN[@VERSION]',
        brief: 'Module path patterns as GOPRIVATE has them',
      },
    },
  },
  async func({ sort, ...flags }, ...patterns) {
    const chosen = chooser(patterns)
    const config = await cacheConfig(this, flags, true)
    const { entries, mirrors } = await withStore(config, { create: false }, async (store) => {
      const listed: ListedEntry[] = []
      for await (const entry of store.entries.list())
        if (chosen(entry)) listed.push(shown(entry, await store.verify.facts.reread(entry)))
      return { entries: listed.sort(orders[sort]), mirrors: await mirrorSum(store.directory) }
    })
    const total = { entries: entries.length, bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0) }
    if (flags.json) print(this, { entries, total, mirrors })
    else print(this, [listText(entries, total), ...mirrorText(mirrors)].join('\n'))
  },
})

const byName = (a: ListedEntry, b: ListedEntry) =>
  a.module < b.module ? -1 : a.module > b.module ? 1 : compare(a.version, b.version)

const orders: Readonly<Record<Order, (a: ListedEntry, b: ListedEntry) => number>> = {
  name: byName,
  size: (a, b) => b.bytes - a.bytes || byName(a, b),
  asked: (a, b) => (a.lastAsked < b.lastAsked ? -1 : a.lastAsked > b.lastAsked ? 1 : byName(a, b)),
}

function shown({ path, version, bytes, files, lastAsked }: StoredEntry, facts: EntryFacts): ListedEntry {
  const known = facts.zip ?? facts.mod ?? facts.info
  const { trust, source } = known ?? {}
  const firstSeen = Object.values(facts)
    .map((each) => each.firstSeen)
    .sort()[0]
  return {
    module: path,
    version,
    bytes,
    files,
    ...(trust === undefined ? {} : { trust }),
    ...(source === undefined ? {} : { source }),
    ...(firstSeen === undefined ? {} : { firstSeen }),
    lastAsked: new Date(lastAsked).toISOString(),
  }
}

/** Mirrors of repositories, from which entries come. */
async function mirrorSum(directory: DataDirectory) {
  const sum = { mirrors: 0, bytes: 0 }
  for await (const { bytes } of mirrorsBelow(vcsIn(directory))) {
    sum.mirrors++
    sum.bytes += bytes
  }
  return sum
}

function mirrorText({ mirrors, bytes }: Awaited<ReturnType<typeof mirrorSum>>): string[] {
  if (mirrors === 0) return []
  return [`and ${counted(mirrors, 'mirror')} of repositories, ${sizeInWords(bytes)}`]
}

function listText(entries: readonly ListedEntry[], total: { entries: number; bytes: number }): string {
  const day = (time = '-') => time.slice(0, 16).replace('T', ' ')
  const rows = entries.map((entry) => [
    `${entry.module}@${entry.version}`,
    sizeInWords(entry.bytes),
    Object.keys(entry.files).join(' ') || '-',
    entry.trust ?? '-',
    day(entry.firstSeen),
    day(entry.lastAsked),
    entry.source ?? '-',
  ])
  const head = ['MODULE', 'SIZE', 'FILES', 'TRUST', 'FIRST SEEN', 'LAST ASKED', 'SOURCE']
  const sum = `${counted(total.entries, 'entry', 'entries')}, ${sizeInWords(total.bytes)}`
  return [...(rows.length === 0 ? [] : aligned([head, ...rows])), sum].join('\n')
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>((known, row) => row.map((cell, i) => Math.max(known[i] ?? 0, cell.length)), [])
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  )
}
