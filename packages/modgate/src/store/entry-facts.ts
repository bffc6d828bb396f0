/**
 * What is known of an entry beside its bytes: one small JSON record a module version, next to its files.
 *
 * Facts are written before the file that they describe, so a file without facts has lost them (a power cut may take the last
 * ones) and is checked anew before it is used.
 */

import { escapePath, escapeVersion } from '@modgate/gomod/module'
import type { Checkpoints, ModuleVersion } from '../core/ports.ts'
import type { Trust } from '../core/resource.ts'

export type FileKind = 'info' | 'mod' | 'zip'

export interface FileFacts {
  /** Bytes. */
  readonly size: number
  /** `h1:…` of a mod or zip, `sha256:…` (base64) of an info. */
  readonly hash: string
  readonly trust: Trust
  /** Who gave it: an upstream's URL without credentials, a folder. */
  readonly source: string
  /** When the gate first saw it, RFC 3339. The clock of every policy: an `.info`'s Time is its author's. */
  readonly firstSeen: string
  /** The address of the client for which it was fetched; absent where the gate fetched it of itself. */
  readonly client?: string
}

export type EntryFacts = Partial<Readonly<Record<FileKind, FileFacts>>>

/** Reads and completes the facts of entries. */
export interface FactsBook {
  /** What is known, as this process last saw it. */
  read(module: ModuleVersion): Promise<EntryFacts>
  /** What is written now: another process may have added to it or replaced some of it. */
  reread(module: ModuleVersion): Promise<EntryFacts>
  /** Adds what is known of one file; facts that stand there already stay, and are returned. */
  add(module: ModuleVersion, kind: FileKind, facts: FileFacts, options?: FactsOptions): Promise<FileFacts>
  /** Replaces the facts of one file: its old content was damaged and is gone, and the record allows the new one. */
  replace(module: ModuleVersion, kind: FileKind, facts: FileFacts, options?: FactsOptions): Promise<void>
  /** Notes that the entry was asked for just now: the time of its record is the time of its last request. */
  touch(module: ModuleVersion): Promise<void>
  /** Drops what can be learnt anew. A first sight, which nobody could say again, stays, unless `forget`. */
  release(module: ModuleVersion, options?: { readonly forget?: boolean }): Promise<void>
}

export interface FactsOptions {
  /** Waits for the disk and for other processes: for facts that nobody could say again. */
  readonly durable?: boolean
}

const keptInMemory = 20_000

export function factsBook(checkpoints: Checkpoints): FactsBook {
  const recent = new Map<string, EntryFacts>()

  const remember = (key: string, facts: EntryFacts) => {
    recent.delete(key)
    recent.set(key, facts)
    if (recent.size > keptInMemory) recent.delete(recent.keys().next().value!)
    return facts
  }

  async function reread(module: ModuleVersion): Promise<EntryFacts> {
    const key = keyOfFacts(module)
    const kept = await checkpoints.read(key)
    if (kept) return remember(key, parse(kept.bytes))
    recent.delete(key)
    return {}
  }

  async function change(
    module: ModuleVersion,
    options: FactsOptions | undefined,
    edit: (old: EntryFacts) => EntryFacts,
  ): Promise<EntryFacts> {
    const key = keyOfFacts(module)
    for (;;) {
      const old = await checkpoints.read(key)
      const before = old ? parse(old.bytes) : {}
      const after = edit(before)
      if (after === before && old) return remember(key, before)
      if (await checkpoints.replace(key, old?.bytes, bytesOf(after), options)) return remember(key, after)
    }
  }

  return {
    async read(module) {
      return recent.get(keyOfFacts(module)) ?? reread(module)
    },
    reread,
    async add(module, kind, facts, options) {
      const all = await change(module, options, (old) => (old[kind] ? old : { ...old, [kind]: facts }))
      return all[kind] ?? facts
    },
    async replace(module, kind, facts, options) {
      await change(module, options, (old) => ({ ...old, [kind]: facts }))
    },
    touch: (module) => checkpoints.touch(keyOfFacts(module)),
    async release(module, { forget = false } = {}) {
      const key = keyOfFacts(module)
      recent.delete(key)
      for (;;) {
        const old = await checkpoints.read(key)
        if (!old) return
        const left = forget ? {} : firstSights(parse(old.bytes))
        const done =
          Object.keys(left).length === 0
            ? await checkpoints.remove(key, old.bytes)
            : await checkpoints.replace(key, old.bytes, bytesOf(left), { durable: true })
        if (done) return
      }
    },
  }
}

const bytesOf = (facts: EntryFacts): Uint8Array => Buffer.from(`${JSON.stringify(facts)}\n`)

/** The facts that are believed for nothing but having come first. */
export function firstSights(facts: EntryFacts): EntryFacts {
  return Object.fromEntries(
    Object.entries(facts).filter(([, { trust }]) => trust === 'first-seen' || trust === 'exempt'),
  )
}

function keyOfFacts({ path, version }: ModuleVersion): string {
  return `${escapePath(path)}/@v/${escapeVersion(version)}.entry`
}

/** A record that is damaged says nothing: its files are checked anew. */
function parse(bytes: Uint8Array): EntryFacts {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString())
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(Object.entries(value).filter(([kind, facts]) => isKind(kind) && isFacts(facts)))
  } catch {
    return {}
  }
}

const isKind = (kind: string): kind is FileKind => kind === 'info' || kind === 'mod' || kind === 'zip'

function isFacts(value: unknown): value is FileFacts {
  const facts = value as Record<string, unknown> | null
  return (
    typeof facts === 'object' &&
    facts !== null &&
    Number.isSafeInteger(facts['size']) &&
    ['hash', 'trust', 'source', 'firstSeen'].every((name) => typeof facts[name] === 'string') &&
    ['string', 'undefined'].includes(typeof facts['client'])
  )
}
