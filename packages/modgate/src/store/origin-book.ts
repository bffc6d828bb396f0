/**
 * Which modules came from which repository: one small JSON record a repository, beside the entries. A push hook names a repository by its
 * URL and the origin watch looks at repositories, while a request names a module; where one leads is known only once it was asked for.
 *
 * Nothing here is trusted with anything but questions: what is lost is written anew when a module is fetched again.
 */

import { createHash } from 'node:crypto'
import type { Checkpoints, Store } from '../core/ports.ts'
import { repositoryKey } from './repository-key.ts'

/** A module, and the URL of the repository from which it came. */
export interface OriginModule {
  readonly path: string
  readonly url: string
}

export interface OriginRecord {
  /** As `repositoryKey` names it. */
  readonly repository: string
  /** The one that was fetched last stands last. */
  readonly modules: readonly OriginModule[]
}

export interface OriginBook {
  /** Notes that a module came from a repository. Cheap for what was noted before. */
  note(module: OriginModule): Promise<void>
  /** What is known of a repository, by its key; undefined where nothing came from it. */
  find(repository: string): Promise<OriginRecord | undefined>
}

/** A repository with more modules than this is asked about the ones that were fetched last. */
const mostModules = 1000
const notedInMemory = 20_000
const directory = 'origins'

export interface OriginBookOptions {
  readonly checkpoints: Checkpoints
  /** In which the records of `checkpoints` are listed. */
  readonly store: Pick<Store, 'list'>
}

export function originBook({ checkpoints }: OriginBookOptions): OriginBook {
  const noted = new Set<string>()

  async function change(repository: string, edit: (old: OriginRecord) => OriginRecord): Promise<void> {
    const name = nameOf(repository)
    for (;;) {
      const old = await checkpoints.read(name)
      const before = (old && parse(old.bytes, repository)) ?? { repository, modules: [] }
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
      return kept && parse(kept.bytes, repository)
    },
  }
}

const nameOf = (repository: string) => `${directory}/${createHash('sha256').update(repository).digest('hex')}`

function withModule(old: OriginRecord, { path, url }: OriginModule): OriginRecord {
  if (old.modules.some((each) => each.path === path && each.url === url)) return old
  const others = old.modules.filter((each) => each.path !== path)
  return { ...old, modules: [...others, { path, url }].slice(-mostModules) }
}

/** Undefined for a record that is damaged, or that of another repository: it is written anew. */
function parse(bytes: Uint8Array, repository: string): OriginRecord | undefined {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString()) as Partial<OriginRecord> | null
    if (value?.repository !== repository || !Array.isArray(value.modules)) return undefined
    return { repository, modules: value.modules.filter(isModule) }
  } catch {
    return undefined
  }
}

function isModule(value: unknown): value is OriginModule {
  const { path, url } = (value ?? {}) as Partial<OriginModule>
  return typeof path === 'string' && typeof url === 'string'
}
