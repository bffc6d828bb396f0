/**
 * Which modules came from which repository: one small JSON record a repository, beside the entries. A push hook names a repository by its
 * URL and the origin watch looks at repositories, while a request names a module; where one leads is known only once it was asked for.
 *
 * Nothing here is trusted with anything but questions: what is lost is written anew when a module is fetched again.
 */

import { createHash } from 'node:crypto'
import type { Checkpoints, Clock, Store } from '../core/ports.ts'
import { repositoryKey } from './repository-key.ts'

/** A module, and the URL of the repository from which it came. */
export interface OriginModule {
  readonly path: string
  readonly url: string
}

/**
 * What does not agree any more with what came from a repository: a tag leads to another commit, or is gone; the host sends git to another
 * place; the page of the module names another repository; there is none any more.
 */
export const originFindingKinds = [
  'tag-moved',
  'tag-deleted',
  'repository-moved',
  'page-moved',
  'repository-gone',
] as const
export type OriginFindingKind = (typeof originFindingKinds)[number]

export interface OriginFinding {
  readonly kind: OriginFindingKind
  /** The module that it was seen by. */
  readonly module: string
  /** Of a tag: the version that is kept. */
  readonly version?: string
  /** What is kept: the commit of a tag, the URL of a repository. */
  readonly was: string
  /** What is there now, where something is. */
  readonly now?: string
  /** Of a tag: what of the version is not kept, since nobody has asked for it. Absent where all is. */
  readonly lacks?: readonly LackedFile[]
  /** When it was first seen, RFC 3339. */
  readonly since: string
}

export const lackedFiles = ['mod', 'zip'] as const
export type LackedFile = (typeof lackedFiles)[number]

export interface OriginRecord {
  /** As `repositoryKey` names it. */
  readonly repository: string
  /** The one that was fetched last stands last. */
  readonly modules: readonly OriginModule[]
  /** When the repository was last looked at, or first fetched from; milliseconds since the epoch. */
  readonly checkedAt: number
  /** What was found then. */
  readonly findings: readonly OriginFinding[]
}

export interface OriginBook {
  /** Notes that a module came from a repository. Cheap for what was noted before. */
  note(module: OriginModule): Promise<void>
  /** What is known of a repository, by its key; undefined where nothing came from it. */
  find(repository: string): Promise<OriginRecord | undefined>
  /** All that is known, one after the other, in no order. */
  list(): AsyncIterable<OriginRecord>
  /** Notes what a look at a repository has found. */
  noteCheck(repository: string, check: Pick<OriginRecord, 'checkedAt' | 'findings'>): Promise<void>
}

/** A repository with more modules than this is asked about the ones that were fetched last. */
const mostModules = 1000
const notedInMemory = 20_000
const directory = 'origins'

export interface OriginBookOptions {
  readonly checkpoints: Checkpoints
  /** In which the records of `checkpoints` are listed. */
  readonly store: Pick<Store, 'list'>
  readonly clock: Pick<Clock, 'now'>
  /** Whether a module still comes from a repository; what does not is as good as unknown. */
  readonly isDirect?: (path: string) => boolean
}

export function originBook({ checkpoints, store, clock, isDirect = () => true }: OriginBookOptions): OriginBook {
  const noted = new Set<string>()

  /** Whoever fetched from it has just seen what its names are. */
  const fresh = (repository: string) => ({ repository, modules: [], checkedAt: clock.now(), findings: [] })

  /** The record without modules that come from elsewhere by now; undefined where none is left. */
  function ofNow(record: OriginRecord): OriginRecord | undefined {
    const modules = record.modules.filter(({ path }) => isDirect(path))
    return modules.length === 0 ? undefined : { ...record, modules }
  }

  async function change(repository: string, edit: (old: OriginRecord) => OriginRecord): Promise<void> {
    const name = nameOf(repository)
    for (;;) {
      const old = await checkpoints.read(name)
      const before = (old && parse(old.bytes, repository)) ?? fresh(repository)
      const after = edit(before)
      if (after === before) return
      if (await checkpoints.replace(name, old?.bytes, Buffer.from(`${JSON.stringify(after)}\n`))) return
    }
  }

  return {
    async note({ path, url }) {
      const repository = repositoryKey(url)
      const mark = `${path} ${url}`
      if (repository === undefined || noted.has(mark)) return
      noted.add(mark)
      if (noted.size > notedInMemory) noted.delete(noted.values().next().value!)
      try {
        await change(repository, (old) => withModule(old, { path, url }))
      } catch (error) {
        noted.delete(mark)
        throw error
      }
    },
    async find(repository) {
      const kept = await checkpoints.read(nameOf(repository))
      const record = kept && parse(kept.bytes, repository)
      return record && ofNow(record)
    },
    async *list() {
      for await (const { key } of store.list(directory)) {
        const kept = await checkpoints.read(key)
        const record = kept && parse(kept.bytes)
        // Anything else there is nobody's, or damaged.
        const known = record && nameOf(record.repository) === key ? ofNow(record) : undefined
        if (known) yield known
      }
    },
    noteCheck: (repository, { checkedAt, findings }) => change(repository, (old) => ({ ...old, checkedAt, findings })),
  }
}

const nameOf = (repository: string) => `${directory}/${createHash('sha256').update(repository).digest('hex')}`

function withModule(old: OriginRecord, { path, url }: OriginModule): OriginRecord {
  if (old.modules.some((each) => each.path === path && each.url === url)) return old
  const others = old.modules.filter((each) => each.path !== path)
  return { ...old, modules: [...others, { path, url }].slice(-mostModules) }
}

/** Undefined for a record that is damaged, or that of another repository: it is written anew. */
function parse(bytes: Uint8Array, wanted?: string): OriginRecord | undefined {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString()) as Partial<OriginRecord> | null
    const { repository, modules, checkedAt, findings } = value ?? {}
    if (typeof repository !== 'string' || (wanted !== undefined && repository !== wanted)) return undefined
    return {
      repository,
      modules: listOf(modules).filter(isModule),
      checkedAt: typeof checkedAt === 'number' ? checkedAt : 0,
      findings: listOf(findings).filter(isFinding),
    }
  } catch {
    return undefined
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])

function isFinding(value: unknown): value is OriginFinding {
  const {
    kind,
    module,
    version,
    was,
    now,
    lacks = [],
    since,
  } = (value ?? {}) as Partial<Record<keyof OriginFinding, unknown>>
  return (
    (originFindingKinds as readonly unknown[]).includes(kind) &&
    [module, was, since].every((text) => typeof text === 'string') &&
    [version, now].every((text) => ['string', 'undefined'].includes(typeof text)) &&
    Array.isArray(lacks) &&
    lacks.every((file) => (lackedFiles as readonly unknown[]).includes(file))
  )
}

function isModule(value: unknown): value is OriginModule {
  const { path, url } = (value ?? {}) as Partial<OriginModule>
  return typeof path === 'string' && typeof url === 'string'
}
